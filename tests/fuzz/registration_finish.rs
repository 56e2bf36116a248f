//! The body that finishes a registration.
#![no_main]

use claviger::webauthn::fuzzing::registration;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| registration(data));
