//! What a client is told about its registration (RFC 7591 3.2.1).

use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde::Serialize;

use crate::{
    app::App,
    clock::Time,
    http::OAuthFailure,
    protocol::{
        client::Client,
        client_metadata::{ClientMetadata, InvalidMetadata},
        error_code::{ErrorCode, OAuthError},
    },
};

#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct ClientInformation<'a> {
    client_id: &'a str,
    client_secret: Option<&'a str>,
    client_secret_expires_at: Option<u8>,
    client_id_issued_at: Option<i64>,
    registration_access_token: &'a str,
    registration_client_uri: String,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// Everything about a client, with what only it may know.
pub(super) fn information(
    app: &App,
    status: StatusCode,
    client: &Client,
    (registration_access_token, client_secret): (&str, Option<&str>),
    issued_at: Option<Time>,
) -> Response {
    let information = ClientInformation {
        client_id: &client.client_id,
        client_secret,
        // Secrets end by being rotated, never by time.
        client_secret_expires_at: client_secret.map(|_| 0),
        client_id_issued_at: issued_at.map(|at| at.timestamp()),
        registration_access_token,
        registration_client_uri: app.urls.registration(&client.client_id),
        metadata: ClientMetadata::from(client),
    };
    Json(information).with_status(status).into_response()
}

pub(super) fn refuse(invalid: &InvalidMetadata) -> OAuthFailure {
    OAuthFailure::token(OAuthError::told(invalid.code, &invalid.detail), false)
}

/// A bearer token that is missing, unknown or spent.
pub(super) fn unauthorized(text: &'static str) -> OAuthFailure {
    OAuthFailure::bearer(Some(OAuthError::new(ErrorCode::InvalidToken, text)))
}
