//! `response_mode` (OAuth 2.0 Multiple Response Types 2.1, Form Post Response Mode 2).

use crate::protocol::{
    error_code::OAuthError, parameters::Parameters, response_mode::ResponseMode, response_type::ResponseType,
};

pub(super) fn check(
    parameters: &Parameters,
    response_type: ResponseType,
    redirect_uri: &str,
) -> Result<ResponseMode, OAuthError> {
    let Some(name) = parameters.find("response_mode") else { return Ok(ResponseMode::default_of(response_type)) };
    let mode = ResponseMode::parse(name);
    let mode = mode.ok_or(OAuthError::invalid_request("response_mode must be query, fragment or form_post"))?;
    match mode {
        ResponseMode::Query if response_type.is_legacy() => {
            Err(OAuthError::invalid_request("tokens never travel in a query"))
        }
        ResponseMode::FormPost if !is_web(redirect_uri) => {
            Err(OAuthError::invalid_request("form_post needs a redirect URI of the web"))
        }
        mode => Ok(mode),
    }
}

/// How an error travels, whatever else is wrong with the request.
#[must_use]
pub fn of_answer(parameters: &Parameters, redirect_uri: &str) -> ResponseMode {
    let find = |name| parameters.find(name).filter(|_| !parameters.is_repeated(name));
    let response_type = find("response_type").and_then(ResponseType::parse_words).unwrap_or(ResponseType::Code);
    let named = find("response_mode").and_then(ResponseMode::parse);
    match named.unwrap_or(ResponseMode::default_of(response_type)) {
        ResponseMode::Query if response_type.is_legacy() => ResponseMode::Fragment,
        ResponseMode::FormPost if !is_web(redirect_uri) => ResponseMode::default_of(response_type),
        mode => mode,
    }
}

fn is_web(redirect_uri: &str) -> bool {
    redirect_uri.starts_with("https://") || redirect_uri.starts_with("http://")
}
