//! Telling clients that a session ended (OIDC Back-Channel Logout 2.5): at once, and again until they have heard.

use std::{collections::HashMap, sync::Arc};

use chrono::Duration;
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

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

/// How many are told at a time, and how many of one client: one that is slow holds up nobody else.
const AT_ONCE: usize = 32;
const OF_ONE_CLIENT: usize = 2;

/// How many are looked at, to find some whose client is not busy.
const LOOKED_AT: u64 = 256;

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
    let mut under_way = UnderWay::default();
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = app.outbox.notified() => {}
            () = under_way.next(), if !under_way.tasks.is_empty() => continue,
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = under_way.start(&app).await {
            tracing::warn!(%error, "logout tokens could not be delivered; they come again");
        }
    }
}

/// Delivers what is due, once, and waits for it.
///
/// # Errors
/// When the database fails.
pub async fn run_due(app: &Arc<App>) -> Result<(), store::Error> {
    let mut under_way = UnderWay::default();
    while under_way.start(app).await? > 0 {
        while !under_way.tasks.is_empty() {
            under_way.next().await;
        }
    }
    Ok(())
}

/// Deliveries that are being made, and how many of them to each client.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<Uuid>,
    by_client: HashMap<Uuid, usize>,
}

impl UnderWay {
    /// Begins as many as may be; how many that were.
    async fn start(&mut self, app: &Arc<App>) -> Result<usize, store::Error> {
        let mut started = 0;
        for delivery in outbox::due(&app.store.read(), app.now(), LOOKED_AT).await? {
            let client = delivery.logout.client;
            let of_client = self.by_client.entry(client).or_default();
            if self.tasks.len() >= AT_ONCE || *of_client >= OF_ONE_CLIENT {
                continue;
            }
            // Before anybody looks again.
            let (holder, lease) = (app.uuid(), (app.now(), LEASE));
            if !app.store.write(async |tx| outbox::lease(tx, &delivery, holder, lease).await).await? {
                continue;
            }
            *of_client += 1;
            started += 1;
            let app = app.clone();
            self.tasks.spawn(async move {
                if let Err(error) = deliver(app, delivery, holder).await {
                    tracing::warn!(%error, "a delivery could not be noted; it comes again");
                }
                client
            });
        }
        self.by_client.retain(|_, count| *count > 0);
        Ok(started)
    }

    /// Waits until one is done.
    async fn next(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok(client)) => {
                if let Some(count) = self.by_client.get_mut(&client) {
                    *count = count.saturating_sub(1);
                }
            }
            // One that panicked can't say whose it was; all begin anew.
            Some(Err(_)) => self.by_client.clear(),
            None => {}
        }
    }
}

async fn deliver(app: Arc<App>, delivery: Delivery, holder: Uuid) -> Result<(), store::Error> {
    let id = delivery.id;
    let client = app.clients.find_by_id(delivery.logout.client).await?;
    // Nobody is there any more who could want to know, or they changed their mind.
    let wanted = client.as_ref().filter(|client| client.enabled);
    let Some((client, uri)) = wanted.and_then(|it| Some((it, it.details.backchannel_logout_uri.as_ref()?))) else {
        return app.store.write(async |tx| outbox::finish(tx, id, holder).await).await;
    };
    let told = tell(&app, client, uri, &delivery).await;
    let outcome = if told.is_ok() { "success" } else { "failure" };
    app.metrics.jobs.get_or_create(&Job { job: "deliver_logouts", outcome }).inc();
    let next = usize::try_from(delivery.attempts).ok().and_then(|attempts| BACKOFF.get(attempts));
    let now = app.now();
    app.store
        .write(async |tx| {
            let entry = |reason: Option<&str>| Entry {
                failed: reason.is_some(),
                client: Some(client.client_id.clone()),
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

async fn tell(app: &App, client: &Client, uri: &str, delivery: &Delivery) -> Result<(), String> {
    let token = logout_token::sign(app, client, delivery, app.now()).map_err(|_| "signing failed".to_owned())?;
    app.outbound.post_form(uri, "logout_token", &token).await.map_err(|error| error.to_string())
}
