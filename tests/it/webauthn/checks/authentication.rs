//! Checks of `/webauthn/authentication/finish`. Where client or authenticator data is bent, it is signed anew.

use claviger::crypto::mac::base64url;
use poem::http::StatusCode;
use serde_cbor_2::Value as Cbor;
use serde_json::{Map, Value, json};

use super::{Expected, bend, check_fido, checks, fido, fidos};
use crate::harness::{SoftPasskey, TestApp};

const UP: u8 = 0x01;
const UV: u8 = 0x04;
const ED: u8 = 0x80;

async fn run(expected: Expected, bend: impl FnOnce(&mut Value, &SoftPasskey)) {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    app.browser().sign_up("alice", &mut passkey).await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let mut body = browser.assertion(&json!({}), &mut passkey).await;
    bend(&mut body["credential"], &passkey);
    let answer = browser.call("/webauthn/authentication/finish", &body).await;
    match expected {
        Expected::Accepted => assert_eq!(answer.status, StatusCode::OK, "{}", answer.body),
        Expected::Refused => {
            assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.body);
            assert_eq!(answer.code(), "verification_failed");
            assert!(!browser.cookies.contains_key("claviger_sid"));
        }
    }
}

async fn conform(expected: Expected, bend: impl FnOnce(&mut Value, &SoftPasskey)) {
    let (app, mut passkey) = (fidos().await, SoftPasskey::new());
    let mut browser = app.browser();
    let named = json!({ "username": "alice" });
    let options = fido(&mut browser, "/attestation/options", &named).await.json();
    let credential = passkey.create(options, &browser.origin.clone()).await;
    check_fido(&fido(&mut browser, "/attestation/result", &credential).await, Expected::Accepted);
    let options = fido(&mut browser, "/assertion/options", &named).await.json();
    let mut credential = passkey.get(options, &browser.origin.clone()).await;
    let has_handle = |credential: &Value| {
        let response = credential["response"].as_object();
        response.is_none_or(|response| response.get("userHandle").is_some_and(|handle| !handle.is_null()))
    };
    assert!(has_handle(&credential), "or the checks below would be none");
    bend(&mut credential, &passkey);
    if !has_handle(&credential) {
        // WebAuthn 7.2 step 6: who was named beforehand need not be named again.
        return;
    }
    check_fido(&fido(&mut browser, "/assertion/result", &credential).await, expected);
}

/// Edits client data and signs anew.
fn data(edit: impl FnOnce(&mut Map<String, Value>)) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, passkey| {
        bend::client_data(credential, edit);
        passkey.forge(credential, |_| (), |_| ());
    }
}

fn set(name: &'static str, value: Value) -> impl FnOnce(&mut Value, &SoftPasskey) {
    data(move |map| drop(map.insert(name.to_owned(), value)))
}

fn unset(name: &'static str) -> impl FnOnce(&mut Value, &SoftPasskey) {
    data(move |map| drop(map.shift_remove(name).unwrap()))
}

/// Edits authenticator data and signs anew.
fn auth(edit: impl FnOnce(&mut Vec<u8>)) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, passkey| passkey.forge(credential, edit, |_| ())
}

/// Replaces a member of the response, unsigned.
fn response(name: &'static str, value: Value) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, _| credential["response"][name] = value
}

fn missing(name: &'static str) -> impl FnOnce(&mut Value, &SoftPasskey) {
    move |credential, _| bend::take(&mut credential["response"], name)
}

checks! { run, conform:
    valid: Accepted => |_, _| ();
    id_missing: Refused => |c, _| bend::take(c, "id");
    id_not_a_string: Refused => |c, _| c["id"] = json!(1);
    id_not_base64url: Refused => |c, _| c["id"] = json!("a+b/c=");
    type_missing: Refused => |c, _| bend::take(c, "type");
    type_not_a_string: Refused => |c, _| c["type"] = json!(1);
    type_not_public_key: Refused => |c, _| c["type"] = json!("private-key");
    response_missing: Refused => |c, _| bend::take(c, "response");
    response_not_an_object: Refused => |c, _| c["response"] = json!("x");
    client_data_json_missing: Refused => missing("clientDataJSON");
    client_data_json_not_a_string: Refused => response("clientDataJSON", json!(1));
    client_data_json_empty: Refused => response("clientDataJSON", json!(""));
    authenticator_data_missing: Refused => missing("authenticatorData");
    authenticator_data_not_a_string: Refused => response("authenticatorData", json!(1));
    authenticator_data_not_base64url: Refused => response("authenticatorData", json!("a+b/c="));
    authenticator_data_empty: Refused => response("authenticatorData", json!(""));
    signature_missing: Refused => missing("signature");
    signature_not_a_string: Refused => response("signature", json!(1));
    signature_not_base64url: Refused => response("signature", json!("a+b/c="));
    signature_empty: Refused => response("signature", json!(""));
    signature_unverifiable: Refused => response("signature", json!(base64url(&[0x30; 70])));
    user_handle_not_a_string: Refused => response("userHandle", json!(1));
    client_data_type_absent: Refused => unset("type");
    client_data_type_1: Refused => set("type", json!(1));
    client_data_type_empty: Refused => set("type", json!(""));
    client_data_type_x: Refused => set("type", json!("x"));
    client_data_type_webauthn_create: Refused => set("type", json!("webauthn.create"));
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
    extension_data: Accepted => auth(|data| {
        data[32] |= ED;
        data.extend(bend::extensions("example.extension", Cbor::Bool(true)));
    });
    leftover_bytes_in_authenticator_data: Refused => auth(|data| data.extend([0; 4]));
    wrong_rp_id_hash: Refused => auth(|data| data[0] ^= 1);
    signature_over_another_client_data_hash: Refused => |c, passkey| {
        passkey.forge(c, |_| (), |_| ());
        bend::client_data(c, |map| drop(map.insert("other".into(), json!(true))));
    };
    up_only: Refused => auth(|data| data[32] &= !UV);
    uv_without_up: Refused => auth(|data| data[32] &= !UP);
    extra_client_data_keys: Accepted => set("extra_keys_may_be_added_here", json!("x"));
    top_origin: Refused => set("topOrigin", json!("https://evil.test"));
    cross_origin_true: Refused => set("crossOrigin", json!(true));
    user_handle_missing: Refused => missing("userHandle");
}
