//! Telling webhooks of events (Standard Webhooks 1.0): signed, again until they have heard, and remembered for a while.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    backoff,
    deliveries::{self, Owed},
};
use crate::{
    app::App,
    metrics::Job,
    protocol::webhook as message,
    store::{
        self,
        task::{self, Ticket},
        webhook::{self, Attempt, Delivery, Outcome},
    },
};

impl Owed for Delivery {
    const NAME: &'static str = "webhooks";
    const AT_ONCE: bool = false;

    fn whom(&self) -> Uuid {
        self.webhook
    }

    fn ticket(&self) -> Ticket {
        self.ticket
    }

    async fn due(app: &App, busy: &[Uuid], limit: u64) -> Result<Vec<Self>, store::Error> {
        webhook::due(&app.store.read(), app.now(), busy, limit).await
    }

    async fn deliver(self, app: Arc<App>, holder: Uuid) -> Result<(), store::Error> {
        let told = tell(&app, &self).await?;
        note(&app, &self, holder, told).await
    }
}

/// Delivers until asked to stop.
pub async fn run(app: Arc<App>, stop: watch::Receiver<bool>) {
    deliveries::run::<Delivery>(app, stop).await;
}

/// Delivers what is due, once, and waits for it.
///
/// # Errors
/// When the database fails.
pub async fn run_due(app: &Arc<App>) -> Result<(), store::Error> {
    deliveries::run_due::<Delivery>(app).await
}

/// `None` where nobody is there any more who could want to know.
async fn tell(app: &App, delivery: &Delivery) -> Result<Option<Result<(), String>>, store::Error> {
    let key = &app.data_keys.credentials;
    let found = webhook::find_with_secret(&app.store.read(), key, delivery.webhook).await?;
    // A test is for one that is switched off, too.
    let Some((webhook, secret)) = found.filter(|(webhook, _)| webhook.enabled || delivery.event == message::TEST)
    else {
        return Ok(None);
    };
    let Some(secret) = secret else { return Ok(Some(Err("its secret cannot be read".to_owned()))) };
    let body = json!({ "type": delivery.event, "timestamp": delivery.data["at"], "data": delivery.data }).to_string();
    let at = app.now().timestamp();
    let Some(signature) = message::signature(secret.expose(), (delivery.message, at), &body) else {
        return Ok(Some(Err("its secret is none".to_owned())));
    };
    let headers = [
        ("webhook-id", delivery.message.to_string()),
        ("webhook-timestamp", at.to_string()),
        ("webhook-signature", signature),
    ];
    let told = app.outbound.post_json(&webhook.url, &headers, body).await;
    Ok(Some(told.map_err(|error| error.to_string())))
}

/// Done, or once more later, or given up.
async fn note(
    app: &App,
    delivery: &Delivery,
    holder: Uuid,
    told: Option<Result<(), String>>,
) -> Result<(), store::Error> {
    let now = app.now();
    let ticket = delivery.ticket;
    let pause = backoff::pause(ticket.attempts);
    let (outcome, error) = match told {
        None => return app.store.write(async |tx| task::finish(tx, ticket, holder).await.map(drop)).await,
        Some(Ok(())) => (Outcome::Delivered, None),
        Some(Err(error)) if pause.is_some() => (Outcome::Again, Some(error)),
        Some(Err(error)) => (Outcome::GivenUp, Some(error)),
    };
    let counted = if outcome == Outcome::Delivered { "success" } else { "failure" };
    app.metrics.jobs.get_or_create(&Job { job: "deliver_webhooks", outcome: counted }).inc();
    let attempt = Attempt { id: app.uuid(), outcome, error: error.clone() };
    app.store
        .write(async |tx| {
            // Whoever was removed meanwhile has no log.
            let is_there = webhook::lock(tx, delivery.webhook).await?.is_some();
            if is_there {
                webhook::insert_attempt(tx, delivery, attempt, now);
            }
            match (outcome, pause) {
                (Outcome::Again, Some(pause)) if is_there => {
                    task::retry(tx, ticket, holder, now + pause, error.unwrap_or_default()).await
                }
                _ => task::finish(tx, ticket, holder).await.map(drop),
            }
        })
        .await
}
