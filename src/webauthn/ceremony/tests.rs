//! The test vectors of WebAuthn Level 3, section 16: what each gets here, so that an upgrade of the library that changes
//! a row is noticed.

use serde_json::Value;
use webauthn_rs_core::error::WebauthnError;

use super::*;
use crate::attestation::Files;
use crate::webauthn::crafted::{self, ORIGIN};

/// Name, result of registration, result of authentication: of the wrapper, and of the library when user verification is
/// not demanded and every algorithm was offered. Many vectors come without UV, which is always demanded here.
#[rustfmt::skip]
const EXPECTED: [(&str, [&str; 2], [&str; 2]); 16] = [
    ("none-es256", ["user verification", "ok"], ["user verification", "ok"]),
    ("packed-self-es256", ["ok", "ok"], ["user verification", "ok"]),
    ("none crossOrigin", ["clientDataJSON.crossOrigin", "CredentialCrossOrigin"], ["clientDataJSON.crossOrigin", "ok"]),
    ("none topOrigin", ["clientDataJSON.crossOrigin", "CredentialCrossOrigin"], ["clientDataJSON.crossOrigin", "ok"]),
    ("none long credential id", ["user verification", "ok"], ["ok", "ok"]),
    ("packed-es256", ["ok", "ok"], ["ok", "ok"]),
    ("packed-es384", ["user verification", "ok"], ["ok", "ok"]),
    ("packed-es512", ["library", "ok"], ["user verification", "AuthenticationFailure"]),
    ("packed-rs256", ["library", "COSEKeyRSANEInvalid"], ["user verification", "stored key"]),
    ("packed-eddsa", ["user verification", "SshPublicKeyEDUnsupported"], ["user verification", "stored key"]),
    ("packed-ed448", ["user verification", "COSEKeyInvalidAlgorithm"], ["stored key", "stored key"]),
    ("tpm-es256", ["library", "COSEKeyInvalidType"], ["ok", "ok"]),
    ("android-key-es256", ["library", "AttestationStatementX5CInvalid"], ["user verification", "ok"]),
    ("apple-es256", ["user verification", "ok"], ["user verification", "ok"]),
    ("fido-u2f-es256", ["user verification", "ok"], ["user verification", "ok"]),
    ("android-key-es256 of the candidate recommendation", ["ok", "ok"], ["user verification", "ok"]),
];

struct Vector(Value);

impl Vector {
    fn bytes(&self, ceremony: &str, member: &str) -> Vec<u8> {
        let hex = self.0[ceremony][member].as_str().unwrap();
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    fn registration(&self, library: &WebauthnCore) -> [&'static str; 2] {
        let part = |member| self.bytes("registration", member);
        let (challenge, id) = (part("challenge"), part("credential_id"));
        let json = crafted::registration_json(&id, &part("client_data_json"), &part("attestation_object"));
        let state = crafted::registration_state(library, &challenge);
        let wrapped = finish_registration(
            library,
            &json,
            (&state, &challenge, ORIGIN),
            &Trusted { asked: false, metadata: &Files::default() },
        );
        let lenient = without_user_verification(&state);
        let response = serde_json::from_value(json).unwrap();
        let alone = library.register_credential(&response, &lenient, None);
        [told(wrapped), library_told(alone)]
    }

    fn authentication(&self, library: &WebauthnCore) -> [&'static str; 2] {
        let part = |member| self.bytes("authentication", member);
        let (challenge, id) = (part("challenge"), self.bytes("registration", "credential_id"));
        let object = AttestationObject::parse(&self.bytes("registration", "attestation_object")).unwrap();
        let data = part("authenticator_data");
        let json = crafted::authentication_json(&id, &part("client_data_json"), &data, &part("signature"));
        let known = Known {
            id: Uuid::nil(),
            credential_id: &id,
            cose_key: &object.attested.cose_key,
            backup_eligible: object.data.backup_eligible,
            backup_state: object.data.backup_state,
        };
        let state = crafted::authentication_state(library, &challenge);
        let wrapped = finish_authentication(library, &json, (&state, &challenge, ORIGIN), &known);
        let lenient = without_user_verification(&state);
        let response = serde_json::from_value(json).unwrap();
        let data = AuthenticatorData::parse(&data).unwrap();
        let alone = match library_credential(&known, &data) {
            Ok(mut stored) => {
                stored.registration_policy = UserVerificationPolicy::Preferred;
                stored.user_verified = false;
                library_told(library.authenticate_single_credential(&response, &lenient, &stored))
            }
            Err(Refused(why)) => why,
        };
        [told(wrapped), alone]
    }
}

fn without_user_verification<S: serde::Serialize + serde::de::DeserializeOwned>(state: &S) -> S {
    let mut json = serde_json::to_value(state).unwrap();
    json["policy"] = "preferred".into();
    if json.get("credential_algorithms").is_some() {
        json["credential_algorithms"] = serde_json::to_value(COSEAlgorithm::all_possible_algs()).unwrap();
    }
    serde_json::from_value(json).unwrap()
}

fn told<T>(result: Result<T, Refused>) -> &'static str {
    result.map_or_else(|Refused(why)| why, |_| "ok")
}

