//! What the authorization endpoint takes and answers.

use poem_openapi::{ApiResponse, Object, payload::Html};

/// Answers for a browser.
#[derive(ApiResponse)]
pub enum AuthorizeAnswer {
    /// On to a page of the provider, or back to the app with `code` or `error`, `state` and `iss`.
    #[oai(status = 303)]
    SeeOther(#[oai(header = "Location")] String),
    /// Back to the app by form (`response_mode=form_post`).
    #[oai(status = 200, content_type = "text/html; charset=utf-8")]
    FormPost(Html<String>),
    /// A page: the client or its redirect URI can't be trusted.
    #[oai(status = 400, content_type = "text/html; charset=utf-8")]
    Refused(Html<String>),
    /// A page: not with this method.
    #[oai(status = 405, content_type = "text/html; charset=utf-8")]
    MethodNotAllowed(Html<String>),
    /// A page: too long.
    #[oai(status = 413, content_type = "text/html; charset=utf-8")]
    PayloadTooLarge(Html<String>),
    /// A page: the form has a coding that is not known.
    #[oai(status = 415, content_type = "text/html; charset=utf-8")]
    UnsupportedMediaType(Html<String>),
    /// A page: too often.
    #[oai(status = 429, content_type = "text/html; charset=utf-8")]
    TooManyRequests(Html<String>),
    /// A page: a fault of the server.
    #[oai(status = 500, content_type = "text/html; charset=utf-8")]
    Internal(Html<String>),
    /// A page: try again.
    #[oai(status = 503, content_type = "text/html; charset=utf-8")]
    Unavailable(Html<String>),
}

/// An authorization request (OIDC Core 3.1.2.1, RFC 7636 4.3).
#[derive(Object)]
pub struct AuthorizationRequest {
    /// `code`; other types where `oidc.legacy_response_types` is on and the client registered them.
    pub response_type: String,
    /// `query`, `fragment` or `form_post`.
    pub response_mode: Option<String>,
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes; as registered.
    pub redirect_uri: Option<String>,
    /// Words separated by spaces, `openid` among them.
    pub scope: String,
    /// Comes back as it is.
    pub state: Option<String>,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// SHA-256 of the verifier, base64url.
    pub code_challenge: Option<String>,
    /// Always `S256`.
    pub code_challenge_method: Option<String>,
    /// `none`, `login`, `consent`, `select_account`, `create`.
    pub prompt: Option<String>,
    /// Longest time since the person signed in, in seconds.
    pub max_age: Option<u32>,
    /// Languages of pages.
    pub ui_locales: Option<String>,
    /// Who might be there.
    pub login_hint: Option<String>,
    /// Who must be there: an ID token of this client, expired ones too.
    pub id_token_hint: Option<String>,
    /// How they would best sign in.
    pub acr_values: Option<String>,
    /// Claims by name (OIDC Core 5.5), JSON.
    pub claims: Option<String>,
    /// What tokens shall be meant for (RFC 8707); may repeat.
    pub resource: Option<Vec<String>>,
    /// A signed JWT with these parameters (OIDC Core 6.1).
    pub request: Option<String>,
    /// Where such a JWT is; registered (OIDC Core 6.2).
    pub request_uri: Option<String>,
}
