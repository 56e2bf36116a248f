//! The account portal: a page and the calls behind it in each file.

mod accepted;
pub mod activity;
pub mod apps;
pub mod deletion;
pub mod device_link;
pub mod email;
pub mod export;
pub mod overview;
pub mod passkeys;
pub mod picture;
mod portal;
pub mod profile;
mod reader;
pub mod recovery;
pub mod sessions;
