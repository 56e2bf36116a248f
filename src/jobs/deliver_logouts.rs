//! Telling clients that a session ended (OIDC Back-Channel Logout 2.5): at once, and again until they have heard.

use std::{collections::HashMap, sync::Arc};

use chrono::Duration;
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use super::backoff;
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    metrics::Job,
    oidc::logout_token,
    protocol::client::Client,
    store::{
        self,
        outbox::{self, Delivery},
        task,
    },
};

/// How many are told at a time, and how many of one client: one that is slow holds up nobody else.
const AT_ONCE: usize = 32;
const OF_ONE_CLIENT: usize = 2;

/// Longer than any call takes, waiting for its turn included.
const LEASE: Duration = Duration::minutes(1);

/// How often at least it is looked for what is due.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Delivers until asked to stop.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut under_way = UnderWay::default();
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = app.outbox.notified() => {}
            () = under_way.next(), if !under_way.tasks.is_empty() => {}
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
        loop {
            match self.look(app).await? {
                0 => return Ok(started),
                more => started += more,
            }
        }
    }

    /// Looks once, past the clients that have enough to hear.
    async fn look(&mut self, app: &Arc<App>) -> Result<usize, store::Error> {
        let free = AT_ONCE.saturating_sub(self.tasks.len()) as u64;
        if free == 0 {
            return Ok(0);
        }
        let busy: Vec<Uuid> =
            self.by_client.iter().filter(|(_, of)| **of >= OF_ONE_CLIENT).map(|(id, _)| *id).collect();
        let mut started = 0;
        for delivery in outbox::due(&app.store.read(), app.now(), &busy, free).await? {
            let of_client = self.by_client.entry(delivery.logout.client).or_default();
            if *of_client >= OF_ONE_CLIENT {
                continue;
            }
            // Before anybody looks again.
            let (holder, lease) = (app.uuid(), (app.now(), LEASE));
            if !app.store.write(async |tx| task::lease(tx, delivery.ticket(), holder, lease).await).await? {
                continue;
            }
            *of_client += 1;
            started += 1;
            let app = app.clone();
            self.tasks.spawn(async move {
                let client = delivery.logout.client;
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
    let client = match app.clients.find_by_id(delivery.logout.client).await {
        Ok(client) => client.filter(|client| client.enabled),
        Err(error @ store::Error::Decode(_)) => {
            return note(&app, &delivery, holder, None, Err(error.to_string())).await;
        }
        Err(error) => return Err(error),
    };
    let Some((client, uri)) = client.as_ref().and_then(|it| Some((it, it.details.backchannel_logout_uri.as_ref()?)))
    else {
        // Nobody is there any more who could want to know, or they changed their mind.
        return app.store.write(async |tx| task::finish(tx, delivery.ticket(), holder).await.map(drop)).await;
    };
    let told = tell(&app, client, uri, &delivery).await;
    note(&app, &delivery, holder, Some(client), told).await
}

/// Done, or once more later, or given up.
async fn note(
    app: &App,
    delivery: &Delivery,
    holder: Uuid,
    client: Option<&Client>,
    told: Result<(), String>,
) -> Result<(), store::Error> {
    let outcome = if told.is_ok() { "success" } else { "failure" };
    app.metrics.jobs.get_or_create(&Job { job: "deliver_logouts", outcome }).inc();
    let next = backoff::pause(delivery.attempts);
    let now = app.now();
    let reason = match (told.err(), next) {
        (Some(error), Some(pause)) => {
            let again = (now + pause, error);
            return app
                .store
                .write(async |tx| task::retry(tx, delivery.ticket(), holder, again.0, again.1).await)
                .await;
        }
        (reason, _) => reason,
    };
    let entry = Entry {
        failed: reason.is_some(),
        client: client.map(|client| client.client_id.clone()),
        session: Some(delivery.logout.session),
        details: json!({ "reason": reason, "attempts": delivery.attempts + 1 }),
        ..Entry::default()
    };
    app.store
        .write(async |tx| {
            // Another instance has it now, and says what became of it.
            if task::finish(tx, delivery.ticket(), holder).await? {
                audit::record(tx, (&*app.rng, now), &Origin::default(), Event::BackchannelLogoutSent, entry);
            }
            Ok(())
        })
        .await
}

async fn tell(app: &App, client: &Client, uri: &str, delivery: &Delivery) -> Result<(), String> {
    let token = logout_token::sign(app, client, delivery, app.now()).map_err(|_| "signing failed".to_owned())?;
    app.outbound.post_form(uri, "logout_token", &token).await.map_err(|error| error.to_string())
}
