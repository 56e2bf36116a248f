//! One connection: TLS if it is on, then requests, one after the other.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use poem::{
    Addr, Endpoint, Request, Response,
    http::{self, HeaderValue, StatusCode, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    Bounds,
    head_timer::{HeadTimer, Watch},
    peer::Peer,
};
use crate::limits::MAX_HEAD;

/// How long, and for how many bytes, a refused peer is still listened to, so that it gets to read the answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 256 * 1024;
const TIMED_OUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Refusals that need no body.
const EARLY: [StatusCode; 6] = [
    StatusCode::FORBIDDEN,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::TOO_MANY_REQUESTS,
];

/// What every connection shares.
pub(super) struct Shared<E> {
    pub endpoint: E,
    pub bounds: Bounds,
    pub local: SocketAddr,
    pub tls: Option<TlsAcceptor>,
}

/// One connection, from its acceptance to its end.
pub(super) async fn run<E: Endpoint<Output = Response> + 'static>(
    stream: TcpStream,
    peer: SocketAddr,
    shared: &Arc<Shared<E>>,
    mut told: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let watch = Arc::new(Watch::new(shared.bounds));
    let stream = Peer::new(stream, watch.clone(), shared.bounds.stall);
    let Some(tls) = &shared.tls else {
        return http(stream, peer, Scheme::HTTP, shared, watch, told).await;
    };
    let handshake = timeout(shared.bounds.head, tls.accept(stream));
    let stream = tokio::select! {
        done = handshake => match done {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::debug!(%peer, %error, "handshake failed"),
            Err(_) => return tracing::debug!(%peer, "handshake timed out"),
        },
        () = stopped(&mut told) => return,
    };
    http(stream, peer, Scheme::HTTPS, shared, watch, told).await;
}

/// Resolves when the server stops, at once when it has.
async fn stopped(told: &mut watch::Receiver<bool>) {
    // What is awaited holds a lock, which must not outlive this function.
    let _ = told.wait_for(|stops| *stops).await;
}

async fn http<E, T>(
    io: T,
    peer: SocketAddr,
    scheme: Scheme,
    shared: &Arc<Shared<E>>,
    watch: Arc<Watch>,
    mut told: watch::Receiver<bool>,
) where
    E: Endpoint<Output = Response> + 'static,
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // Set when an answer was given before the body was read.
    let early = Arc::new(AtomicBool::new(false));
    let service = service_fn({
        let (shared, early) = (shared.clone(), early.clone());
        move |request: http::Request<Incoming>| {
            let (shared, early, scheme) = (shared.clone(), early.clone(), scheme.clone());
            async move {
                let local = LocalAddr(Addr::SocketAddr(shared.local));
                let remote = RemoteAddr(Addr::SocketAddr(peer));
                let request = Request::from((request, local, remote, scheme));
                let may_have_body = request.method() == http::Method::POST;
                let mut response = shared.endpoint.get_response(request).await;
                // Refused before the body was read: what of it is still coming must not reset the answer away.
                if may_have_body && EARLY.contains(&response.status()) {
                    early.store(true, Ordering::Relaxed);
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<http::Response<_>, Infallible>(response.into())
            }
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .max_header_size(MAX_HEAD)
        .max_buf_size(2 * MAX_HEAD)
        // The time is Watch's affair; what is said here only switches it on.
        .timer(HeadTimer(watch))
        .header_read_timeout(shared.bounds.head);
    let mut conn = builder.serve_connection(TokioIo::new(io), service);
    let result = tokio::select! {
        biased;
        result = &mut conn => result,
        () = stopped(&mut told) => {
            Pin::new(&mut conn).graceful_shutdown();
            (&mut conn).await
        }
    };
    let parts = conn.into_parts();
    let begun = !parts.read_buf.is_empty();
    let mut io = parts.io.into_inner();
    if was_refused(result, &mut io, begun, &early).await {
        linger(io).await;
    }
}

/// Whether the peer was told no, and must get to read it.
async fn was_refused<T: AsyncWrite + Unpin>(
    result: hyper::Result<()>,
    io: &mut T,
    begun: bool,
    early: &AtomicBool,
) -> bool {
    match result {
        Ok(()) => early.load(Ordering::Relaxed),
        // hyper says nothing when time is up; who began a request is told.
        Err(error) if error.is_timeout() => begun && timeout(LINGER, io.write_all(TIMED_OUT)).await.is_ok(),
        // 400, 414, 431: hyper has answered.
        Err(error) if error.is_parse() => true,
        Err(error) => {
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection ended");
            false
        }
    }
}

/// Closing with unread bytes resets the connection, and the peer may lose the answer: read them first.
async fn linger(mut io: impl AsyncRead + AsyncWrite + Unpin) {
    let _ = timeout(LINGER, async {
        let _ = io.shutdown().await;
        let _ = tokio::io::copy(&mut io.take(LINGER_BYTES), &mut tokio::io::sink()).await;
    })
    .await;
}
