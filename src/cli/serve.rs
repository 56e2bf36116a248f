//! `claviger serve`

use std::{net::TcpListener, sync::Arc, time::Duration};

use poem::{
    Server,
    listener::{Acceptor, TcpAcceptor},
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{error::CliError, first_administrator, open};
use crate::{app::App, config::Config, jobs, router, store};

/// In-flight requests get this long; orchestrators wait longer before they kill.
const DRAIN: Duration = Duration::from_secs(20);

/// Runs until SIGTERM or SIGINT.
pub(super) async fn run(config: Config) -> Result<(), CliError> {
    let stop = Stop::listen()?;
    let listener = bind(&config.raw.server.listen)?;
    let app = open::app(config).await?;
    announce(&app).await?;
    serve(app, listener, stop).await
}

/// Takes the address before anything else, so that a taken port is told at once.
pub(super) fn bind(address: &str) -> Result<TcpListener, CliError> {
    let taken = |e: std::io::Error| CliError::Unavailable(format!("{address}: {e}"));
    let listener = TcpListener::bind(address).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    Ok(listener)
}

/// Says on stdout that the server is ready, and how the first administrator gets in.
pub(super) async fn announce(app: &App) -> Result<(), CliError> {
    println!("ready {}", app.config.issuer.as_str());
    if let Some(link) = first_administrator::link(app).await? {
        println!("first administrator: {}", link.url);
    }
    Ok(())
}

/// Serves until told to stop, then lets requests finish.
pub(super) async fn serve(app: Arc<App>, listener: TcpListener, stop: Stop) -> Result<(), CliError> {
    let acceptor = TcpAcceptor::from_std(listener).map_err(|e| CliError::Unavailable(e.to_string()))?;
    for address in acceptor.local_addr() {
        tracing::info!(%address, "listening");
    }
    let follow = tokio::spawn(follow(app.clone()));
    let (stop_jobs, jobs_stop) = tokio::sync::watch::channel(false);
    let jobs = tokio::spawn(jobs::run(app.clone(), jobs_stop));
    let server = Server::new_with_acceptor(acceptor).idle_timeout(Duration::from_mins(1));
    let done = server.run_with_graceful_shutdown(router::build(&app), stop.asked(), Some(DRAIN)).await;
    let _ = stop_jobs.send(true);
    let _ = jobs.await;
    follow.abort();
    done.map_err(|e| CliError::Unavailable(e.to_string()))
}

/// Follows what other instances and the command line change, within a second. A missed beat is not made up for.
async fn follow(app: Arc<App>) {
    let mut every = tokio::time::interval(Duration::from_millis(500));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        every.tick().await;
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

/// SIGTERM and SIGINT, listened to from the moment this is made: before anybody is told that the server is ready.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    pub(super) fn listen() -> Result<Self, CliError> {
        let listen = |kind| signal(kind).map_err(|e| CliError::Unavailable(e.to_string()));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn asked(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping");
    }
}
