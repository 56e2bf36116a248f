//! Journeys in Debian's Chromium with a virtual authenticator, through the real binary and its demo app.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests end where something is not as it should be")]

mod administration;
mod apps;
mod connect;
mod developer_pages;
mod harness;
mod journeys;
mod mail;
mod other_sites;
mod portal;
#[path = "../it/harness/postbox.rs"]
mod postbox;
mod refusals;
mod related_origins;
mod relying_parties;
mod screenshots;
mod sessions;
#[path = "../it/harness/site.rs"]
mod site;
