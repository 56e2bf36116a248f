//! Entry points of the fuzz targets in tests/fuzz: each finish body raw, and in an envelope that fits, so that the
//! bytes reach the parsers behind it.

use std::sync::LazyLock;

use serde_json::json;
use uuid::Uuid;
use webauthn_rs_core::WebauthnCore;

use super::{
    attestation_object::AttestationObject,
    ceremony::{self, Known},
    crafted,
};

const CHALLENGE: [u8; 32] = [9; 32];

static NOTHING: LazyLock<crate::attestation::Files> = LazyLock::new(crate::attestation::Files::default);

static LIBRARY: LazyLock<WebauthnCore> = LazyLock::new(crafted::library);

fn client_data(kind: &str) -> Vec<u8> {
    let challenge = crate::crypto::mac::base64url(&CHALLENGE);
    json!({ "type": kind, "challenge": challenge, "origin": crafted::ORIGIN, "crossOrigin": false }).to_string().into()
}

/// A registration's finish: JSON as it comes, or an attestation object.
pub fn registration(data: &[u8]) {
    let state = crafted::registration_state(&LIBRARY, &CHALLENGE);
    let expected = (&state, &CHALLENGE[..], crafted::ORIGIN);
    if let Ok(json) = serde_json::from_slice(data) {
        let _ = ceremony::finish_registration(
            &LIBRARY,
            &json,
            expected,
            &ceremony::Trusted { asked: true, metadata: &*NOTHING },
        );
        return;
    }
    let id = AttestationObject::parse(data).map_or_else(|_| vec![1], |object| object.attested.credential_id);
    let json = crafted::registration_json(&id, &client_data("webauthn.create"), data);
    if let Ok(made) = ceremony::finish_registration(
        &LIBRARY,
        &json,
        expected,
        &ceremony::Trusted { asked: true, metadata: &*NOTHING },
    ) {
        assert!(made.credential_id.len() <= 1023, "a credential id is longer than the specification allows");
    }
}

/// An authentication's finish: JSON as it comes, or authenticator data with a signature of any kind behind it.
pub fn authentication(key: &[u8], data: &[u8]) {
    let state = crafted::authentication_state(&LIBRARY, &CHALLENGE);
    let expected = (&state, &CHALLENGE[..], crafted::ORIGIN);
    let known =
        Known { id: Uuid::nil(), credential_id: &[1], cose_key: key, backup_eligible: false, backup_state: false };
    if let Ok(json) = serde_json::from_slice(data) {
        let _ = ceremony::claimed(&json);
        let _ = ceremony::finish_authentication(&LIBRARY, &json, expected, &known);
        return;
    }
    let (authenticator_data, signature) = data.split_at(data.len().min(37));
    let json = crafted::authentication_json(&[1], &client_data("webauthn.get"), authenticator_data, signature);
    assert!(
        ceremony::finish_authentication(&LIBRARY, &json, expected, &known).is_err(),
        "a signature was accepted that nobody made"
    );
}
