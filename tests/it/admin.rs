//! The administration API: what it does, and for whom.

mod access;
mod attacks;
mod audit;
mod claims;
mod clients;
mod groups;
mod injection;
mod invitations;
mod lists;
mod mass_assignment;
mod numbers;
mod ownership;
mod pages;
mod people;
mod plans;
mod refusals;
mod settings;
mod sign_up_tokens;
mod users;
mod webhooks;

pub use people::Program;
