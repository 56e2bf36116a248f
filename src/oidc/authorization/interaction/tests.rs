use chrono::{DateTime, Duration};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    protocol::{
        acr_amr::Assurance,
        claims::StandardClaims,
        client_metadata::ClientMetadata,
        prompt::Prompt,
        response_mode::ResponseMode,
        response_type::ResponseType,
        scope::{GROUPS, SUPPORTED},
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
        response_type: ResponseType::Code,
        response_mode: ResponseMode::Query,
        hinted_sub: None,
        claims: None,
        essential_acr: None,
        acr_values: Vec::new(),
        resources: Vec::new(),
    }
}

fn client(require_consent: bool) -> Client {
    let metadata: ClientMetadata = serde_json::from_value(json!({"redirect_uris": ["https://a.example/cb"]})).unwrap();
    let mut client = metadata.into_client(Uuid::nil(), "a".into()).unwrap();
    let own = SUPPORTED.into_iter().filter(|scope| *scope != GROUPS);
    assert!(own.into_iter().all(|scope| client.scopes.contains(scope)));
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
        assurance: Assurance::authentication(true, false),
        created_at: now(),
        last_seen_at: now(),
        expires_at: now() + Duration::days(1),
        ended_at: None,
        ip: None,
        user_agent: None,
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
        delete_after: None,
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
            member_until: None,
            last_at: None,
        },
        session,
    )
}

fn code(step: &Step) -> Option<ErrorCode> {
    if let Step::Refuse(error) = step { Some(error.code) } else { None }
}

#[test]
fn without_a_session_somebody_must_sign_in_or_silence_is_an_error() {
    let step = |prompt| decide(&request(prompt, None), &client(false), None, Progress::default(), ("sub", now()));
    assert_eq!(step(""), Step::Authenticate);
    assert_eq!(code(&step("none")), Some(ErrorCode::LoginRequired));
}

#[test]
fn a_ceremony_counts_for_its_session_and_person_alone() {
    let (subject, session) = subject(None);
    let made = |session_id, user_id| Ceremony { session_id, user_id, credential_id: Uuid::nil(), at: now() };
    let step = |prompt, max_age, ceremony: &Ceremony| {
        let progress = Progress { ceremony: Some(ceremony), consent: None, unfit: false, outside: false };
        decide(&request(prompt, max_age), &client(false), Some((&subject, &session)), progress, ("sub", now()))
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
        decide(&request(prompt, None), &client(true), Some((&subject, &session)), Progress::default(), ("sub", now()))
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
        let progress = Progress { ceremony: None, consent: Some(&consent), unfit: false, outside: false };
        decide(&request("consent", None), &client(true), Some((&subject, &session)), progress, ("sub", now()))
    };
    assert_eq!(code(&step(None, SESSION)), Some(ErrorCode::AccessDenied));
    assert_eq!(step(Some(scopes("openid email")), SESSION), Step::Done(scopes("openid")));
    assert_eq!(step(Some(scopes("openid")), Uuid::nil()), Step::Consent, "of another session");
}

fn ceremony() -> Ceremony {
    Ceremony { session_id: SESSION, user_id: USER, credential_id: Uuid::nil(), at: now() }
}

fn step_of(request: &AuthorizationRequest, session: &Session, ceremony: Option<&Ceremony>) -> Step {
    let (subject, _) = subject(None);
    let progress = Progress { ceremony, consent: None, unfit: false, outside: false };
    decide(request, &client(false), Some((&subject, session)), progress, ("sub", now()))
}

#[test]
fn somebody_else_than_the_hint_says_signs_in_or_the_client_is_told() {
    let (_, session) = subject(None);
    let hinted = |prompt, sub: &str| AuthorizationRequest { hinted_sub: Some(sub.into()), ..request(prompt, None) };
    assert!(matches!(step_of(&hinted("none", "sub"), &session, None), Step::Done(_)));
    assert_eq!(code(&step_of(&hinted("none", "other"), &session, None)), Some(ErrorCode::LoginRequired));
    assert_eq!(step_of(&hinted("", "other"), &session, None), Step::Authenticate);
    assert_eq!(code(&step_of(&hinted("", "other"), &session, Some(&ceremony()))), Some(ErrorCode::LoginRequired));
}

#[test]
fn an_essential_acr_gets_one_more_try() {
    let (_, session) = subject(None);
    let enrolled = Session { assurance: Assurance::enrollment(), ..session.clone() };
    let essential = |prompt, acr: &str| AuthorizationRequest {
        essential_acr: Some(if acr.is_empty() { vec![] } else { vec![acr.into()] }),
        ..request(prompt, None)
    };
    assert!(matches!(step_of(&essential("none", "phr"), &session, None), Step::Done(_)));
    assert_eq!(step_of(&essential("", "other"), &session, None), Step::Authenticate);
    let unmet = Some(ErrorCode::UnmetAuthenticationRequirements);
    assert_eq!(code(&step_of(&essential("", "other"), &session, Some(&ceremony()))), unmet);
    assert_eq!(code(&step_of(&essential("none", "phr"), &enrolled, None)), Some(ErrorCode::LoginRequired));
    assert_eq!(step_of(&essential("", "phr"), &enrolled, Some(&ceremony())), Step::Authenticate, "enrolment is no try");
    assert!(matches!(step_of(&essential("none", ""), &session, None), Step::Done(_)));
    assert_eq!(step_of(&essential("", ""), &enrolled, None), Step::Authenticate, "any is more than none");
}

#[test]
fn a_liked_acr_is_tried_for_where_that_can_help() {
    let (_, session) = subject(None);
    let enrolled = Session { assurance: Assurance::enrollment(), ..session.clone() };
    let liked = |prompt, acr: &str| AuthorizationRequest { acr_values: vec![acr.into()], ..request(prompt, None) };
    assert_eq!(step_of(&liked("", "phr"), &enrolled, None), Step::Authenticate);
    assert!(matches!(step_of(&liked("", "phr"), &enrolled, Some(&ceremony())), Step::Done(_)));
    assert!(matches!(step_of(&liked("", "1"), &enrolled, None), Step::Done(_)));
    assert!(matches!(step_of(&liked("none", "phr"), &enrolled, None), Step::Done(_)));
}

#[test]
fn prompt_create_starts_with_an_account() {
    let (_, session) = subject(None);
    assert_eq!(step_of(&request("create", None), &session, None), Step::Authenticate);
    assert!(matches!(step_of(&request("create", None), &session, Some(&ceremony())), Step::Done(_)));
}
