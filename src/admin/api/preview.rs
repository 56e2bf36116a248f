//! `/api/admin/v1/clients/:client_id/preview`: what an app would be told of somebody, also by rules that it has not yet.

use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    admin::{acting, preview, rules::clients},
    http::{Call, Code, Problem},
    protocol::{administration::Area, scope::ScopeSet},
    store::client,
};

/// What is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    /// A name or an id; whoever asks by default.
    user: Option<String>,
    /// As if this were granted; all that the client may ask for by default.
    scope: Option<String>,
    /// Rules in place of the client's.
    claims: Option<Value>,
}

/// Changes nothing.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let acting = acting::read(&call, Area::Clients).await?;
    let asked: Asked = call.json()?;
    let client_id: String = call.segment("client_id").ok_or(Code::NotFound)?;
    let found = client::find_by_client_id(&call.app.store.read(), &client_id).await?;
    let mut client = found.ok_or(Code::NotFound)?;
    if let Some(rules) = asked.claims {
        client.details.claims = clients::claims(rules)?;
    }
    let bad_scope = || Problem::detailed(Code::InvalidRequest, "scope: words with spaces between".to_owned());
    let scopes = asked.scope.map(|text| ScopeSet::parse(&text).ok_or_else(bad_scope)).transpose()?;
    let person = preview::person(&acting, asked.user.as_deref()).await?;
    Ok(Json(preview::preview(&acting, &client, &person, scopes.as_ref()).await?).into_response())
}
