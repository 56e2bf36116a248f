//! Checks of `/webauthn/registration/finish`.

use std::collections::BTreeMap;

use claviger::crypto::mac::base64url;
use poem::http::StatusCode;
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};

use super::{Expected, bend, check_fido, checks, fido, fidos};
use crate::harness::{SoftPasskey, TestApp, passkey::bytes};

const AT: u8 = 0x40;
const ED: u8 = 0x80;

async fn run(expected: Expected, bend: impl FnOnce(&mut Value, &SoftPasskey)) {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "alice" } });
    let begun = browser.call("/webauthn/registration/begin", &asked).await.json();
    let mut passkey = SoftPasskey::new();
    let mut credential = passkey.create(begun["publicKey"].clone(), &browser.origin).await;
    bend(&mut credential, &passkey);
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    let answer = browser.call("/webauthn/registration/finish", &body).await;
    match expected {
        Expected::Accepted => assert_eq!(answer.status, StatusCode::OK, "{}", answer.body),
        Expected::Refused => {
            assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.body);
            assert_eq!(answer.code(), "verification_failed");
        }
    }
}

async fn conform(expected: Expected, bend: impl FnOnce(&mut Value, &SoftPasskey)) {
    let (app, mut passkey) = (fidos().await, SoftPasskey::new());
    let mut browser = app.browser();
    let options = fido(&mut browser, "/attestation/options", &json!({ "username": "alice" })).await.json();
    let mut credential = passkey.create(options, &browser.origin.clone()).await;
    bend(&mut credential, &passkey);
    check_fido(&fido(&mut browser, "/attestation/result", &credential).await, expected);
}

#[tokio::test]
async fn another_rp_id_and_a_person_who_was_not_verified_are_refused() {
    run(Expected::Refused, |c, _| bend::auth_data(c, |data| data[0] ^= 1)).await;
    run(Expected::Refused, |c, _| bend::auth_data(c, |data| data[32] &= !0x04)).await;
}

/// What the packed checks bend is accepted as it is.
#[tokio::test]
async fn a_whole_packed_self_attestation_is_accepted() {
    run(Expected::Accepted, |c, passkey| self_attest(c, passkey, |_| ())).await;
}

/// A packed self attestation (WebAuthn 8.2), its statement bent.
fn self_attest(credential: &mut Value, passkey: &SoftPasskey, edit: impl FnOnce(&mut BTreeMap<Cbor, Cbor>)) {
    let signature = passkey.attest(credential);
    let mut members: BTreeMap<Cbor, Cbor> =
        [(Cbor::Text("alg".into()), es256()), (Cbor::Text("sig".into()), Cbor::Bytes(signature))].into();
    edit(&mut members);
    bend::member(credential, "fmt", Some(Cbor::Text("packed".into())));
    bend::member(credential, "attStmt", Some(Cbor::Map(members)));
}

fn packed(name: &'static str, value: Option<Cbor>) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, passkey| {
        self_attest(credential, passkey, |members| {
            let key = Cbor::Text(name.into());
            match value {
                Some(value) => members.insert(key, value),
                None => members.remove(&key),
            };
        });
    }
}

fn response<'a>(credential: &'a mut Value, name: &str) -> &'a mut Value {
    &mut credential["response"][name]
}

fn set(name: &'static str, value: Value) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, _| bend::client_data(credential, |data| drop(data.insert(name.to_owned(), value)))
}

fn unset(name: &'static str) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, _| bend::client_data(credential, |data| drop(data.shift_remove(name).unwrap()))
}

fn es256() -> Cbor {
    Cbor::Integer(-7)
}

