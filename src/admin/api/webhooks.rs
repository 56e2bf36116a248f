//! `/api/admin/v1/webhooks`: where events are told, and what came of it.

use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde_json::json;
use uuid::Uuid;

use super::{conditional, idempotency};
use crate::{
    admin::{
        acting::{self, Acting},
        listing::Listing,
        objects::WebhookObject,
        rules::webhooks::{self, PutWebhook},
    },
    http::{Call, Code, Problem},
    protocol::administration::{Area, Right},
    store::{
        page::Order,
        webhook::{self, Webhook},
    },
};

/// What they may be sorted by.
pub const SORTS: [(&str, Order); 1] = [("created_at", Order::OLDEST)];
/// What deliveries may be sorted by: the newest first, unless turned round.
pub const DELIVERY_SORTS: [(&str, Order); 1] = [("at", Order::NEWEST)];

fn id(call: &Call) -> Result<Uuid, Problem> {
    call.segment("webhook").ok_or_else(|| Code::NotFound.into())
}

async fn find(call: &Call) -> Result<Webhook, Problem> {
    webhook::find(&call.app.store.read(), id(call)?).await?.ok_or_else(|| Code::NotFound.into())
}

fn seen_by(acting: &Acting<'_>, webhook: &Webhook) -> WebhookObject {
    match acting.may(Area::Settings, Right::Write) {
        true => WebhookObject::from(webhook),
        false => WebhookObject::without_path(webhook),
    }
}

/// A page of webhooks.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    let acting = acting::read(&call, Area::Settings).await?;
    let listing = Listing::read(&call, &SORTS, &[])?;
    let rows = webhook::page(&call.app.store.read(), &listing.window()).await?;
    Ok(listing.page(&call, rows, webhook::position)?.map(|one| seen_by(&acting, &one)).into_response())
}

/// Makes a webhook; its secret is told once.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let asked: PutWebhook = call.json()?;
    let created = idempotency::create(&call, Area::Settings, async |tx, acting| {
        let (made, secret) = webhooks::create(tx, acting, &asked).await?;
        let mut told = json!(WebhookObject::from(&made));
        told["secret"] = secret.expose().clone().into();
        Ok(told)
    })
    .await?;
    acting::follow(&call.app).await;
    Ok(created)
}

/// One webhook.
///
/// # Errors
/// A problem document.
pub async fn show(call: Call) -> Result<Response, Problem> {
    let acting = acting::read(&call, Area::Settings).await?;
    conditional::show(&call, &seen_by(&acting, &find(&call).await?))
}

/// Changes a webhook.
///
/// # Errors
/// A problem document.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let asked: PutWebhook = call.json()?;
    let id = id(&call)?;
    let then = acting::write(&call, Area::Settings, async |tx, acting| {
        let before = webhooks::lock(tx, id).await?;
        conditional::check(&call, &WebhookObject::from(&before))?;
        webhooks::update(tx, acting, &before, &asked).await
    })
    .await?;
    acting::follow(&call.app).await;
    conditional::changed(&WebhookObject::from(&then))
}

/// Removes a webhook.
///
/// # Errors
/// A problem document.
pub async fn delete(call: Call) -> Result<Response, Problem> {
    let id = id(&call)?;
    acting::write(&call, Area::Settings, async |tx, acting| {
        let found = webhooks::lock(tx, id).await?;
        conditional::check(&call, &WebhookObject::from(&found))?;
        webhooks::delete(tx, acting, &found).await
    })
    .await?;
    acting::follow(&call.app).await;
    Ok(StatusCode::NO_CONTENT.into())
}

/// Sends a message that tells nothing.
///
/// # Errors
/// A problem document.
pub async fn test(call: Call) -> Result<Response, Problem> {
    let id = id(&call)?;
    let message = acting::write(&call, Area::Settings, async |tx, acting| {
        let found = webhooks::lock(tx, id).await?;
        Ok(webhooks::test(tx, acting, &found))
    })
    .await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "message_id": message }))).into_response())
}

/// A page of what came of telling.
///
/// # Errors
/// A problem document.
pub async fn deliveries(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Settings).await?;
    let listing = Listing::read(&call, &DELIVERY_SORTS, &[])?;
    let of = find(&call).await?.id;
    let rows = webhook::page_of_attempts(&call.app.store.read(), of, &listing.window()).await?;
    Ok(listing.page(&call, rows, webhook::position_of_attempt)?.into_response())
}
