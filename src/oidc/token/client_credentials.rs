//! The client credentials grant (RFC 6749 4.4): a client for itself, with nobody behind it.

use poem::Response;
use serde_json::{Map, json};

use super::{
    resource,
    response::{self, Issued},
};
use crate::{
    audit::{Entry, Event},
    http::{Call, OAuthFailure},
    oidc::access_token::{self, Terms},
    protocol::{
        client::Client,
        error_code::{ErrorCode, OAuthError},
        parameters::Parameters,
        resource::Resource,
        scope::{SUPPORTED, ScopeSet},
    },
    store::{self, access_token::Holder},
};

/// Issues an access token. A JWT for a client that shows a secret writes nothing: it is counted and logged.
pub(super) async fn exchange(call: &Call, client: &Client, form: &Parameters) -> Result<Response, OAuthFailure> {
    let refuse = |code, text| OAuthFailure::token(OAuthError::new(code, text), false);
    if client.is_public() {
        return Err(refuse(ErrorCode::UnauthorizedClient, "a public client can't act for itself"));
    }
    let resources = resource::asked(&call.app, client, form, None)
        .ok_or_else(|| refuse(ErrorCode::InvalidTarget, "the resource is unknown"))?;
    let scopes = scopes(client, form.find("scope"), &resources)
        .ok_or_else(|| refuse(ErrorCode::InvalidScope, "scope has values that the client may not ask for itself"))?;
    let (app, now) = (&call.app, call.now());
    let terms = Terms {
        client,
        scopes: scopes.clone(),
        resources: &resources,
        sub: client.client_id.clone(),
        ceremony: None,
        // Rules tell of persons.
        claims: Map::new(),
    };
    let holder = Holder::Client(client.id);
    let access_token = if access_token::is_jwt(client, &resources) {
        tracing::info!(client_id = client.client_id, "a client was given a token for itself");
        call.count(Event::ClientCredentialsGranted, true);
        access_token::mint(None, app, terms, holder, now)?
    } else {
        app.store
            .write(async |tx| {
                let entry = Entry {
                    client: Some(client.client_id.clone()),
                    details: json!({ "scope": scopes.to_string() }),
                    ..Entry::default()
                };
                call.record(tx, Event::ClientCredentialsGranted, entry, now);
                access_token::mint(Some(tx), app, terms, holder, now)
            })
            .await
            .map_err(|error: store::Error| OAuthFailure::from(error))?
    };
    response::render(app, client, Issued { access_token, refresh_token: None, sign_in: None, scopes }, now)
}

/// What the client may do itself: nothing that speaks of a person, and only what the resources know.
fn scopes(client: &Client, asked: Option<&str>, resources: &[Resource]) -> Option<ScopeSet> {
    let personal: ScopeSet = SUPPORTED.into_iter().collect();
    let mut allowed = client.scopes.difference(&personal);
    if !resources.is_empty() {
        let known = resources.iter().fold(ScopeSet::default(), |all, one| all.union(&one.scopes));
        allowed = allowed.intersection(&known);
    }
    match asked {
        None => Some(allowed),
        Some(text) => ScopeSet::parse(text).filter(|asked| allowed.is_superset(asked)),
    }
}
