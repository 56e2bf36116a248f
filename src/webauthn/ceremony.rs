//! The one wrapper over webauthn-rs: our checks before it, our ownership rules after it.
//!
//! The library alone accepts framed pages at sign-in, foreign user handles, leftover bytes, ids of 4096 bytes, and
//! forgets transports and AAGUIDs; its counter rule is replaced by one UPDATE in the store.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;
use webauthn_attestation_ca::AttestationCaList;
use webauthn_rs_core::{
    WebauthnCore,
    proto::{
        AttestationConveyancePreference, AttestationMetadata, AuthenticationState, COSEKey, Credential,
        ParsedAttestation, RegisterPublicKeyCredential, RegisteredExtensions, RegistrationState,
        UserVerificationPolicy,
    },
};
use webauthn_rs_proto::{AttestationFormat, COSEAlgorithm, CredProtect, RequestRegistrationExtensions};

use super::{
    attestation_object::AttestationObject,
    authenticator_data::AuthenticatorData,
    client_data,
    credential_json::{Authentication, Registration},
};
use crate::{
    attestation::Metadata,
    config::Attestation,
    protocol::passkey_policy::Trust,
    store::credential::{self, Credential as Stored},
};

/// Why a response proves nothing: for the log, never for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub &'static str);

/// What the authenticator should know about the person.
pub(super) struct Person<'a> {
    /// 32 random bytes.
    pub user_handle: &'a [u8],
    /// `user.name`.
    pub username: &'a str,
    /// `user.displayName`.
    pub display_name: &'a str,
}

/// A begun ceremony: what goes to the browser, and what must come back sealed.
pub(super) struct Begun<S> {
    /// `publicKey`.
    pub options: Value,
    /// The library's state.
    pub state: S,
    /// The challenge.
    pub challenge: Vec<u8>,
}

/// A passkey that was just made.
#[derive(Debug)]
pub(super) struct Registered {
    pub credential_id: Vec<u8>,
    pub cose_key: Vec<u8>,
    pub sign_count: u32,
    pub backup_eligible: bool,
    pub backup_state: bool,
    pub aaguid: Uuid,
    pub transports: Vec<String>,
    pub format: String,
    /// Who vouches for it.
    pub attestation_trust: Trust,
}

/// A stored passkey, its key opened.
pub(super) struct Known<'a> {
    pub id: Uuid,
    pub credential_id: &'a [u8],
    pub cose_key: &'a [u8],
    pub backup_eligible: bool,
    pub backup_state: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new(stored: &'a Stored, cose_key: &'a [u8]) -> Self {
        Self {
            id: stored.id(),
            credential_id: stored.credential_id(),
            cose_key,
            backup_eligible: stored.backup_eligible(),
            backup_state: stored.backup_state(),
        }
    }
}

/// What 0.6 of the library verifies.
fn algorithms() -> Vec<COSEAlgorithm> {
    vec![COSEAlgorithm::ES256, COSEAlgorithm::ES384, COSEAlgorithm::RS256]
}

/// Begins a registration: discoverable, user-verified, with the attestation that an operator wants.
pub(super) fn begin_registration(
    library: &WebauthnCore,
    person: &Person<'_>,
    existing: &[Stored],
    attestation: Attestation,
) -> Result<Begun<RegistrationState>, Refused> {
    let extensions = RequestRegistrationExtensions {
        cred_protect: Some(CredProtect {
            credential_protection_policy: webauthn_rs_proto::CredentialProtectionPolicy::UserVerificationRequired,
            enforce_credential_protection_policy: Some(false),
        }),
        uvm: None,
        cred_props: Some(true),
        min_pin_length: None,
        hmac_create_secret: None,
    };
    let builder = library
        .new_challenge_register_builder(person.user_handle, person.username, person.display_name)
        .map_err(|_| Refused("person"))?
        .attestation(match attestation {
            Attestation::None => AttestationConveyancePreference::None,
            Attestation::Indirect => AttestationConveyancePreference::Indirect,
            Attestation::Direct | Attestation::Enterprise => AttestationConveyancePreference::Direct,
        })
        .user_verification_policy(UserVerificationPolicy::Required)
        .require_resident_key(true)
        .credential_algorithms(algorithms())
        .exclude_credentials(Some(existing.iter().map(|known| known.credential_id().to_vec()).collect()))
        .extensions(Some(extensions));
    let (response, state) = library.generate_challenge_register(builder).map_err(|_| Refused("library"))?;
    let challenge = response.public_key.challenge.clone();
    let mut options = serde_json::to_value(&response.public_key).map_err(|_| Refused("options"))?;
    put_transports(&mut options["excludeCredentials"], existing);
    // The library has no word for it.
    if attestation == Attestation::Enterprise {
        options["attestation"] = attestation.as_str().into();
    }
    Ok(Begun { options, state, challenge })
}

