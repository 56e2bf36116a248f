//! Administration: one set of rules beneath the API, the pages and the commands.
//!
//! `rules` decide and write, whoever asks; `api` is HTTP; the commands in `cli` call the same rules as the operator.

pub mod acting;
pub mod api;
pub mod listing;
pub mod numbers;
pub mod objects;
pub mod preview;
pub mod rules;
pub mod ui;
