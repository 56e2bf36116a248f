use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::protocol::{
    client_details::AccessTokenFormat, client_metadata::ClientMetadata, error_code::ErrorCode,
    response_mode::ResponseMode, response_type::ResponseType, scope::ScopeSet,
};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client(public: bool) -> Client {
    let method = if public { "none" } else { "client_secret_basic" };
    let metadata = json!({
        "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": method,
        "grant_types": ["authorization_code", "refresh_token", "implicit"],
        "response_types": ["code", "id_token", "code id_token token"],
    });
    let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
    let mut client = metadata.into_client(Uuid::nil(), "a".into()).unwrap();
    client.require_pkce = false;
    client
}

fn check_with(query: &str, client: &Client, legacy_response_types: bool) -> Result<AuthorizationRequest, ErrorCode> {
    let parameters = Parameters::parse(query.as_bytes()).unwrap();
    let resource = |name: &str| {
        (name == "https://api.example/").then(|| Resource {
            id: Uuid::nil(),
            identifier: name.to_owned(),
            scopes: ScopeSet::parse("email").unwrap(),
            access_token_format: AccessTokenFormat::Opaque,
            client_id: None,
        })
    };
    let offer = Offer { legacy_response_types, resource: &resource };
    run(&parameters, client, "https://a.example/cb".into(), offer).map_err(|e| e.code)
}

fn check(query: &str, public: bool) -> Result<AuthorizationRequest, ErrorCode> {
    check_with(query, &client(public), false)
}

#[test]
fn a_plain_request_passes() {
    let request = check("response_type=code&scope=email+openid+unknown&state=s&extra=foobar", false).unwrap();
    assert_eq!(request.scopes.to_string(), "email openid");
    assert_eq!(request.state.as_deref(), Some("s"));
    assert!(!request.redirect_uri_sent);
}

#[test]
fn each_refusal_has_its_code() {
    use ErrorCode::*;
    let ok = "response_type=code&scope=openid";
    let table = [
        ("scope=openid".to_owned(), InvalidRequest),
        ("response_type=token&scope=openid".to_owned(), UnsupportedResponseType),
        ("response_type=CODE&scope=openid".to_owned(), UnsupportedResponseType),
        ("response_type=code+id_token&scope=openid".to_owned(), UnsupportedResponseType),
        ("response_type=code".to_owned(), InvalidScope),
        ("response_type=code&scope=email".to_owned(), InvalidScope),
        (format!("{ok}&scope=x"), InvalidRequest),
        (format!("{ok}&request=x"), RequestNotSupported),
        (format!("{ok}&request_uri=http://169.254.169.254/"), RequestUriNotSupported),
        (format!("{ok}&registration=%7B%7D"), RegistrationNotSupported),
        (format!("{ok}&response_mode=jwt"), InvalidRequest),
        (format!("{ok}&claims=x"), InvalidRequest),
        (format!("{ok}&resource=https://other.example/"), InvalidTarget),
        (format!("{ok}&resource=nothing"), InvalidTarget),
        (format!("{ok}&prompt=none+login"), InvalidRequest),
        (format!("{ok}&max_age=-1"), InvalidRequest),
        (format!("{ok}&max_age=x"), InvalidRequest),
        (format!("{ok}&code_challenge={CHALLENGE}"), InvalidRequest),
        (format!("{ok}&code_challenge={CHALLENGE}&code_challenge_method=plain"), InvalidRequest),
        (format!("{ok}&code_challenge_method=S256"), InvalidRequest),
        (format!("{ok}&code_challenge=short&code_challenge_method=S256"), InvalidRequest),
        (format!("{ok}&state={}", "x".repeat(2049)), InvalidRequest),
        (format!("response_type=code&scope=openid+{}", "x".repeat(3000)), InvalidScope),
    ];
    for (query, code) in table {
        assert_eq!(check(&query, false), Err(code), "{query}");
    }
}

#[test]
fn pkce_is_asked_of_public_clients_always() {
    let ok = "response_type=code&scope=openid";
    assert_eq!(check(ok, true), Err(ErrorCode::InvalidRequest));
    let request = check(&format!("{ok}&code_challenge={CHALLENGE}&code_challenge_method=S256"), true).unwrap();
    assert_eq!(request.code_challenge.as_deref(), Some(CHALLENGE));
}

