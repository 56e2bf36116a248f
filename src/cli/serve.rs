//! `claviger serve`

use std::{future::Future, io::Write, net::TcpListener, path::Path, sync::Arc, time::Duration};

use clap::Args;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::{
    error::CliError,
    first_administrator,
    identity::{self, MayChange},
    metrics, open,
    stop::Stop,
};
use crate::{
    app::App,
    config::{self, Config},
    http::Waiting,
    jobs,
    listen::{self, Bounds, Terms},
    router,
    store::{self, notice::Notices},
    webauthn::link::Link,
};

/// How long `/readyz` says no before connections are refused.
const NOT_READY: Duration = Duration::from_secs(2);

/// In-flight requests get this long after that; orchestrators wait longer before they kill.
const DRAIN: Duration = Duration::from_secs(17);

/// And a job under way so long: 20 seconds in all.
const LAST_BATCH: Duration = Duration::from_secs(1);

/// A peer that takes nothing of its answer for so long is given up.
const STALL: Duration = Duration::from_secs(30);

/// Longest wait between two looks for the database.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// End with exit code 69 when the database is not there, instead of waiting for it.
    #[arg(long)]
    require_db: bool,
    /// Start although issuer, rp_id or the demands on passkeys changed, and so many people cannot sign in any more.
    #[arg(long, value_name = "PEOPLE")]
    lock_out: Option<u64>,
}

/// Runs until SIGTERM or SIGINT.
pub(super) async fn run(config: Config, arguments: Arguments) -> Result<(), CliError> {
    let mut stop = Stop::listen()?;
    let listener = bind(&config.raw.server.listen)?;
    // What can't work is told before anybody waits or is told that all is well.
    tls(&config.raw.server)?;
    let metrics = metrics::bind(&config)?;
    let Some((app, link)) = Box::pin(wait_for_database(&config, &listener, &mut stop, &arguments)).await? else {
        return Ok(());
    };
    announce(&app, link);
    serve(app, listener, metrics, stop).await
}

type Opened = (Arc<App>, Option<Link>);

/// The server's state, and the first administrator's link while there must be one.
pub(super) async fn open(config: Config, may_change: MayChange) -> Result<Opened, CliError> {
    let app = open::app(config).await?;
    identity::check(&app, may_change).await?;
    app.wake();
    app.beat().await?;
    let link = first_administrator::link(&app).await?;
    Ok((app, link))
}

/// Opens the server's state; while the database is not there, says so to whoever asks. `None` when told to stop.
async fn wait_for_database(
    config: &Config,
    listener: &TcpListener,
    stop: &mut Stop,
    arguments: &Arguments,
) -> Result<Option<Opened>, CliError> {
    let may_change = arguments.lock_out.map_or(MayChange::Nothing, MayChange::At);
    let (opened, is_open) = tokio::sync::oneshot::channel::<()>();
    let mut is_open = Some(is_open);
    let mut waiting = None;
    let mut pause = Duration::from_millis(250);
    let found = loop {
        let found = tokio::select! {
            found = open(config.clone(), may_change) => found,
            _ = stop.asked() => return Ok(None),
        };
        match found {
            Err(CliError::NotYet(detail)) if !arguments.require_db => {
                tracing::warn!(detail, "the database is not there yet");
                if let Some(is_open) = is_open.take() {
                    waiting = Some(serve_waiting(config, listener, async { drop(is_open.await) })?);
                }
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    _ = stop.asked() => return Ok(None),
                }
                pause = (pause * 2).min(LOOK_AGAIN);
            }
            found => break found?,
        }
    };
    drop(opened);
    if let Some(waiting) = waiting {
        let _ = waiting.await;
    }
    Ok(Some(found))
}

/// Serves on a copy of the listener: whoever connects between the two waits in the queue that they share.
fn serve_waiting<F>(config: &Config, listener: &TcpListener, until: F) -> Result<JoinHandle<()>, CliError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let copy = listener.try_clone().and_then(tokio::net::TcpListener::from_std);
    let copy = copy.map_err(|e| CliError::Unavailable(e.to_string()))?;
    let terms = Terms { bounds: Bounds { drain: Duration::ZERO, ..bounds(config) }, ..terms(config, |_| ())? };
    let endpoint = Waiting::new(config)?;
    Ok(tokio::spawn(async move {
        if let Err(error) = listen::serve(copy, endpoint, terms, until).await {
            tracing::error!(%error, "nothing is served while the database is not there");
        }
    }))
}

/// Takes the address before anything else, so that a taken port is told at once.
pub(super) fn bind(address: &str) -> Result<TcpListener, CliError> {
    let listener = bind_quietly(address)?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening");
    }
    Ok(listener)
}

pub(super) fn bind_quietly(address: &str) -> Result<TcpListener, CliError> {
    let taken = |e: std::io::Error| CliError::Unavailable(format!("{address}: {e}"));
    let listener = TcpListener::bind(address).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    Ok(listener)
}

/// A reader that has heard enough and left is no reason to end: `println!` would panic.
pub(super) fn say(line: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        tracing::warn!(%error, "nobody reads what is said on stdout");
    }
}

/// Says on stdout that the server is ready, and how the first administrator gets in.
pub(super) fn announce(app: &App, link: Option<Link>) {
    say(&format!("ready {}", app.config.issuer.as_str()));
    if let Some(link) = link {
        say(&format!("first administrator: {}", link.url));
    }
}

