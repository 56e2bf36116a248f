//! The route table and what stands before every handler.

mod guard;
mod health;
mod limits;
mod metrics;
mod routes;
