//! Resource servers (RFC 8707).

use url::Url;
use uuid::Uuid;

use super::{
    client::Client,
    client_details::AccessTokenFormat,
    parameters::Parameters,
    scope::{SUPPORTED, ScopeSet},
};

/// Who else than the provider itself an access token can be meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The row.
    pub id: Uuid,
    /// What requests name, and what becomes the audience.
    pub identifier: String,
    /// Scopes that mean something there.
    pub scopes: ScopeSet,
    /// What its tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// The client row that may introspect its tokens.
    pub client_id: Option<Uuid>,
}

impl Resource {
    /// Whether tokens for it may be given to this client at all: an operator registered it, with one of the resource's own
    /// scopes where there are any.
    #[must_use]
    pub fn is_open_to(&self, client: &Client) -> bool {
        let of_everybody: ScopeSet = SUPPORTED.into_iter().collect();
        let own = self.scopes.difference(&of_everybody);
        !client.details.dynamic && (own.is_empty() || !own.intersection(&client.scopes).is_empty())
    }
}

/// More than any token is meant for.
const MAX_RESOURCES: usize = 10;

/// The resources that a request names, each once; `None` for more than ten.
#[must_use]
pub fn named(parameters: &Parameters) -> Option<Vec<&str>> {
    let mut named: Vec<_> = parameters.all("resource").collect();
    named.sort_unstable();
    named.dedup();
    (named.len() <= MAX_RESOURCES).then_some(named)
}

/// Whether this can name a resource: an absolute URI without a fragment (RFC 8707 2).
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    text.len() <= 2048 && text.bytes().all(|c| c.is_ascii_graphic()) && !text.contains('#') && Url::parse(text).is_ok()
}

/// What of `granted` means something at these resources; where none is named, everything but what reaches accounts: those tokens
/// are for the API alone, which is a resource.
#[must_use]
pub fn scopes_at(granted: &ScopeSet, resources: &[Resource]) -> ScopeSet {
    match resources {
        [] => granted.without_accounts(),
        _ => resources.iter().fold(ScopeSet::default(), |all, one| all.union(&granted.intersection(&one.scopes))),
    }
}
