//! Telling clients that a session ended (OIDC Back-Channel Logout 2.5): at once, and again until they have heard.

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
    audit::{self, Entry, Event, Origin},
    metrics::Job,
    oidc::logout_token,
    protocol::client::Client,
    store::{
        self,
        outbox::{self, Delivery},
        task::{self, Ticket},
    },
};

impl Owed for Delivery {
    const NAME: &'static str = "logout tokens";
    const AT_ONCE: bool = true;

    fn whom(&self) -> Uuid {
        self.logout.client
    }

    fn ticket(&self) -> Ticket {
        Self::ticket(self)
    }

    async fn due(app: &App, busy: &[Uuid], limit: u64) -> Result<Vec<Self>, store::Error> {
        outbox::due(&app.store.read(), app.now(), busy, limit).await
    }

    async fn deliver(self, app: Arc<App>, holder: Uuid) -> Result<(), store::Error> {
        deliver(app, self, holder).await
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
