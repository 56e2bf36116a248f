//! `resource` (RFC 8707 2.1): may repeat, and names what is known and open to the client.

use super::Offer;
use crate::protocol::{
    client::Client,
    error_code::{ErrorCode, OAuthError},
    parameters::Parameters,
    resource::{is_identifier, named},
};

pub(super) fn check(parameters: &Parameters, client: &Client, offer: Offer<'_>) -> Result<Vec<String>, OAuthError> {
    let known = |name: &&str| is_identifier(name) && (offer.resource)(name).is_some_and(|it| it.is_open_to(client));
    let asked = named(parameters).filter(|asked| asked.iter().all(known));
    let unknown = OAuthError::new(ErrorCode::InvalidTarget, "the resource is unknown, or not for this client");
    Ok(asked.ok_or(unknown)?.into_iter().map(str::to_owned).collect())
}
