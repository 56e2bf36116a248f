//! `resource` (RFC 8707 2.1): may repeat, and names what is known and open to the client.

use super::Offer;
use crate::protocol::{
    client::Client,
    error_code::{ErrorCode, OAuthError},
    parameters::Parameters,
    resource::is_identifier,
};

/// More than any token is meant for.
const MAX_RESOURCES: usize = 10;

pub(super) fn check(parameters: &Parameters, client: &Client, offer: Offer<'_>) -> Result<Vec<String>, OAuthError> {
    let mut asked: Vec<_> = parameters.all("resource").map(str::to_owned).collect();
    asked.sort();
    asked.dedup();
    let known = |name: &String| is_identifier(name) && (offer.resource)(name).is_some_and(|it| it.is_open_to(client));
    match asked.len() <= MAX_RESOURCES && asked.iter().all(known) {
        true => Ok(asked),
        false => Err(OAuthError::new(ErrorCode::InvalidTarget, "the resource is unknown, or not for this client")),
    }
}
