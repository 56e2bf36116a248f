//! Ceremonies with chosen challenges, for test vectors and fuzz targets.
#![expect(clippy::unwrap_used, reason = "only tests and fuzz targets come here")]

use serde_json::{Value, json};
use webauthn_rs_core::{
    WebauthnCore,
    proto::{AuthenticationState, RegistrationState},
};

use super::ceremony::{self, Person};
use crate::crypto::mac::base64url;

/// Where the vectors of WebAuthn Level 3 play.
pub(super) const ORIGIN: &str = "https://example.org";

/// The library, set up as the server does.
pub(super) fn library() -> WebauthnCore {
    let origins = vec![ORIGIN.parse().unwrap()];
    let timeout = std::time::Duration::from_mins(5);
    WebauthnCore::new_unsafe_experts_only("Claviger", "example.org", origins, timeout, Some(false), Some(false))
}

/// The state of a registration that was begun with this challenge.
pub(super) fn registration_state(library: &WebauthnCore, challenge: &[u8]) -> RegistrationState {
    let person = Person { user_handle: &[7; 32], username: "alice", display_name: "Alice" };
    let begun = ceremony::begin_registration(library, &person, &[], crate::config::Attestation::None).unwrap();
    with_challenge(&begun.state, challenge)
}

/// The state of an authentication that was begun with this challenge.
pub(super) fn authentication_state(library: &WebauthnCore, challenge: &[u8]) -> AuthenticationState {
    let begun = ceremony::begin_authentication(library, &[]).unwrap();
    with_challenge(&begun.state, challenge)
}

fn with_challenge<S: serde::Serialize + serde::de::DeserializeOwned>(state: &S, challenge: &[u8]) -> S {
    let mut json = serde_json::to_value(state).unwrap();
    json["challenge"] = base64url(challenge).into();
    serde_json::from_value(json).unwrap()
}

/// `RegistrationResponseJSON`.
pub(super) fn registration_json(credential_id: &[u8], client_data: &[u8], attestation_object: &[u8]) -> Value {
    let id = base64url(credential_id);
    json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": base64url(client_data), "attestationObject": base64url(attestation_object),
        },
    })
}

/// `AuthenticationResponseJSON`.
pub(super) fn authentication_json(
    credential_id: &[u8],
    client_data: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
) -> Value {
    let id = base64url(credential_id);
    json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": base64url(client_data), "authenticatorData": base64url(authenticator_data),
            "signature": base64url(signature),
        },
    })
}
