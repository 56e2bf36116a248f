//! Bounds on what is stored or echoed.

use crate::protocol::{error_code::OAuthError, parameters::Parameters};

const LIMITS: [(&str, usize); 6] =
    [("state", 2048), ("nonce", 512), ("login_hint", 512), ("ui_locales", 512), ("acr_values", 512), ("claims", 8192)];

pub(super) fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    let too_long = |&(name, limit): &(&str, usize)| parameters.find(name).is_some_and(|value| value.len() > limit);
    match LIMITS.iter().any(too_long) {
        true => Err(OAuthError::invalid_request("a parameter is too long")),
        false => Ok(()),
    }
}
