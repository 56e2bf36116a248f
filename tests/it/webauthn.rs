//! Ceremonies over HTTP, with a software authenticator.

mod authentication;
mod checks;
mod pages;
mod registration;