#[test]
fn legacy_response_types_are_offered_registered_and_have_a_nonce() {
    let client = client(false);
    let check = |query: &str, offered| check_with(&format!("scope=openid&{query}"), &client, offered);
    let hybrid = check("response_type=token+code+id_token&nonce=n", true).unwrap();
    assert_eq!((hybrid.response_type, hybrid.response_mode), (ResponseType::CodeIdTokenToken, ResponseMode::Fragment));
    assert_eq!(check("response_type=id_token&nonce=n", false), Err(ErrorCode::UnsupportedResponseType));
    assert_eq!(check("response_type=code+token&nonce=n", true), Err(ErrorCode::UnauthorizedClient));
    assert_eq!(check("response_type=id_token", true), Err(ErrorCode::InvalidRequest), "no nonce");
    let in_query = "response_type=id_token&nonce=n&response_mode=query";
    assert_eq!(check(in_query, true), Err(ErrorCode::InvalidRequest));
    assert!(check("response_type=id_token&nonce=n&response_mode=form_post", true).is_ok());
}

#[test]
fn offline_access_needs_a_code_and_the_grant() {
    let scopes = |query: &str, client: &Client| check_with(query, client, true).unwrap().scopes.to_string();
    let mut client = client(false);
    let query = "scope=openid+offline_access&nonce=n&response_type=";
    assert_eq!(scopes(&format!("{query}code"), &client), "offline_access openid");
    assert_eq!(scopes(&format!("{query}id_token"), &client), "openid");
    client.details.grant_types.retain(|grant| grant.as_str() != "refresh_token");
    assert_eq!(scopes(&format!("{query}code"), &client), "openid");
}

#[test]
fn claims_by_name_are_asked_for_like_scopes_and_need_the_clients_leave() {
    let mut client = client(false);
    let claims = r#"{"userinfo":{"name":null,"email":{"essential":true},"foo":null},"id_token":{"acr":{"essential":true,"value":"phr"}}}"#;
    let query: String = url::form_urlencoded::Serializer::new("response_type=code&scope=openid+email&".to_owned())
        .append_pair("claims", claims)
        .finish();
    let request = check_with(&query, &client, false).unwrap();
    assert_eq!(request.scopes.to_string(), "claim:name email openid");
    assert_eq!(request.essential_acr.unwrap(), ["phr"]);
    client.scopes = ScopeSet::parse("openid email").unwrap();
    assert_eq!(check_with(&query, &client, false).unwrap().scopes.to_string(), "email openid");
}

#[test]
fn the_registration_says_what_a_request_leaves_out() {
    let mut client = client(false);
    client.details.default_max_age = Some(60);
    client.details.default_acr_values = vec!["phr".to_owned()];
    let ok = "response_type=code&scope=openid";
    let request = check_with(ok, &client, false).unwrap();
    assert_eq!((request.max_age, request.acr_values), (Some(60), vec!["phr".to_owned()]));
    let request = check_with(&format!("{ok}&max_age=5&acr_values=a+b"), &client, false).unwrap();
    assert_eq!((request.max_age, request.acr_values), (Some(5), vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn resources_may_repeat() {
    let query = "response_type=code&scope=openid&resource=https://api.example/&resource=https://api.example/";
    assert_eq!(check(query, false).unwrap().resources, ["https://api.example/"]);
}

/// However wrong a request is, its answer travels as it asked, and no token's answer in a query.
#[test]
fn errors_travel_as_the_answer_would() {
    let of = |query: &str, uri| of_answer(&Parameters::parse(query.as_bytes()).unwrap(), uri);
    let web = "https://a.example/cb";
    assert_eq!(of("response_mode=form_post&scope=x", web), ResponseMode::FormPost);
    assert_eq!(of("response_mode=form_post", "com.example.app:/cb"), ResponseMode::Query);
    assert_eq!(of("response_type=id_token", web), ResponseMode::Fragment);
    assert_eq!(of("response_type=id_token&response_mode=query", web), ResponseMode::Fragment);
    assert_eq!(of("response_mode=form_post&response_mode=fragment", web), ResponseMode::Query);
    assert_eq!(of("response_mode=jwt", web), ResponseMode::Query);
}
