//! `id_token_hint` (OIDC Core 3.1.2.1, RP-Initiated Logout 2): one of our own ID tokens, expired ones too.

use crate::{
    app::App,
    protocol::{
        client::Client,
        jws::{self, Claims, Unverified},
    },
};

/// What a hint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The person, as that client knows them.
    pub sub: String,
    /// The session, as that client knows it.
    pub sid: Option<String>,
    /// `client_id` of whom it was issued to.
    pub client_id: String,
}

/// Reads a hint; `None` for what we did not sign as an ID token.
#[must_use]
pub fn read(app: &App, token: &str) -> Option<Hint> {
    let unverified = Unverified::parse(token)?;
    // Access tokens and logout tokens say what they are; ID tokens are plain.
    let claims = unverified.has_typ(&["JWT"]).then(|| app.keys().verify(&unverified))??;
    hint(app, &claims)
}

/// The same, for one client.
#[must_use]
pub fn read_for(app: &App, client: &Client, token: &str) -> Option<Hint> {
    read(app, token).filter(|hint| hint.client_id == client.client_id)
}

fn hint(app: &App, claims: &Claims) -> Option<Hint> {
    let text = |name| jws::text(claims, name).map(str::to_owned);
    let is_ours = jws::text(claims, "iss") == Some(app.config.issuer.as_str());
    // A signed userinfo answer has neither of these.
    let is_id_token = claims.contains_key("exp") && claims.contains_key("auth_time");
    if !is_ours || !is_id_token {
        return None;
    }
    Some(Hint { sub: text("sub")?, sid: text("sid"), client_id: text("aud")? })
}
