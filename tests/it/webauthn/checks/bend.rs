//! Ways to bend a valid response: everything else in the message stays valid.

use claviger::crypto::mac::base64url;
use serde_cbor_2::Value as Cbor;
use serde_json::{Map, Value};

use crate::harness::passkey::bytes;

/// Edits the client data of a response (as JSON) and encodes it again.
pub fn client_data(credential: &mut Value, edit: impl FnOnce(&mut Map<String, Value>)) {
    let mut data: Map<String, Value> =
        serde_json::from_slice(&bytes(&credential["response"]["clientDataJSON"])).unwrap();
    edit(&mut data);
    let text = Value::Object(data).to_string();
    credential["response"]["clientDataJSON"] = base64url(text.as_bytes()).into();
}

/// Edits the attestation object as CBOR.
pub fn attestation(credential: &mut Value, edit: impl FnOnce(&mut Cbor)) {
    let mut object: Cbor = serde_cbor_2::from_slice(&bytes(&credential["response"]["attestationObject"])).unwrap();
    edit(&mut object);
    let encoded = serde_cbor_2::to_vec(&object).unwrap();
    credential["response"]["attestationObject"] = base64url(&encoded).into();
}

/// Sets a member of the attestation object; `None` takes it away.
pub fn member(credential: &mut Value, name: &str, value: Option<Cbor>) {
    attestation(credential, |object| {
        let Cbor::Map(map) = object else { panic!("no map") };
        let key = Cbor::Text(name.to_owned());
        match value {
            Some(value) => map.insert(key, value),
            None => map.remove(&key),
        };
    });
}

/// Edits authenticator data in the attestation object.
pub fn auth_data(credential: &mut Value, edit: impl FnOnce(&mut Vec<u8>)) {
    attestation(credential, |object| {
        let Cbor::Map(map) = object else { panic!("no map") };
        let Some(Cbor::Bytes(data)) = map.get_mut(&Cbor::Text("authData".to_owned())) else { panic!("no authData") };
        edit(data);
    });
}

/// Sets format and statement.
pub fn statement(credential: &mut Value, format: &str, members: &[(&str, Cbor)]) {
    let members = members.iter().map(|(name, value)| (Cbor::Text((*name).to_owned()), value.clone()));
    member(credential, "fmt", Some(Cbor::Text(format.to_owned())));
    member(credential, "attStmt", Some(Cbor::Map(members.collect())));
}

/// A CBOR map of extension outputs.
pub fn extensions(name: &str, value: Cbor) -> Vec<u8> {
    serde_cbor_2::to_vec(&Cbor::Map([(Cbor::Text(name.to_owned()), value)].into())).unwrap()
}

/// Takes a member of a JSON object away.
pub fn take(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().shift_remove(name).unwrap();
}
