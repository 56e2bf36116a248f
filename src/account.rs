//! The account portal.

pub mod overview;
