//! `claviger key`

use clap::Subcommand;
use serde_json::json;

use super::output::Output;
use crate::crypto::{key_encryption::KeyEncryptionKeys, random::SystemRng};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key-encryption key for `security.encryption_keys`.
    Generate,
}

pub(super) fn run(output: Output, command: &Command) {
    match command {
        Command::Generate => {
            let key = KeyEncryptionKeys::generate(&SystemRng::default());
            output.print(&json!({ "encryption_key": key }), |_| key.clone());
        }
    }
}
