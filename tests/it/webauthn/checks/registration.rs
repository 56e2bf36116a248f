//! Checks of `/webauthn/registration/finish`.

use claviger::crypto::mac::base64url;
use poem::http::StatusCode;
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};

use super::{Expected, bend, checks};
use crate::harness::{SoftPasskey, TestApp, passkey::bytes};

const AT: u8 = 0x40;
const ED: u8 = 0x80;

async fn run(expected: Expected, bend: impl FnOnce(&mut Value)) {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "alice" } });
    let begun = browser.call("/webauthn/registration/begin", &asked).await.json();
    let mut credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin).await;
    bend(&mut credential);
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

fn response<'a>(credential: &'a mut Value, name: &str) -> &'a mut Value {
    &mut credential["response"][name]
}

fn set(name: &'static str, value: Value) -> impl FnOnce(&mut Value) {
    move |credential| bend::client_data(credential, |data| drop(data.insert(name.to_owned(), value)))
}

fn unset(name: &'static str) -> impl FnOnce(&mut Value) {
    move |credential| bend::client_data(credential, |data| drop(data.shift_remove(name).unwrap()))
}

fn packed(members: Vec<(&'static str, Cbor)>) -> impl FnOnce(&mut Value) {
    move |credential| bend::statement(credential, "packed", &members)
}

fn es256() -> Cbor {
    Cbor::Integer(-7)
}

checks! { run:
    id_missing: Refused => |c| bend::take(c, "id");
    id_not_a_string: Refused => |c| c["id"] = json!(1);
    id_not_base64url: Refused => |c| c["id"] = json!("a+b/c=");
    type_missing: Refused => |c| bend::take(c, "type");
    type_not_a_string: Refused => |c| c["type"] = json!(1);
    type_not_public_key: Refused => |c| c["type"] = json!("private-key");
    response_missing: Refused => |c| bend::take(c, "response");
    response_not_an_object: Refused => |c| c["response"] = json!("x");
    client_data_json_missing: Refused => |c| bend::take(&mut c["response"], "clientDataJSON");
    client_data_json_not_a_string: Refused => |c| *response(c, "clientDataJSON") = json!(1);
    client_data_json_empty: Refused => |c| *response(c, "clientDataJSON") = json!("");
    attestation_object_missing: Refused => |c| bend::take(&mut c["response"], "attestationObject");
    attestation_object_not_a_string: Refused => |c| *response(c, "attestationObject") = json!(1);
    attestation_object_empty: Refused => |c| *response(c, "attestationObject") = json!("");
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
    not_a_map: Refused => |c| bend::attestation(c, |object| *object = Cbor::Array(vec![]));
    no_fmt: Refused => |c| bend::member(c, "fmt", None);
    fmt_not_text: Refused => |c| bend::member(c, "fmt", Some(Cbor::Integer(1)));
    no_att_stmt: Refused => |c| bend::member(c, "attStmt", None);
    att_stmt_not_a_map: Refused => |c| bend::member(c, "attStmt", Some(Cbor::Text("x".into())));
    no_auth_data: Refused => |c| bend::member(c, "authData", None);
    auth_data_not_bytes: Refused => |c| bend::member(c, "authData", Some(Cbor::Text("x".into())));
    auth_data_empty: Refused => |c| bend::member(c, "authData", Some(Cbor::Bytes(vec![])));
    at_clear_with_data: Refused => |c| bend::auth_data(c, |data| data[32] &= !AT);
    at_clear_without_data: Refused => |c| bend::auth_data(c, |data| { data[32] &= !AT; data.truncate(37); });
    at_set_without_data: Refused => |c| bend::auth_data(c, |data| data.truncate(37));
    leftover_bytes_in_auth_data: Refused => |c| bend::auth_data(c, |data| data.extend([0; 4]));
    packed_with_empty_att_stmt: Refused => packed(vec![]);
    packed_without_alg: Refused => packed(vec![("sig", Cbor::Bytes(vec![1; 70]))]);
    packed_alg_text: Refused => packed(vec![("alg", Cbor::Text("x".into())), ("sig", Cbor::Bytes(vec![1; 70]))]);
    packed_without_sig: Refused => packed(vec![("alg", es256())]);
    packed_sig_text: Refused => packed(vec![("alg", es256()), ("sig", Cbor::Text("x".into()))]);
    packed_sig_empty: Refused => packed(vec![("alg", es256()), ("sig", Cbor::Bytes(vec![]))]);
    unknown_fmt: Refused => |c| bend::statement(c, "bogus", &[]);
    fmt_none_with_att_stmt: Refused => |c| bend::statement(c, "none", &[("x", Cbor::Integer(1))]);
    ed_set_without_extensions: Refused => |c| bend::auth_data(c, |data| data[32] |= ED);
    bytes_after_the_cbor: Refused => |c| {
        let mut object = bytes(response(c, "attestationObject"));
        object.extend([0; 4]);
        *response(c, "attestationObject") = base64url(&object).into();
    };
    ed_set_with_an_extension_map: Accepted => |c| bend::auth_data(c, |data| {
        data[32] |= ED;
        data.extend(bend::extensions("example.extension", Cbor::Bool(true)));
    });
    cred_protect_output: Accepted => |c| bend::auth_data(c, |data| {
        data[32] |= ED;
        data.extend(bend::extensions("credProtect", Cbor::Integer(3)));
    });
    up_0: Refused => |c| bend::auth_data(c, |data| data[32] &= !1);
    unknown_transport: Accepted => |c| *response(c, "transports") = json!(["internal", "smart-card", "telepathy"]);
    unknown_extension_output: Accepted => |c| c["clientExtensionResults"] = json!({ "example": { "x": 1 } });
}
