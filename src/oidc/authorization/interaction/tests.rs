use chrono::{DateTime, Duration};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    protocol::{
        acr_amr::Assurance, claims::StandardClaims, client_metadata::ClientMetadata, prompt::Prompt, scope::SUPPORTED,
    },
    store::{consent::Consent, user::User},
};

const SESSION: Uuid = Uuid::from_u128(1);
const USER: Uuid = Uuid::from_u128(2);

fn now() -> Time {
    DateTime::UNIX_EPOCH + Duration::days(1)
}

fn scopes(text: &str) -> ScopeSet {
    ScopeSet::parse(text).unwrap()
}

fn request(prompt: &str, max_age: Option<i64>) -> AuthorizationRequest {
    AuthorizationRequest {
        redirect_uri: "https://a.example/cb".into(),
        redirect_uri_sent: true,
        scopes: scopes("openid profile"),
        state: None,
        nonce: None,
        code_challenge: None,
        prompt: Prompt::parse(prompt).unwrap(),
        max_age,
        ui_locales: None,
        login_hint: None,
    }
}

fn client(require_consent: bool) -> Client {
    let metadata: ClientMetadata = serde_json::from_value(json!({"redirect_uris": ["https://a.example/cb"]})).unwrap();
    let mut client = metadata.into_client(Uuid::nil(), "a".into()).unwrap();
    assert!(SUPPORTED.iter().all(|scope| client.scopes.contains(scope)));
    client.require_consent = require_consent;
    client
}

/// A session whose ceremony was a hundred seconds ago.
fn subject(consent: Option<(&str, &str)>) -> (Subject, Session) {
    let session = Session {
        id: SESSION,
        user_id: USER,
        credential_id: None,
        auth_time: now() - Duration::seconds(100),
        assurance: Assurance::authentication(true),
        created_at: now(),
        last_seen_at: now(),
        expires_at: now() + Duration::days(1),
        ended_at: None,
    };
    let user = User {
        id: USER,
        username: "alice".into(),
        sub: "sub".into(),
        user_handle: vec![],
        display_name: None,
        email: None,
        email_verified: false,
        claims: StandardClaims::default(),
        roles: vec![],
        enabled: true,
        created_at: now(),
        updated_at: now(),
    };
    let consent = consent.map(|(granted, declined)| Consent { granted: scopes(granted), declined: scopes(declined) });
    (
        Subject {
            user,
            session: Some(session.clone()),
            consent,
            client_enabled: true,
            last_at: None,
            is_revoked: false,
        },
        session,
    )
}

fn code(step: &Step) -> Option<ErrorCode> {
    if let Step::Refuse(error) = step { Some(error.code) } else { None }
}

#[test]
fn without_a_session_somebody_must_sign_in_or_silence_is_an_error() {
    let step = |prompt| decide(&request(prompt, None), &client(false), None, Progress::default(), now());
    assert_eq!(step(""), Step::Authenticate);
    assert_eq!(code(&step("none")), Some(ErrorCode::LoginRequired));
}

#[test]
fn a_ceremony_counts_for_its_session_and_person_alone() {
    let (subject, session) = subject(None);
    let made = |session_id, user_id| Ceremony { session_id, user_id, credential_id: Uuid::nil(), at: now() };
    let step = |prompt, max_age, ceremony: &Ceremony| {
        let progress = Progress { ceremony: Some(ceremony), consent: None };
        decide(&request(prompt, max_age), &client(false), Some((&subject, &session)), progress, now())
    };
    for (prompt, max_age) in [("login", None), ("select_account", None), ("", Some(99)), ("", Some(0))] {
        assert!(matches!(step(prompt, max_age, &made(SESSION, USER)), Step::Done(_)), "{prompt} {max_age:?}");
        assert_eq!(step(prompt, max_age, &made(Uuid::nil(), USER)), Step::Authenticate, "{prompt} {max_age:?}");
        assert_eq!(step(prompt, max_age, &made(SESSION, Uuid::nil())), Step::Authenticate, "{prompt} {max_age:?}");
    }
    assert!(matches!(step("", Some(100), &made(Uuid::nil(), USER)), Step::Done(_)), "young enough");
    assert_eq!(code(&step("none", Some(99), &made(Uuid::nil(), USER))), Some(ErrorCode::LoginRequired));
}

#[test]
fn standing_consent_covers_what_was_decided() {
    let step = |consent, prompt| {
        let (subject, session) = subject(consent);
        decide(&request(prompt, None), &client(true), Some((&subject, &session)), Progress::default(), now())
    };
    assert_eq!(step(None, ""), Step::Consent);
    assert_eq!(code(&step(None, "none")), Some(ErrorCode::ConsentRequired));
    assert_eq!(step(Some(("openid", "")), ""), Step::Consent);
    assert_eq!(step(Some(("openid profile email", "")), ""), Step::Done(scopes("openid profile")));
    assert_eq!(step(Some(("openid", "profile")), ""), Step::Done(scopes("openid")));
    assert_eq!(step(Some(("openid profile", "")), "consent"), Step::Consent);
}

#[test]
fn a_decision_for_this_request_is_final() {
    let (subject, session) = subject(Some(("openid profile", "")));
    let step = |granted: Option<ScopeSet>, session_id| {
        let consent = ConsentStep { session_id, user_id: USER, granted };
        let progress = Progress { ceremony: None, consent: Some(&consent) };
        decide(&request("consent", None), &client(true), Some((&subject, &session)), progress, now())
    };
    assert_eq!(code(&step(None, SESSION)), Some(ErrorCode::AccessDenied));
    assert_eq!(step(Some(scopes("openid email")), SESSION), Step::Done(scopes("openid")));
    assert_eq!(step(Some(scopes("openid")), Uuid::nil()), Step::Consent, "of another session");
}
