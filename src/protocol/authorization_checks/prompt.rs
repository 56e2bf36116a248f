//! `prompt` (OIDC Core 3.1.2.1).

use crate::protocol::{error_code::OAuthError, parameters::Parameters, prompt::Prompt};

pub(super) fn check(parameters: &Parameters) -> Result<Prompt, OAuthError> {
    let parsed = Prompt::parse(parameters.find("prompt").unwrap_or_default());
    parsed.ok_or(OAuthError::invalid_request("prompt has an unknown value, or none beside another"))
}
