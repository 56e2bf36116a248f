//! `RegistrationResponseJSON` and `AuthenticationResponseJSON` (WebAuthn 5.1.8), read strictly before the library sees them.

use serde::Deserialize;
use serde_json::Value;
use webauthn_rs_proto::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::ceremony::Refused;
use crate::crypto::mac::from_base64url;

/// Longest credential id (WebAuthn 5.8.3).
pub(super) const MAX_CREDENTIAL_ID: usize = 1023;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<R> {
    id: String,
    raw_id: String,
    #[serde(rename = "type")]
    credential_type: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attestation {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    transports: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assertion {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// A registration response, decoded.
pub(super) struct Registration {
    /// As the library takes it.
    pub response: RegisterPublicKeyCredential,
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `attestationObject`.
    pub attestation_object: Vec<u8>,
    /// Verbatim, within bounds.
    pub transports: Vec<String>,
}

/// An authentication response, decoded.
pub(super) struct Authentication {
    /// As the library takes it.
    pub response: PublicKeyCredential,
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `authenticatorData`.
    pub authenticator_data: Vec<u8>,
    /// `userHandle`: always there for a discoverable credential, optional where the person was known before.
    pub user_handle: Option<Vec<u8>>,
}

impl Registration {
    pub(super) fn parse(json: &Value) -> Result<Self, Refused> {
        let envelope: Envelope<Attestation> = Envelope::deserialize(json).map_err(|_| Refused("structure"))?;
        let credential_id = envelope.credential_id()?;
        let mut transports = envelope.response.transports.unwrap_or_default();
        transports.retain(|name| (1..=32).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_graphic()));
        transports.truncate(16);
        Ok(Self {
            client_data: decode(&envelope.response.client_data_json)?,
            attestation_object: decode(&envelope.response.attestation_object)?,
            response: typed(json)?,
            credential_id,
            transports,
        })
    }
}

impl Authentication {
    pub(super) fn parse(json: &Value) -> Result<Self, Refused> {
        let envelope: Envelope<Assertion> = Envelope::deserialize(json).map_err(|_| Refused("structure"))?;
        decode(&envelope.response.signature)?;
        Ok(Self {
            credential_id: envelope.credential_id()?,
            client_data: decode(&envelope.response.client_data_json)?,
            authenticator_data: decode(&envelope.response.authenticator_data)?,
            user_handle: envelope.response.user_handle.as_deref().map(decode).transpose()?,
            response: typed(json)?,
        })
    }
}

impl<R> Envelope<R> {
    fn credential_id(&self) -> Result<Vec<u8>, Refused> {
        if self.credential_type != "public-key" {
            return Err(Refused("type"));
        }
        let id = decode(&self.id)?;
        if self.id != self.raw_id || id.len() > MAX_CREDENTIAL_ID {
            return Err(Refused("id"));
        }
        Ok(id)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Refused> {
    from_base64url(text).filter(|bytes| !bytes.is_empty()).ok_or(Refused("base64url"))
}

/// The library's own type. Client extension outputs are hints that we don't read, and some it can't.
fn typed<T: serde::de::DeserializeOwned>(json: &Value) -> Result<T, Refused> {
    let mut json = json.clone();
    if let Some(object) = json.as_object_mut() {
        object.remove("clientExtensionResults");
        object.remove("extensions");
    }
    serde_json::from_value(json).map_err(|_| Refused("structure"))
}