/// Begins an authentication: of anybody, or of the owner of `allowed`.
pub(super) fn begin_authentication(
    library: &WebauthnCore,
    allowed: &[Stored],
) -> Result<Begun<AuthenticationState>, Refused> {
    let builder = library
        .new_challenge_authenticate_builder(Vec::new(), Some(UserVerificationPolicy::Required))
        .map_err(|_| Refused("library"))?;
    let (response, state) = library.generate_challenge_authenticate(builder).map_err(|_| Refused("library"))?;
    let challenge = response.public_key.challenge.clone();
    let mut options = serde_json::to_value(&response.public_key).map_err(|_| Refused("options"))?;
    // The state stays that of a discoverable ceremony: who may answer is our own check.
    let descriptor = |known: &Stored| {
        let id = crate::crypto::mac::base64url(known.credential_id());
        serde_json::json!({ "type": "public-key", "id": id })
    };
    options["allowCredentials"] = allowed.iter().map(descriptor).collect();
    put_transports(&mut options["allowCredentials"], allowed);
    Ok(Begun { options, state, challenge })
}

/// The library can't carry transports; browsers need them to find the right device.
fn put_transports(descriptors: &mut Value, known: &[Stored]) {
    for (descriptor, known) in descriptors.as_array_mut().into_iter().flatten().zip(known) {
        let transports = known.transports();
        if !transports.is_empty() {
            descriptor["transports"] = transports.into();
        }
    }
}

/// Verifies a registration response (7.1).
pub(super) fn finish_registration(
    library: &WebauthnCore,
    json: &Value,
    (state, challenge, origin): (&RegistrationState, &[u8], &str),
    trusted: &Trusted<'_>,
) -> Result<Registered, Refused> {
    let parsed = Registration::parse(json)?;
    client_data::check(&parsed.client_data, client_data::CREATE, challenge, origin)?;
    let object = AttestationObject::parse(&parsed.attestation_object)?;
    if !object.data.user_present || !object.data.user_verified {
        return Err(Refused("user verification"));
    }
    if object.attested.credential_id != parsed.credential_id {
        return Err(Refused("credential id"));
    }
    let is_unknown = trusted.asked && !VERIFIED_FORMATS.contains(&&*object.format);
    let response = match is_unknown {
        true => without_statement(&parsed.response).ok_or(Refused("attestationObject"))?,
        false => parsed.response,
    };
    let verified = library.register_credential(&response, state, None).map_err(|error| {
        tracing::debug!(%error, "the library refused a registration");
        Refused("library")
    })?;
    if !algorithms().contains(&verified.cred.type_) {
        return Err(Refused("algorithm"));
    }
    let aaguid = Uuid::from_bytes(object.attested.aaguid);
    Ok(Registered {
        attestation_trust: trust(&verified, aaguid, trusted.metadata),
        credential_id: parsed.credential_id,
        cose_key: object.attested.cose_key,
        sign_count: object.data.sign_count,
        backup_eligible: object.data.backup_eligible,
        backup_state: object.data.backup_state,
        aaguid,
        transports: parsed.transports,
        format: object.format,
    })
}

/// Whom a registration may lead to, and whether attestation was asked for at all.
pub(super) struct Trusted<'a> {
    pub asked: bool,
    pub metadata: &'a dyn Metadata,
}

/// Formats whose statements the library verifies. What else comes (TPM, SafetyNet, those of years to come) vouches for nothing
/// here, and must keep nobody out who was only asked.
const VERIFIED_FORMATS: [&str; 4] = ["none", "packed", "fido-u2f", "apple"];

