//! `response_type` (RFC 6749 3.1.1): what the client registered, and the provider offers.

use super::Offer;
use crate::protocol::{
    client::Client,
    error_code::{ErrorCode, OAuthError},
    parameters::Parameters,
    response_type::ResponseType,
};

pub(super) fn check(parameters: &Parameters, client: &Client, offer: Offer<'_>) -> Result<ResponseType, OAuthError> {
    let text = parameters.find("response_type").ok_or(OAuthError::invalid_request("response_type is missing"))?;
    let known = ResponseType::parse_words(text).filter(|known| offer.legacy_response_types || !known.is_legacy());
    let unsupported = OAuthError::new(ErrorCode::UnsupportedResponseType, "this response_type is not supported");
    let known = known.ok_or(unsupported)?;
    match client.has_response_type(known) {
        true => Ok(known),
        false => Err(OAuthError::new(ErrorCode::UnauthorizedClient, "the client did not register this response_type")),
    }
}
