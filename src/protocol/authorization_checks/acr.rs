//! `acr_values` and `acr` in `claims` (OIDC Core 5.5.1.1): what must be, and what would be liked.

use crate::protocol::{claims_request::ClaimsRequest, client::Client, parameters::Parameters};

pub(super) fn essential(claims: Option<&ClaimsRequest>) -> Option<Vec<String>> {
    claims.and_then(ClaimsRequest::essential_acr)
}

/// Of the request, or else of the registration.
pub(super) fn voluntary(parameters: &Parameters, client: &Client, claims: Option<&ClaimsRequest>) -> Vec<String> {
    let asked = parameters.find("acr_values").unwrap_or_default();
    let mut values: Vec<_> = asked.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    values.extend(claims.map(ClaimsRequest::voluntary_acr).unwrap_or_default());
    if values.is_empty() { client.details.default_acr_values.clone() } else { values }
}
