use serde_json::{Value, json};

use super::*;

fn client(json: Value) -> Result<Client, ErrorCode> {
    let metadata: ClientMetadata = serde_json::from_value(json).unwrap();
    metadata.into_client(Uuid::nil(), "id".to_owned()).map_err(|error| error.code)
}

fn with(member: &str, value: impl Into<Value>) -> Result<Client, ErrorCode> {
    let mut json = json!({"redirect_uris": ["https://a.example/cb"]});
    json[member] = value.into();
    client(json)
}

const REFUSED: Option<ErrorCode> = Some(ErrorCode::InvalidClientMetadata);

#[test]
fn defaults_are_those_of_the_specification() {
    let client = with("unknown", 1).unwrap();
    assert_eq!(client.token_endpoint_auth_method, TokenEndpointAuthMethod::ClientSecretBasic);
    assert_eq!(client.id_token_signed_response_alg, SigningAlgorithm::RS256);
    assert_eq!(client.details.grant_types, [GrantType::AuthorizationCode]);
    assert_eq!(client.details.response_types, [ResponseType::Code]);
    assert!(client.require_pkce && client.require_consent && client.enabled);
    assert!(with("contacts", Value::Null).is_ok());
}

#[test]
fn each_uri_goes_through_a_validator() {
    let links = ["client_uri", "initiate_login_uri", "logo_uri", "policy_uri", "tos_uri"];
    let called = ["jwks_uri", "sector_identifier_uri", "backchannel_logout_uri"];
    for member in links.into_iter().chain(called) {
        assert!(with(member, "https://a.example/x").is_ok(), "{member}");
        for bad in [
            "javascript:alert(1)",
            "http://a.example",
            "data:x",
            "https://u:p@a.example",
            "nothing",
            "https:/a.example",
            "https://a.example/\u{0}",
            "https://a.example/ x",
        ] {
            assert_eq!(with(member, bad).err(), REFUSED, "{member} {bad}");
        }
    }
    assert_eq!(with("backchannel_logout_uri", "https://a.example/#x").err(), REFUSED);
    for member in ["request_uris", "post_logout_redirect_uris"] {
        assert!(with(member, json!(["https://a.example/x?y=z"])).is_ok(), "{member}");
        assert_eq!(with(member, json!(["javascript:alert(1)"])).err(), REFUSED, "{member}");
    }
    assert!(with("request_uris", json!(["https://a.example/x#hash"])).is_ok());
    assert_eq!(with("post_logout_redirect_uris", json!(["https://a.example/#x"])).err(), REFUSED);
    assert_eq!(with("redirect_uris", json!(["https://a.example/#x"])).err(), Some(ErrorCode::InvalidRedirectUri));
    assert_eq!(with("redirect_uris", json!([])).err(), Some(ErrorCode::InvalidRedirectUri));
}

#[test]
fn pairwise_subjects_need_one_sector() {
    let two = json!({
        "redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "subject_type": "pairwise",
    });
    assert_eq!(client(two.clone()).err(), REFUSED);
    let mut listed = two;
    listed["sector_identifier_uri"] = "https://c.example/list".into();
    assert_eq!(client(listed).unwrap().sector(), "c.example");
    assert_eq!(with("subject_type", "pairwise").unwrap().sector(), "a.example");
    for uris in
        [["https://victim.example/cb", "com.evil.app:/cb"], ["https://victim.example/cb", "http://localhost/cb"]]
    {
        let native = json!({ "redirect_uris": uris, "application_type": "native", "subject_type": "pairwise" });
        assert_eq!(client(native).err(), REFUSED, "{uris:?}");
    }
    let invented = json!({
        "redirect_uris": ["com.evil.app://victim.example/cb"], "application_type": "native", "subject_type": "pairwise",
    });
    assert_eq!(client(invented).unwrap().sector(), "id", "its own");
    assert_eq!(with("initiate_login_uri", "http://localhost/x").err(), REFUSED);
}

#[test]
fn grants_and_response_types_fit_each_other() {
    let json = json!({"grant_types": ["client_credentials"]});
    assert!(client(json).unwrap().details.response_types.is_empty(), "no redirect URI is needed then");
    assert_eq!(with("grant_types", json!(["refresh_token"])).unwrap().details.response_types, []);
    let implicit = with("response_types", json!(["token id_token"])).unwrap();
    assert_eq!(implicit.details.grant_types, [GrantType::Implicit]);
    let mut json = json!({"redirect_uris": ["https://a.example/cb"], "grant_types": ["implicit"]});
    json["response_types"] = json!(["code"]);
    assert_eq!(client(json).err(), REFUSED);
    assert_eq!(with("grant_types", json!(["password"])).err(), REFUSED);
    assert_eq!(with("response_types", json!(["token"])).err(), REFUSED);
}

#[test]
fn unsupported_names_are_refused() {
    for (member, bad) in [
        ("scope", "openid admin:all"),
        ("id_token_signed_response_alg", "none"),
        ("userinfo_signed_response_alg", "HS256"),
        ("request_object_signing_alg", "none"),
        ("token_endpoint_auth_method", "tls_client_auth"),
        ("token_endpoint_auth_signing_alg", "none"),
        ("application_type", "other"),
        ("subject_type", "other"),
        ("access_token_format", "other"),
    ] {
        assert_eq!(with(member, bad).err(), REFUSED, "{member} {bad}");
    }
    assert_eq!(with("default_max_age", -1).err(), REFUSED);
}

#[test]
fn keys_are_public_and_come_one_way() {
    let rsa = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"});
    assert!(with("jwks", json!({"keys": [rsa]})).is_ok());
    assert_eq!(with("jwks", json!({"keys": [{"kty": "oct", "k": "x"}]})).err(), REFUSED);
    assert_eq!(with("jwks", json!({"keys": [{"kty": "EC", "d": "x"}]})).err(), REFUSED);
    assert_eq!(with("jwks", json!([])).err(), REFUSED);
    assert_eq!(with("token_endpoint_auth_method", "private_key_jwt").err(), REFUSED);
    let mut both = json!({"redirect_uris": ["https://a.example/cb"], "jwks": {"keys": []}});
    both["jwks_uri"] = "https://a.example/jwks".into();
    assert_eq!(client(both).err(), REFUSED);
}

/// What is read back registers the same client.
#[test]
fn what_is_registered_is_told() {
    let metadata = json!({
        "redirect_uris": ["https://a.example/cb"], "client_name": "A", "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "application_type": "web", "scope": "email openid", "subject_type": "pairwise",
        "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "RS256",
        "request_object_signing_alg": "PS256", "jwks_uri": "https://a.example/jwks",
        "client_uri": "https://a.example/", "logo_uri": "https://a.example/logo.png",
        "policy_uri": "https://a.example/policy", "tos_uri": "https://a.example/tos", "contacts": ["a@a.example"],
        "initiate_login_uri": "https://a.example/start", "default_max_age": 60, "require_auth_time": true,
        "default_acr_values": ["phr"], "request_uris": ["https://a.example/r#h"],
        "post_logout_redirect_uris": ["https://a.example/bye"],
        "backchannel_logout_uri": "https://a.example/backchannel", "backchannel_logout_session_required": true,
        "token_endpoint_auth_signing_alg": "ES256",
    });
    let told = serde_json::to_value(ClientMetadata::from(&client(metadata.clone()).unwrap())).unwrap();
    assert_eq!(told, metadata);
}