fn library_told<T>(result: Result<T, WebauthnError>) -> &'static str {
    result.map_or_else(|error| &*format!("{error:?}").leak(), |_| "ok")
}

#[test]
fn the_vectors_of_the_specification_get_what_is_written_here() {
    let document: Value = serde_json::from_str(include_str!("../../../tests/vectors/webauthn.json")).unwrap();
    let library = crafted::library();
    let found: Vec<_> = document["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vector| {
            let vector = Vector(vector.clone());
            let name = vector.0["name"].as_str().unwrap().to_owned();
            let (registration, authentication) = (vector.registration(&library), vector.authentication(&library));
            (name, registration, authentication)
        })
        .collect();
    let found: Vec<_> = found.iter().map(|(name, r, a)| (&**name, *r, *a)).collect();
    assert_eq!(found, EXPECTED);
}

/// The same keys with everything else in order: verified, without attestation, and still refused for what they are.
#[test]
fn keys_that_cannot_be_verified_later_are_refused_at_registration() {
    use serde_cbor_2::Value as Cbor;
    use std::collections::BTreeMap;

    let document: Value = serde_json::from_str(include_str!("../../../tests/vectors/webauthn.json")).unwrap();
    let library = crafted::library();
    let result = |wanted: &str| {
        let vector = document["vectors"].as_array().unwrap().iter().find(|vector| vector["name"] == wanted).unwrap();
        let vector = Vector(vector.clone());
        let part = |member| vector.bytes("registration", member);
        let object: BTreeMap<String, Cbor> = serde_cbor_2::from_slice(&part("attestation_object")).unwrap();
        let mut data = object["authData"].clone();
        if let Cbor::Bytes(data) = &mut data {
            data[32] |= 0x04;
        }
        let text = |text: &str| Cbor::Text(text.to_owned());
        let plain =
            [(text("fmt"), text("none")), (text("attStmt"), Cbor::Map(BTreeMap::new())), (text("authData"), data)];
        let plain = serde_cbor_2::to_vec(&Cbor::Map(plain.into_iter().collect())).unwrap();
        let challenge = part("challenge");
        let json = crafted::registration_json(&part("credential_id"), &part("client_data_json"), &plain);
        let state = crafted::registration_state(&library, &challenge);
        told(finish_registration(
            &library,
            &json,
            (&state, &challenge, ORIGIN),
            &Trusted { asked: false, metadata: &Files::default() },
        ))
    };
    for good in ["packed-es256", "packed-es384"] {
        assert_eq!(result(good), "ok", "{good}");
    }
    for refused in ["packed-es512", "packed-eddsa", "packed-ed448"] {
        assert_eq!(result(refused), "library", "{refused}");
    }
}
