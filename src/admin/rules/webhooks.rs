//! Where events are told.

use serde::Deserialize;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::{
    admin::acting::Acting,
    audit::Event,
    crypto::{random::bytes, secret::Secret},
    http::{Code, Problem},
    protocol::{
        administration::{Area, Right},
        webhook::{self as message, wants},
    },
    store::{
        Tx,
        webhook::{self, Webhook},
    },
};

/// Most of them.
const MOST: usize = 20;
/// Most patterns of one.
const MAX_EVENTS: usize = 100;
const MAX_URL: usize = 2048;

/// A webhook, as it shall be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutWebhook {
    /// Where to.
    pub url: String,
    /// Names of events, `user.*` for all that begin so, `*` for all.
    pub events: Vec<String>,
    /// Whether anything is told; true unless said otherwise.
    pub enabled: Option<bool>,
}

impl PutWebhook {
    fn check(&self) -> Result<(), Problem> {
        let refuse = |detail: String| Err(Problem::detailed(Code::InvalidRequest, detail));
        let url = Url::parse(&self.url).ok().filter(|url| {
            let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
            url.scheme() == "https" && is_plain && self.url.len() <= MAX_URL && self.url.is_ascii()
        });
        if url.is_none() {
            return refuse("url: an https URL, without user or fragment".to_owned());
        }
        if self.events.is_empty() || self.events.len() > MAX_EVENTS {
            return refuse(format!("events: from 1 to {MAX_EVENTS}"));
        }
        let is_known = |pattern: &&String| {
            let own = std::slice::from_ref(*pattern);
            Event::ALL.iter().any(|event| wants(own, event.as_str()))
        };
        match self.events.iter().find(|pattern| !is_known(pattern)) {
            Some(unknown) => refuse(format!("events: nothing is called {unknown}")),
            None => Ok(()),
        }
    }
}

/// Makes one; its secret is told once.
///
/// # Errors
/// `forbidden`, `invalid_request`; or when the database fails.
pub async fn create(tx: &Tx, acting: &Acting<'_>, asked: &PutWebhook) -> Result<(Webhook, Secret<String>), Problem> {
    asked.check()?;
    allow_hearing(acting)?;
    let (app, now) = (acting.app, acting.now);
    if webhook::list(tx).await?.len() >= MOST {
        return Err(Problem::detailed(Code::InvalidRequest, format!("at most {MOST} webhooks")));
    }
    let new = Webhook {
        id: app.uuid(),
        url: asked.url.clone(),
        events: asked.events.clone(),
        enabled: asked.enabled.unwrap_or(true),
        created_at: now,
        updated_at: now,
    };
    let secret = message::secret(&bytes(&*app.rng));
    webhook::insert(tx, app.uuid(), &new, (&app.data_keys.credentials, &*app.rng), &secret).await?;
    record(tx, acting, Event::WebhookCreated, &new);
    Ok((new, secret))
}

/// Changes everything but its secret.
///
/// # Errors
/// `invalid_request`, or when the database fails.
pub async fn update(tx: &Tx, acting: &Acting<'_>, before: &Webhook, asked: &PutWebhook) -> Result<Webhook, Problem> {
    asked.check()?;
    allow_hearing(acting)?;
    let after = Webhook {
        url: asked.url.clone(),
        events: asked.events.clone(),
        enabled: asked.enabled.unwrap_or(true),
        updated_at: acting.now,
        ..before.clone()
    };
    webhook::update(tx, acting.app.uuid(), &after).await?;
    record(tx, acting, Event::WebhookUpdated, &after);
    Ok(after)
}

/// Removes one.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, acting: &Acting<'_>, found: &Webhook) -> Result<(), Problem> {
    webhook::delete(tx, acting.app.uuid(), found.id, acting.now).await?;
    record(tx, acting, Event::WebhookDeleted, found);
    Ok(())
}

/// Sends a message that tells nothing; its id.
#[must_use]
pub fn test(tx: &Tx, acting: &Acting<'_>, found: &Webhook) -> Uuid {
    let message = acting.app.uuid();
    webhook::announce_test(tx, found.id, message, acting.now);
    message
}

/// The one of that id, locked.
///
/// # Errors
/// `not_found`, or when the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Webhook, Problem> {
    webhook::lock(tx, id).await?.ok_or_else(|| Code::NotFound.into())
}

/// Whoever has events told hears of them: that is to read the audit log.
fn allow_hearing(acting: &Acting<'_>) -> Result<(), Problem> {
    acting.allow(Area::Audit, Right::Read)
}

/// A path may be the receiver's secret, so the host alone is written down.
fn record(tx: &Tx, acting: &Acting<'_>, event: Event, of: &Webhook) {
    let host = Url::parse(&of.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    acting.record(
        tx,
        event,
        None,
        json!({ "webhook": of.id, "host": host, "events": of.events, "enabled": of.enabled }),
    );
}
