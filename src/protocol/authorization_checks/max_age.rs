//! `max_age` (OIDC Core 3.1.2.1), in seconds.

use crate::protocol::{error_code::OAuthError, parameters::Parameters};

pub(super) fn check(parameters: &Parameters) -> Result<Option<i64>, OAuthError> {
    let parse = |text: &str| text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    match parameters.find("max_age").map(parse) {
        None => Ok(None),
        Some(Some(seconds)) => Ok(Some(seconds)),
        Some(None) => Err(OAuthError::invalid_request("max_age is not a number of seconds")),
    }
}