checks! { run, conform:
    id_missing: Refused => |c, _| bend::take(c, "id");
    id_not_a_string: Refused => |c, _| c["id"] = json!(1);
    id_not_base64url: Refused => |c, _| c["id"] = json!("a+b/c=");
    type_missing: Refused => |c, _| bend::take(c, "type");
    type_not_a_string: Refused => |c, _| c["type"] = json!(1);
    type_not_public_key: Refused => |c, _| c["type"] = json!("private-key");
    response_missing: Refused => |c, _| bend::take(c, "response");
    response_not_an_object: Refused => |c, _| c["response"] = json!("x");
    client_data_json_missing: Refused => |c, _| bend::take(&mut c["response"], "clientDataJSON");
    client_data_json_not_a_string: Refused => |c, _| *response(c, "clientDataJSON") = json!(1);
    client_data_json_empty: Refused => |c, _| *response(c, "clientDataJSON") = json!("");
    attestation_object_missing: Refused => |c, _| bend::take(&mut c["response"], "attestationObject");
    attestation_object_not_a_string: Refused => |c, _| *response(c, "attestationObject") = json!(1);
    attestation_object_empty: Refused => |c, _| *response(c, "attestationObject") = json!("");
    client_data_type_absent: Refused => unset("type");
    client_data_type_1: Refused => set("type", json!(1));
    client_data_type_empty: Refused => set("type", json!(""));
    client_data_type_x: Refused => set("type", json!("x"));
    client_data_type_webauthn_get: Refused => set("type", json!("webauthn.get"));
    challenge_absent: Refused => unset("challenge");
    challenge_3: Refused => set("challenge", json!(3));
    challenge_empty: Refused => set("challenge", json!(""));
    challenge_no_base64url: Refused => set("challenge", json!("&!"));
    challenge_another: Refused => set("challenge", json!(base64url(&[7; 32])));
    origin_absent: Refused => unset("origin");
    origin_3: Refused => set("origin", json!(3));
    origin_empty: Refused => set("origin", json!(""));
    origin_foreign: Refused => set("origin", json!("https://evil.test"));
    token_binding_x: Refused => set("tokenBinding", json!("x"));
    token_binding_empty: Refused => set("tokenBinding", json!({}));
    token_binding_bogus: Refused => set("tokenBinding", json!({ "status": "bogus" }));
    not_a_map: Refused => |c, _| bend::attestation(c, |object| *object = Cbor::Array(vec![]));
    no_fmt: Refused => |c, _| bend::member(c, "fmt", None);
    fmt_not_text: Refused => |c, _| bend::member(c, "fmt", Some(Cbor::Integer(1)));
    no_att_stmt: Refused => |c, _| bend::member(c, "attStmt", None);
    att_stmt_not_a_map: Refused => |c, _| bend::member(c, "attStmt", Some(Cbor::Text("x".into())));
    no_auth_data: Refused => |c, _| bend::member(c, "authData", None);
    auth_data_not_bytes: Refused => |c, _| bend::member(c, "authData", Some(Cbor::Text("x".into())));
    auth_data_empty: Refused => |c, _| bend::member(c, "authData", Some(Cbor::Bytes(vec![])));
    at_clear_with_data: Refused => |c, _| bend::auth_data(c, |data| data[32] &= !AT);
    at_clear_without_data: Refused => |c, _| bend::auth_data(c, |data| { data[32] &= !AT; data.truncate(37); });
    at_set_without_data: Refused => |c, _| bend::auth_data(c, |data| data.truncate(37));
    leftover_bytes_in_auth_data: Refused => |c, _| bend::auth_data(c, |data| data.extend([0; 4]));
    packed_with_empty_att_stmt: Refused => |c, passkey| self_attest(c, passkey, BTreeMap::clear);
    packed_without_alg: Refused => packed("alg", None);
    packed_alg_text: Refused => packed("alg", Some(Cbor::Text("x".into())));
    packed_without_sig: Refused => packed("sig", None);
    packed_sig_text: Refused => packed("sig", Some(Cbor::Text("x".into())));
    packed_sig_empty: Refused => packed("sig", Some(Cbor::Bytes(vec![])));
    unknown_fmt: Refused => |c, _| bend::statement(c, "bogus", &[]);
    fmt_none_with_att_stmt: Refused => |c, _| bend::statement(c, "none", &[("x", Cbor::Integer(1))]);
    ed_set_without_extensions: Refused => |c, _| bend::auth_data(c, |data| data[32] |= ED);
    bytes_after_the_cbor: Refused => |c, _| {
        let mut object = bytes(response(c, "attestationObject"));
        object.extend([0; 4]);
        *response(c, "attestationObject") = base64url(&object).into();
    };
    ed_set_with_an_extension_map: Accepted => |c, _| bend::auth_data(c, |data| {
        data[32] |= ED;
        data.extend(bend::extensions("example.extension", Cbor::Bool(true)));
    });
    cred_protect_output: Accepted => |c, _| bend::auth_data(c, |data| {
        data[32] |= ED;
        data.extend(bend::extensions("credProtect", Cbor::Integer(3)));
    });
    up_0: Refused => |c, _| bend::auth_data(c, |data| data[32] &= !1);
    unknown_transport: Accepted => |c, _| *response(c, "transports") = json!(["internal", "smart-card", "telepathy"]);
    unknown_extension_output: Accepted => |c, _| c["clientExtensionResults"] = json!({ "example": { "x": 1 } });
}