/// The same registration without its statement: it signs nothing that we rely on then.
fn without_statement(response: &RegisterPublicKeyCredential) -> Option<RegisterPublicKeyCredential> {
    let mut object: BTreeMap<String, serde_cbor_2::Value> =
        serde_cbor_2::from_slice(response.response.attestation_object.as_ref()).ok()?;
    object.insert("fmt".to_owned(), serde_cbor_2::Value::Text("none".to_owned()));
    object.insert("attStmt".to_owned(), serde_cbor_2::Value::Map(BTreeMap::new()));
    let mut plain = response.clone();
    plain.response.attestation_object = serde_cbor_2::to_vec(&object).ok()?;
    Some(plain)
}

/// Who vouches for it. Only a packed statement is bound to a model: it signs the authenticator's data, and its certificate names the
/// model (WebAuthn 8.2).
fn trust(verified: &Credential, aaguid: Uuid, metadata: &dyn Metadata) -> Trust {
    let AttestationMetadata::Packed { aaguid: named } = &verified.attestation.metadata else { return Trust::None };
    if *named != aaguid {
        return Trust::None;
    }
    let leads_to = |authorities: &AttestationCaList| {
        let found = if authorities.is_empty() { Ok(None) } else { verified.verify_attestation(authorities) };
        let found = found.inspect_err(|error| tracing::debug!(%error, "an attestation leads to nobody who is trusted"));
        found.ok().flatten().is_some_and(|it| it.blanket_allow() || it.aaguids().contains_key(&aaguid))
    };
    if leads_to(metadata.authorities()) {
        return Trust::Model;
    }
    if leads_to(metadata.own_authorities()) { Trust::Authority } else { Trust::None }
}

/// The credential id and user handle of a response, unverified: good for a look-up and nothing else.
pub(super) fn claimed(json: &Value) -> Result<(Vec<u8>, Option<Vec<u8>>), Refused> {
    Authentication::parse(json).map(|parsed| (parsed.credential_id, parsed.user_handle))
}

/// Verifies an authentication response (7.2) with the key of a stored passkey. The counter is for the store to decide.
pub(super) fn finish_authentication(
    library: &WebauthnCore,
    json: &Value,
    (state, challenge, origin): (&AuthenticationState, &[u8], &str),
    known: &Known<'_>,
) -> Result<credential::Use, Refused> {
    let parsed = Authentication::parse(json)?;
    client_data::check(&parsed.client_data, client_data::GET, challenge, origin)?;
    let data = AuthenticatorData::parse(&parsed.authenticator_data)?;
    if !data.user_present || !data.user_verified {
        return Err(Refused("user verification"));
    }
    if data.attested.is_some() {
        return Err(Refused("attested data in an assertion"));
    }
    let stored = library_credential(known, &data)?;
    library.authenticate_single_credential(&parsed.response, state, &stored).map_err(|error| {
        tracing::debug!(%error, "the library refused an authentication");
        Refused("library")
    })?;
    Ok(credential::Use {
        id: known.id,
        sign_count: data.sign_count,
        backup_eligible: data.backup_eligible,
        backup_state: data.backup_state,
    })
}

/// The library's picture of a stored passkey.
fn library_credential(known: &Known<'_>, data: &AuthenticatorData) -> Result<Credential, Refused> {
    let cose: serde_cbor_2::Value = serde_cbor_2::from_slice(known.cose_key).map_err(|_| Refused("stored key"))?;
    Ok(Credential {
        cred_id: known.credential_id.to_vec(),
        cred: COSEKey::try_from(&cose).map_err(|_| Refused("stored key"))?,
        // Zero lets every counter pass here; `store::credential::update_use` decides.
        counter: 0,
        transports: None,
        user_verified: true,
        // An upgrade from device-bound to synced is accepted: iCloud Keychain does it. A downgrade is not.
        backup_eligible: known.backup_eligible || data.backup_eligible,
        backup_state: known.backup_state,
        registration_policy: UserVerificationPolicy::Required,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation::default(),
        attestation_format: AttestationFormat::None,
    })
}

#[cfg(test)]
mod tests;