/// Serves until told to stop, then lets requests finish.
pub(super) async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    metrics: Option<tokio::net::TcpListener>,
    mut stop: Stop,
) -> Result<(), CliError> {
    let unavailable = |e: std::io::Error| CliError::Unavailable(e.to_string());
    let gauge = app.metrics.connections.clone();
    let terms = terms(&app.config, move |change| {
        gauge.inc_by(change);
    })?;
    let metrics = metrics.map(|listener| metrics::serve(&app, listener));
    let listener = tokio::net::TcpListener::from_std(listener).map_err(unavailable)?;
    let follow = tokio::spawn(follow(app.clone()));
    let (stop_jobs, jobs_stop) = tokio::sync::watch::channel(false);
    let deliver = tokio::spawn(jobs::deliver_logouts::run(app.clone(), jobs_stop.clone()));
    let tell = tokio::spawn(jobs::deliver_webhooks::run(app.clone(), jobs_stop.clone()));
    let beat = tokio::spawn(jobs::heartbeat::run(app.clone(), jobs_stop.clone()));
    let send = tokio::spawn(jobs::send_mail::run(app.clone(), jobs_stop.clone()));
    let refusals = tokio::spawn(jobs::refusals::run(app.clone(), jobs_stop.clone()));
    let count = tokio::spawn(jobs::statistics::run(app.clone(), jobs_stop.clone()));
    let mut jobs = tokio::spawn(jobs::run(app.clone(), jobs_stop));
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = listen::serve(listener, router::build(&app), terms, async { drop(ended.await) });
    let stopping = async {
        let lingers = stop.asked().await;
        tracing::info!("stopping");
        app.stop();
        let _ = stop_jobs.send(true);
        if lingers {
            // Whoever balances load sees /readyz first, and sends nobody here any more.
            tokio::select! {
                () = tokio::time::sleep(NOT_READY) => {}
                _ = stop.asked() => return,
            }
        }
        drop(end);
        stop.asked().await;
    };
    let done = tokio::select! {
        done = serving => {
            // A job stops between two batches.
            let _ = tokio::time::timeout(LAST_BATCH, &mut jobs).await;
            done
        }
        () = stopping => {
            tracing::warn!("asked twice: not waiting any longer");
            Ok(())
        }
    };
    jobs.abort();
    // What was not delivered is in the database.
    deliver.abort();
    tell.abort();
    send.abort();
    beat.abort();
    refusals.abort();
    count.abort();
    follow.abort();
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    if let Err(error) = app.write_refusals().await {
        tracing::debug!(%error, "the last refusals of apps are not told");
    }
    if let Err(error) = app.rest().await {
        tracing::debug!(%error, "the database was gone first: the next start will take care");
    }
    done.map_err(unavailable)
}

/// What the configuration says of connections, with room for them.
fn terms(config: &Config, open: impl Fn(i64) + Send + Sync + 'static) -> Result<Terms, CliError> {
    let section = &config.raw.server;
    let wanted = u64::from(section.max_connections) + 256;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(limit) if limit >= wanted => {}
        Ok(limit) => tracing::warn!(limit, "fewer file descriptors than server.max_connections needs"),
        Err(error) => tracing::warn!(%error, "the limit of file descriptors cannot be seen"),
    }
    Ok(Terms {
        tls: tls(section)?,
        trusted_proxies: config.trusted_proxies.clone(),
        bounds: bounds(config),
        open: Arc::new(open),
    })
}

fn bounds(config: &Config) -> Bounds {
    let section = &config.raw.server;
    Bounds {
        connections: usize::try_from(section.max_connections).unwrap_or(usize::MAX),
        per_prefix: section.max_connections_per_address,
        head: section.head_timeout.to_std(),
        idle: section.idle_timeout.to_std(),
        stall: STALL,
        drain: DRAIN,
    }
}

fn tls(section: &config::Server) -> Result<Option<TlsAcceptor>, CliError> {
    let (Some(certificate), Some(key)) = (&section.tls_certificate, &section.tls_key) else { return Ok(None) };
    let read = |name: &str, path: &Path| {
        std::fs::read(path).map_err(|e| CliError::Configuration(format!("server.{name}: {}: {e}", path.display())))
    };
    let (chain, key) = (read("tls_certificate", certificate)?, Zeroizing::new(read("tls_key", key)?));
    let config = listen::tls::config(&chain, &key);
    let config = config.map_err(|e| CliError::Configuration(format!("server.tls_certificate, server.tls_key: {e}")))?;
    Ok(Some(Arc::new(config).into()))
}

/// Follows what other instances and the command line change, within a second. A missed beat is not made up for.
async fn follow(app: Arc<App>) {
    let mut every = tokio::time::interval(Duration::from_millis(500));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut failing, mut notices) = (false, Notices::default());
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = notices.changed(&app.store) => {}
        }
        // A database that does not even refuse counts as one that failed.
        let followed = tokio::time::timeout(Duration::from_secs(2), app.follow()).await;
        let result = followed.unwrap_or(Err(store::Error::Stale));
        // One line when it begins, one when it ends.
        match (&result, failing) {
            (Err(error), false) => tracing::error!(%error, "changes cannot be followed"),
            (Ok(()), true) => tracing::info!("changes are followed again"),
            _ => {}
        }
        failing = result.is_err();
    }
}
