//! The route table and what stands before every handler.

mod access;
mod guard;
mod health;
mod hostile;
mod limits;
mod metrics;
pub mod routes;
