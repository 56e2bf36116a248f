//! Commands, as operators and scripts run them: the real binary on a fresh directory or database.

mod apply;
mod clients;
mod configuration;
mod doctor;
mod groups;
mod keys;
mod people;
mod serving;
