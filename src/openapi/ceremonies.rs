//! What ceremonies take and answer.

use poem_openapi::{ApiResponse, Object, types::Any};
use serde_json::Value;

use super::describe::PlainJson;

/// Somebody new.
#[derive(Object)]
pub struct SignUp {
    /// The name to be known by.
    pub username: String,
    /// What people call them.
    pub display_name: Option<String>,
    /// Their address; nothing depends on it.
    pub email: Option<String>,
    /// A sign-up token, where nobody makes an account without one.
    pub token: Option<String>,
}

/// For whom a passkey is to be made: one of `link` and `sign_up`, or neither for another passkey of whoever is signed in.
#[derive(Object)]
pub struct RegistrationBegin {
    /// The token of an enrolment link.
    pub link: Option<String>,
    /// Somebody new, where sign-up is open.
    pub sign_up: Option<SignUp>,
    /// The authorization request to go on with.
    pub request: Option<String>,
}

/// Who is to sign in, and what for.
#[derive(Object)]
pub struct AuthenticationBegin {
    /// The authorization request to go on with.
    pub request: Option<String>,
    /// The sealed page to go on with.
    #[oai(rename = "continue")]
    pub continuation: Option<String>,
    /// Somebody else than who is signed in.
    pub other_account: Option<bool>,
    /// Whoever is signed in, once more, for one thing.
    pub step_up: Option<StepUpPurpose>,
}

/// One thing to be done.
#[derive(Object)]
pub struct StepUpPurpose {
    /// What: `passkey.add`, `passkey.remove`, `recovery_codes`, `email`, `export`, `delete` or `admin`.
    pub action: String,
    /// To what: a passkey's id, for `passkey.remove`.
    pub target: Option<String>,
}

/// A ceremony that was begun.
#[derive(Object)]
pub struct Begun {
    /// To be sent back with the authenticator's answer.
    pub ceremony: String,
    /// For `navigator.credentials` (WebAuthn 5.4, 5.5), as JSON.
    #[oai(rename = "publicKey")]
    pub public_key: Any<Value>,
}

/// The authenticator's answer to a registration.
#[derive(Object)]
pub struct RegistrationFinish {
    /// From the beginning.
    pub ceremony: String,
    /// `RegistrationResponseJSON` (WebAuthn 5.1.8).
    pub credential: Any<Value>,
    /// What the person calls the passkey.
    pub name: Option<String>,
}

/// The authenticator's answer to an authentication.
#[derive(Object)]
pub struct AuthenticationFinish {
    /// From the beginning.
    pub ceremony: String,
    /// `AuthenticationResponseJSON` (WebAuthn 5.1.8).
    pub credential: Any<Value>,
}

/// What an authentication comes to: one of both.
#[derive(Object)]
pub struct Authenticated {
    /// A path or URL to go on with.
    pub location: Option<String>,
    /// Sent as `X-Step-Up` with the call that it was asked for, within five minutes, once.
    pub step_up: Option<String>,
}

/// An authentication that succeeded.
#[derive(ApiResponse)]
pub enum AuthenticatedAnswer {
    /// Done.
    #[oai(status = 200)]
    Ok(PlainJson<Authenticated>),
}

/// A begun ceremony.
#[derive(ApiResponse)]
pub enum BegunAnswer {
    /// Begun.
    #[oai(status = 200)]
    Ok(PlainJson<Begun>),
}
