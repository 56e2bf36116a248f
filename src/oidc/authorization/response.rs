//! The authorization response (RFC 6749 4.1.2, RFC 9207): a 303 to the client with `state` and `iss`.

use poem::Response;
use url::form_urlencoded::Serializer;

use crate::{app::App, crypto::secret::Secret, http::see_other, protocol::error_code::OAuthError};

/// Answers with a code.
pub(super) fn code(app: &App, redirect_uri: &str, state: Option<&str>, code: &Secret<String>) -> Response {
    redirect(app, redirect_uri, state, &[("code", code.expose())])
}

/// Answers with an error.
pub(super) fn error(app: &App, redirect_uri: &str, state: Option<&str>, error: &OAuthError) -> Response {
    tracing::info!(code = error.code.as_str(), "an authorization request was refused");
    let parameters = [("error", error.code.as_str()), ("error_description", error.description)];
    redirect(app, redirect_uri, state, &parameters)
}

/// The registered URI is kept byte for byte; its own query stays.
fn redirect(app: &App, redirect_uri: &str, state: Option<&str>, parameters: &[(&str, &str)]) -> Response {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", app.config.issuer.as_str());
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    see_other(&format!("{redirect_uri}{joint}{}", query.finish()))
}
