//! Telling clients that a session ended (OIDC Back-Channel Logout 2.5): at once, and again until they have heard.

use std::sync::Arc;

use chrono::Duration;
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    metrics::Job,
    oidc::logout_token,
    protocol::client::Client,
    store::{
        self,
        outbox::{self, Delivery},
    },
};

/// How many are told at a time: one that is slow holds up nobody else.
const AT_ONCE: u64 = 32;

/// Longer than any call takes.
const LEASE: Duration = Duration::minutes(1);

/// How often at least it is looked for what is due.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// When to try again after so many tries; after the last nobody is told any more.
const BACKOFF: [Duration; 8] = [
    Duration::seconds(10),
    Duration::minutes(1),
    Duration::minutes(5),
    Duration::minutes(15),
    Duration::hours(1),
    Duration::hours(3),
    Duration::hours(6),
    Duration::hours(12),
];

/// Delivers until asked to stop.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = app.outbox.notified() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = run_due(&app).await {
            tracing::warn!(%error, "logout tokens could not be delivered; they come again");
        }
    }
}

/// Delivers what is due, once.
///
/// # Errors
/// When the database fails.
pub async fn run_due(app: &Arc<App>) -> Result<(), store::Error> {
    loop {
        let due = outbox::due(&app.store.read(), app.now(), AT_ONCE).await?;
        let is_last = (due.len() as u64) < AT_ONCE;
        let mut under_way = JoinSet::new();
        for delivery in due {
            under_way.spawn(deliver(app.clone(), delivery));
        }
        while let Some(done) = under_way.join_next().await {
            if let Ok(Err(error)) = done {
                return Err(error);
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

async fn deliver(app: Arc<App>, delivery: Delivery) -> Result<(), store::Error> {
    let (holder, now) = (app.uuid(), app.now());
    let (id, lease) = (delivery.id, (now, LEASE));
    if !app.store.write(async |tx| outbox::lease(tx, id, holder, lease).await).await? {
        return Ok(());
    }
    let client = app.clients.find_by_id(delivery.logout.client).await?;
    let told = match &client {
        Some(client) => tell(&app, client, &delivery).await,
        // Nobody is there any more who could want to know.
        None => Ok(()),
    };
    let outcome = if told.is_ok() { "success" } else { "failure" };
    app.metrics.jobs.get_or_create(&Job { job: "deliver_logouts", outcome }).inc();
    let next = usize::try_from(delivery.attempts).ok().and_then(|attempts| BACKOFF.get(attempts));
    let now = app.now();
    app.store
        .write(async |tx| {
            let entry = |reason: Option<&str>| Entry {
                failed: reason.is_some(),
                client: client.as_ref().map(|client| client.client_id.clone()),
                session: Some(delivery.logout.session),
                details: json!({ "reason": reason, "attempts": delivery.attempts + 1 }),
                ..Entry::default()
            };
            let record = |entry| {
                let event = Event::BackchannelLogoutSent;
                audit::record(tx, (&*app.rng, now), &Origin::default(), event, entry);
            };
            match (&told, next) {
                (Ok(()), _) => {
                    record(entry(None));
                    outbox::finish(tx, id, holder).await
                }
                (Err(error), Some(pause)) => outbox::retry(tx, &delivery, holder, now + *pause, error.clone()).await,
                (Err(error), None) => {
                    record(entry(Some(error)));
                    outbox::finish(tx, id, holder).await
                }
            }
        })
        .await
}

async fn tell(app: &App, client: &Client, delivery: &Delivery) -> Result<(), String> {
    // It may have changed its mind since.
    let Some(uri) = client.details.backchannel_logout_uri.as_ref().filter(|_| client.enabled) else { return Ok(()) };
    let token = logout_token::sign(app, client, delivery, app.now()).map_err(|_| "signing failed".to_owned())?;
    app.outbound.post_form(uri, "logout_token", &token).await.map_err(|error| error.to_string())
}
