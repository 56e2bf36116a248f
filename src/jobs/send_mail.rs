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
        recovery_request::{ASKED, WAITING},
        task::{self, Task},
    },
    webauthn::recover,
};

const KINDS: [&str; 3] = [mail::KIND, ASKED, WAITING];

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
        for task in task::due(&app.store.read(), kinds(app).await?, app.now(), AT_ONCE).await? {
            let (holder, lease) = (app.uuid(), (app.now(), LEASE));
            if app.store.write(async |tx| task::lease(tx, task.ticket, holder, lease).await).await? {
                let app = app.clone();
                under_way.spawn(async move { run_one(&app, &task, holder).await });
            }
        }
        if under_way.is_empty() {
            return Ok(());
        }
        // All of them: what is under way may have been taken already.
        let mut failed = Ok(());
        while let Some(done) = under_way.join_next().await {
            match done {
                Ok(done) => failed = failed.and(done),
                Err(error) => tracing::error!(%error, "a letter ended its task; it comes again"),
            }
        }
        failed?;
    }
}

/// What this instance may do. One whose clock is off would grant before the time; one without mail leaves that to others.
async fn kinds(app: &App) -> Result<&'static [&'static str], store::Error> {
    if !app.config.raw.mail.can_recover() || !app.clocks_agree().await? {
        return Ok(&KINDS[..1]);
    }
    Ok(&KINDS)
}

async fn run_one(app: &App, task: &Task, holder: Uuid) -> Result<(), store::Error> {
    if task.kind == mail::KIND {
        return send(app, task, holder).await;
    }
    let now = app.now();
    app.store
        .write(async |tx| {
            let user = recover::lock(tx, task).await?;
            // Called off, or another instance has it now.
            if !task::finish(tx, task.ticket, holder).await? {
                return Ok(());
            }
            match task.kind == ASKED {
                true => recover::tell(tx, app, user, &task.payload, now).await,
                false => recover::grant(tx, app, user, &task.payload, now).await,
            }
        })
        .await
}

async fn send(app: &App, task: &Task, holder: Uuid) -> Result<(), store::Error> {
    let letter = mail::open(&app.data_keys.sealer, task.ticket.id, &task.payload, app.now());
    let sent = match (&app.mail, letter) {
        (_, None) => Err(("the letter is too old, or was altered".to_owned(), false)),
        // Another instance may send some.
        (None, _) => Err(("no mail is sent here".to_owned(), true)),
        (Some(mailer), Some(letter)) => mailer
            .send(task.ticket.id, &letter, app.now())
            .await
            .map_err(|error| (error.to_string(), error.is_passing())),
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
    let then = task.payload.get("then").filter(|_| reason.is_none());
    app.store
        .write(async |tx| {
            if then.is_some() {
                recover::lock(tx, task).await?;
            }
            if !task::finish(tx, task.ticket, holder).await? {
                return Ok(());
            }
            if let Some(then) = then {
                recover::hold_back(tx, app, then, now).await?;
            }
            let details = json!({ "reason": reason, "attempts": task.ticket.attempts + 1 });
            let entry = Entry { failed: reason.is_some(), subject: user, details, ..Entry::default() };
            audit::record(tx, (&*app.rng, now), &Origin::default(), Event::MailSent, entry);
            Ok(())
        })
        .await
}
