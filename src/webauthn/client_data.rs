//! `clientDataJSON` (WebAuthn 5.8.1): what the library checks, and what it does not.

use serde_json::{Map, Value};

use super::ceremony::Refused;
use crate::crypto::mac::base64url;

/// `type` of a registration.
pub(super) const CREATE: &str = "webauthn.create";
/// `type` of an authentication.
pub(super) const GET: &str = "webauthn.get";

/// Checks type, challenge, origin, and that no other site framed the page.
pub(super) fn check(bytes: &[u8], expected_type: &str, challenge: &[u8], origin: &str) -> Result<(), Refused> {
    let data: Map<String, Value> = serde_json::from_slice(bytes).map_err(|_| Refused("clientDataJSON"))?;
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    if text("type") != Some(expected_type) {
        return Err(Refused("clientDataJSON.type"));
    }
    if text("challenge") != Some(&base64url(challenge)) {
        return Err(Refused("clientDataJSON.challenge"));
    }
    if text("origin") != Some(origin) {
        return Err(Refused("clientDataJSON.origin"));
    }
    if !matches!(data.get("crossOrigin"), None | Some(Value::Bool(false))) || data.contains_key("topOrigin") {
        return Err(Refused("clientDataJSON.crossOrigin"));
    }
    match data.get("tokenBinding") {
        None => Ok(()),
        Some(binding) => match binding.get("status").and_then(Value::as_str) {
            Some("present" | "supported") => Ok(()),
            _ => Err(Refused("clientDataJSON.tokenBinding")),
        },
    }
}
