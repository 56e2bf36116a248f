//! `/api/admin/v1/clients`: apps and their secrets.

use poem::{Response, http::StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{conditional, idempotency};
use crate::{
    admin::{
        acting,
        listing::Listing,
        objects::ClientObject,
        rules::clients::{self, Prepared, PutClient},
    },
    crypto::token::Generated,
    http::{Call, Code, Problem},
    protocol::{
        administration::{Area, Right},
        client::Client,
    },
    store::{Connection, client, page::Order},
};

/// What it may be sorted by.
pub const SORTS: [(&str, Order); 2] = [("client_name", Order::TEXT), ("created_at", Order::OLDEST)];

fn id(call: &Call) -> Result<String, Problem> {
    call.segment("client_id").ok_or_else(|| Code::NotFound.into())
}

async fn object<C: Connection>(connection: &C, client: &Client) -> Result<ClientObject, Problem> {
    Ok(ClientObject::read(connection, client).await?)
}

/// With the secret, where there is a new one.
fn told(object: &ClientObject, secret: Option<&Generated>) -> Value {
    let mut told = json!(object);
    if let Some(secret) = secret {
        told["client_secret"] = secret.token.expose().clone().into();
    }
    told
}

/// A page of clients, without what only one of them shows.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Clients).await?;
    let listing = Listing::read(&call, &SORTS, &["q", "enabled"])?;
    let wanted = (listing.filter("q"), listing.flag("enabled")?);
    let rows = client::page(&call.app.store.read(), wanted, &listing.window()).await?;
    Ok(listing.page(&call, rows, client::position)?.map(|client| ClientObject::brief(&client)).into_response())
}

/// Registers a client.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let asked: PutClient = call.json()?;
    // Whoever may not makes us fetch nothing.
    acting::may(&call, Area::Clients, Right::Write).await?;
    let prepared = Prepared::look(&call.app, asked, None).await?;
    let created = idempotency::create(&call, Area::Clients, async |tx, acting| {
        let (client, secret) = clients::create(tx, acting, prepared).await?;
        Ok(told(&object(tx, &client).await?, secret.as_ref()))
    })
    .await?;
    acting::follow(&call.app).await;
    Ok(created)
}

/// One client.
///
/// # Errors
/// A problem document.
pub async fn show(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Clients).await?;
    let store = call.app.store.read();
    let found = client::find_by_client_id(&store, &id(&call)?).await?.ok_or(Code::NotFound)?;
    conditional::show(&call, &object(&store, &found).await?)
}

/// Changes a client.
///
/// # Errors
/// A problem document.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let asked: PutClient = call.json()?;
    let client_id = id(&call)?;
    acting::may(&call, Area::Clients, Right::Write).await?;
    let seen = client::find_by_client_id(&call.app.store.read(), &client_id).await?.ok_or(Code::NotFound)?;
    let prepared = Prepared::look(&call.app, asked, Some(&seen)).await?;
    let then = Box::pin(acting::write(&call, Area::Clients, async |tx, acting| {
        let before = clients::lock(tx, &client_id).await?;
        conditional::check(&call, &object(tx, &before).await?)?;
        let (after, secret) = clients::update(tx, acting, &before, prepared).await?;
        Ok((object(tx, &after).await?, secret))
    }))
    .await?;
    acting::follow(&call.app).await;
    let (object, secret) = then;
    conditional::told(&object, &told(&object, secret.as_ref()))
}

/// Removes a client.
///
/// # Errors
/// A problem document.
pub async fn delete(call: Call) -> Result<Response, Problem> {
    let client_id = id(&call)?;
    acting::write(&call, Area::Clients, async |tx, acting| {
        let found = clients::lock(tx, &client_id).await?;
        conditional::check(&call, &object(tx, &found).await?)?;
        clients::delete(tx, acting, &found).await
    })
    .await?;
    acting::follow(&call.app).await;
    Ok(StatusCode::NO_CONTENT.into())
}

/// Another secret.
///
/// # Errors
/// A problem document.
pub async fn create_secret(call: Call) -> Result<Response, Problem> {
    let client_id = id(&call)?;
    let created = idempotency::create(&call, Area::Clients, async |tx, acting| {
        let found = clients::lock(tx, &client_id).await?;
        let secret = clients::create_secret(tx, acting, &found).await?;
        Ok(json!({ "client_id": client_id, "client_secret": secret.token.expose() }))
    })
    .await?;
    acting::follow(&call.app).await;
    Ok(created)
}

/// Takes a secret away.
///
/// # Errors
/// A problem document.
pub async fn revoke_secret(call: Call) -> Result<Response, Problem> {
    let client_id = id(&call)?;
    let secret = call.segment::<Uuid>("secret").ok_or(Code::NotFound)?;
    acting::write(&call, Area::Clients, async |tx, acting| {
        let found = clients::lock(tx, &client_id).await?;
        clients::revoke_secret(tx, acting, &found, secret).await
    })
    .await?;
    acting::follow(&call.app).await;
    Ok(StatusCode::NO_CONTENT.into())
}
