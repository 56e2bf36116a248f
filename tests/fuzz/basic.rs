//! The Basic header.
#![no_main]

use claviger::oidc::client_authentication::basic;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &str| {
    if let Some((client_id, _)) = basic::parse(header) {
        assert!(!client_id.is_empty());
    }
});
