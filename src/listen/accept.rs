//! Accepting: a place and a seat for each connection, patience where descriptors run out.

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use ipnet::IpNet;
use poem::{Endpoint, Response};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    Bounds,
    connection::{self, Shared},
    seats::Seats,
};
use crate::limits::Prefix;

/// On which terms connections are taken.
pub struct Terms {
    /// TLS, if it is not a proxy's affair.
    pub tls: Option<TlsAcceptor>,
    /// Who is exempt from the bound by prefix.
    pub trusted_proxies: Vec<IpNet>,
    /// What a connection may take.
    pub bounds: Bounds,
    /// Told of every connection that opens (1) and ends (-1).
    pub open: Arc<dyn Fn(i64) + Send + Sync>,
}

/// Tells of a connection's end however it comes.
struct Counted(Arc<dyn Fn(i64) + Send + Sync>);

impl Counted {
    fn new(open: Arc<dyn Fn(i64) + Send + Sync>) -> Self {
        open(1);
        Self(open)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.0)(-1);
    }
}

/// After an accept that failed for want of descriptors or memory.
const BACK_OFF: Duration = Duration::from_millis(50);

/// How long nothing more is said of that.
const TELL_AGAIN: Duration = Duration::from_mins(1);

/// Serves until `stop`, then lets requests finish.
///
/// # Errors
/// When the listener has no address.
pub async fn serve<E: Endpoint<Output = Response> + 'static>(
    listener: TcpListener,
    endpoint: E,
    terms: Terms,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let Terms { tls, trusted_proxies, bounds, open } = terms;
    let shared = Arc::new(Shared { endpoint, bounds, local: listener.local_addr()?, tls });
    let places = Arc::new(Semaphore::new(bounds.connections));
    let seats = Arc::new(Seats::new(bounds.per_prefix));
    let (tell, told) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut stop = pin!(stop);
    let mut pause: Option<Instant> = None;
    let mut told_at: Option<Instant> = None;
    loop {
        let next = async {
            // A place first: who finds none waits in the kernel's queue.
            let place = places.clone().acquire_owned().await;
            if let Some(until) = pause {
                sleep_until(until).await;
            }
            (place, listener.accept().await)
        };
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(done) = tasks.join_next() => report(done),
            (place, accepted) = next => match accepted {
                Ok((stream, peer)) => {
                    pause = None;
                    let ip = peer.ip().to_canonical();
                    // A proxy is many callers.
                    let counted = !trusted_proxies.iter().any(|net| net.contains(&ip));
                    let seat = if counted { seats.take(Prefix::from(ip)) } else { None };
                    if counted && seat.is_none() {
                        // A reset: neither side keeps anything of it.
                        let _ = stream.set_zero_linger();
                        continue;
                    }
                    let (shared, told) = (shared.clone(), told.clone());
                    let open = open.clone();
                    tasks.spawn(async move {
                        let _held = (place, seat, Counted::new(open));
                        connection::run(stream, peer, &shared, told).await;
                    });
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    let now = Instant::now();
                    // One by one they come and go: a line a minute says enough.
                    if told_at.is_none_or(|told| now >= told + TELL_AGAIN) {
                        tracing::error!(%error, "no connections can be accepted");
                        told_at = Some(now);
                    }
                    pause = Some(now + BACK_OFF);
                }
            },
        }
    }
    drop(listener);
    tell.send_replace(true);
    let all = async {
        while let Some(done) = tasks.join_next().await {
            report(done);
        }
    };
    if timeout(bounds.drain, all).await.is_err() {
        tracing::warn!(connections = tasks.len(), "cut off");
        tasks.shutdown().await;
    }
    Ok(())
}

fn report(done: Result<(), JoinError>) {
    if let Err(error) = done
        && error.is_panic()
    {
        tracing::error!(%error, "a connection panicked");
    }
}

/// The peer went before it was accepted; the next one may be fine.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
