use uuid::Uuid;

use super::*;
use crate::protocol::{
    client::TokenEndpointAuthMethod, error_code::ErrorCode, scope, signing_algorithm::SigningAlgorithm,
    subject::SubjectType,
};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client(public: bool) -> Client {
    Client {
        id: Uuid::nil(),
        client_id: "a".into(),
        client_name: "A".into(),
        token_endpoint_auth_method: if public {
            TokenEndpointAuthMethod::None
        } else {
            TokenEndpointAuthMethod::ClientSecretBasic
        },
        redirect_uris: vec!["https://a.example/cb".into()],
        scopes: scope::SUPPORTED.into_iter().collect(),
        require_pkce: false,
        require_consent: true,
        subject_type: SubjectType::Public,
        sector_identifier: None,
        id_token_signed_response_alg: SigningAlgorithm::RS256,
        release_unverified_email: false,
        client_uri: None,
        initiate_login_uri: None,
        enabled: true,
        secret_hashes: vec![],
    }
}

fn check(query: &str, public: bool) -> Result<AuthorizationRequest, ErrorCode> {
    let parameters = Parameters::parse(query.as_bytes()).unwrap();
    run(&parameters, &client(public), "https://a.example/cb".into()).map_err(|e| e.code)
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
