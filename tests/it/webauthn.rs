//! Ceremonies over HTTP, with a software authenticator.

mod authentication;
mod checks;
mod conformance;
mod groups;
mod pages;
mod policy;
mod registration;
mod walk;
