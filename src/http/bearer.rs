//! Access tokens that somebody presents, of either format. Whether one opens anything says its row.

use crate::{
    app::App,
    crypto::{
        mac::{Tag, from_base64url},
        token::{self, TokenKind},
    },
    protocol::jws::{self, Unverified},
};

/// What the header of an access token says it is (RFC 9068 2.1).
pub const TYP: &str = "at+jwt";

/// What somebody presents as an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The key of its row.
    pub hash: Tag,
    /// What a JWT says of itself, for those that have no row.
    pub claims: Option<jws::Claims>,
}

/// Reads an access token of either format; `None` for what is none of ours. Whether it opens anything says its row.
#[must_use]
pub fn present(app: &App, token: &str) -> Option<Presented> {
    if let Some(hash) = token::hash(TokenKind::AccessToken, token) {
        return Some(Presented { hash, claims: None });
    }
    let unverified = Unverified::parse(token)?;
    let is_ours = unverified.header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYP));
    let claims = is_ours.then(|| app.keys().verify(&unverified))??;
    if jws::text(&claims, "iss") != Some(app.config.issuer.as_str()) {
        return None;
    }
    let hash = from_base64url(jws::text(&claims, "jti")?)?.try_into().ok()?;
    Some(Presented { hash, claims: Some(claims) })
}

/// Nobody is behind it but the client, so that no row says more than it does itself.
#[must_use]
pub fn is_without_row(claims: &jws::Claims) -> bool {
    jws::text(claims, "sub").is_some_and(|sub| jws::text(claims, "client_id") == Some(sub))
}
