//! Journeys in Debian's Chromium with a virtual authenticator, through the real binary and its demo app.

mod harness;
mod journeys;
mod refusals;
mod screenshots;
