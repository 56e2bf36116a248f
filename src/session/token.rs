//! An access token for an API of our own, as somebody presents it.

use crate::{
    http::{Call, Code, Problem, bearer as presented},
    protocol::scope::ScopeSet,
    store::{
        Connection,
        bearer::{self, Bearer},
    },
};

/// The token and what of its scopes the client may have still. It must be for that API, named by its path, and nothing else.
///
/// # Errors
/// `invalid_token`, or when the database fails.
pub async fn presented<C: Connection>(call: &Call, connection: &C, api: &str) -> Result<(Bearer, ScopeSet), Problem> {
    let app = &call.app;
    let presented = call.bearer().and_then(|token| presented::present(app, token)).ok_or(Code::InvalidToken)?;
    let found = bearer::find(connection, presented.hash).await?.ok_or(Code::InvalidToken)?;
    app.policy().allow_bearer(&found).map_err(|_| Code::InvalidToken)?;
    if found.audience != [app.urls.absolute(api)] {
        return Err(Code::InvalidToken.into());
    }
    // What the client may have no more is not given any more.
    let scopes = found.client.narrow(&found.scopes);
    Ok((found, scopes))
}
