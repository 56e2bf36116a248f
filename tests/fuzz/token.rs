//! Opaque tokens: only one text of a kind has a hash.
#![no_main]

use claviger::crypto::token::{self, TokenKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let kinds = [TokenKind::AuthorizationCode, TokenKind::AccessToken, TokenKind::ClientSecret, TokenKind::Session];
    let as_many = kinds.into_iter().filter(|kind| token::hash(*kind, text).is_some()).count();
    assert!(as_many <= 1);
    if as_many == 1 {
        assert_eq!(text.len(), 7 + 43);
    }
});
