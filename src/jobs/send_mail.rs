//! Letters, and what is asked for by them: each done by one instance, and again until it is done.

use std::sync::Arc;

use chrono::Duration;
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use super::backoff;
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    mail,
    metrics::Job,
    store::{
        self,
        task::{self, Task},
    },
    webauthn::recover,
};

const KINDS: [&str; 3] = [mail::KIND, recover::REQUESTED, recover::GRANTED];

/// How many at a time.
const AT_ONCE: u64 = 8;

/// Longer than the mail server is waited for.
const LEASE: Duration = Duration::minutes(2);

/// How often it is looked for what is due.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Sends until asked to stop.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = run_due(&app).await {
            tracing::warn!(%error, "mail could not be sent; it comes again");
        }
    }
}

/// Does what is due, once, and waits for it.
///
/// # Errors
/// When the database fails.
pub async fn run_due(app: &Arc<App>) -> Result<(), store::Error> {
    loop {
        let mut under_way = JoinSet::new();
        for task in task::due(&app.store.read(), &KINDS, app.now(), AT_ONCE).await? {
            let (holder, lease) = (app.uuid(), (app.now(), LEASE));
            if app.store.write(async |tx| task::lease(tx, task.ticket, holder, lease).await).await? {
                let app = app.clone();
                under_way.spawn(async move { run_one(&app, &task, holder).await });
            }
        }
        if under_way.is_empty() {
            return Ok(());
        }
        for done in under_way.join_all().await {
            done?;
        }
    }
}

async fn run_one(app: &App, task: &Task, holder: Uuid) -> Result<(), store::Error> {
    let now = app.now();
    match &*task.kind {
        recover::REQUESTED | recover::GRANTED => {
            app.store
                .write(async |tx| {
                    // Another instance has it now.
                    if !task::finish(tx, task.ticket, holder).await? {
                        return Ok(());
                    }
                    match &*task.kind {
                        recover::REQUESTED => recover::request(tx, app, &task.payload, now).await,
                        _ => recover::grant(tx, app, &task.payload, now).await,
                    }
                })
                .await
        }
        _ => send(app, task, holder).await,
    }
}

async fn send(app: &App, task: &Task, holder: Uuid) -> Result<(), store::Error> {
    let letter = mail::open(&app.data_keys.sealer, task.ticket.id, &task.payload, app.now());
    let sent = match (&app.mail, letter) {
        (Some(mailer), Some(letter)) => {
            mailer.send(task.ticket.id, &letter, app.now()).await.map_err(|error| (error.to_string(), true))
        }
        (None, _) => Err(("no mail is sent any more".to_owned(), false)),
        (_, None) => Err(("the letter is too old, or was altered".to_owned(), false)),
    };
    let outcome = if sent.is_ok() { "success" } else { "failure" };
    app.metrics.jobs.get_or_create(&Job { job: "send_mail", outcome }).inc();
    let now = app.now();
    let reason = match (sent, backoff::pause(task.ticket.attempts)) {
        (Err((error, true)), Some(pause)) => {
            tracing::warn!(error, "a letter could not be sent; it is tried again");
            return app
                .store
                .write(async |tx| task::retry(tx, task.ticket, holder, now + pause, error.clone()).await)
                .await;
        }
        (sent, _) => sent.err().map(|(error, _)| error),
    };
    let user = task.payload["user"].as_str().and_then(|text| text.parse().ok());
    app.store
        .write(async |tx| {
            if task::finish(tx, task.ticket, holder).await? {
                let details = json!({ "reason": reason, "attempts": task.ticket.attempts + 1 });
                let entry = Entry { failed: reason.is_some(), subject: user, details, ..Entry::default() };
                audit::record(tx, (&*app.rng, now), &Origin::default(), Event::MailSent, entry);
            }
            Ok(())
        })
        .await
}
