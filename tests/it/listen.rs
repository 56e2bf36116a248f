//! Connections: what one may take, what all may take, how they end. Real sockets; deadlines are short, and a test waits
//! for what must happen, never for time to pass.

mod bounds;
mod drain;
mod tls;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use claviger::listen::{self, Bounds, Terms};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::harness::TestApp;

/// Beyond this a thing that must happen does not happen.
const NEVER: Duration = Duration::from_secs(20);

/// Generous, so that only the bound under test is met.
const BOUNDS: Bounds =
    Bounds { connections: 100, per_prefix: 100, head: NEVER, idle: NEVER, stall: NEVER, drain: NEVER };

struct Listening {
    app: TestApp,
    address: SocketAddr,
    open: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Listening {
    async fn new(bounds: Bounds) -> Self {
        Self::with(TestApp::new().await, bounds, None).await
    }

    async fn with(app: TestApp, bounds: Bounds, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let open = Arc::new(AtomicI64::new(0));
        let count = open.clone();
        let terms = Terms {
            tls,
            trusted_proxies: app.app.config.trusted_proxies.clone(),
            bounds,
            open: Arc::new(move |change| {
                count.fetch_add(change, Ordering::SeqCst);
            }),
        };
        let (stop, stopped) = oneshot::channel();
        let endpoint = app.endpoint.clone();
        let serving = tokio::spawn(listen::serve(listener, endpoint, terms, async { drop(stopped.await) }));
        Self { app, address, open, stop: Some(stop), serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends and reads to the end.
    async fn ask(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        // The server may answer and close before everything is sent.
        let _ = stream.write_all(request.as_bytes()).await;
        rest(&mut stream).await
    }
}

/// Everything until the server closes, which it must.
async fn rest(stream: &mut TcpStream) -> String {
    let mut out = Vec::new();
    let read = timeout(NEVER, stream.read_to_end(&mut out)).await.expect("the server never closed");
    // A reset is an end, too.
    let _ = read;
    String::from_utf8_lossy(&out).into_owned()
}

/// One answer on a connection that stays open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut out = Vec::new();
    let mut buffer = [0; 4096];
    while !out.windows(4).any(|w| w == b"\r\n\r\n") || !String::from_utf8_lossy(&out).ends_with('}') {
        let count = timeout(NEVER, stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(count > 0, "closed: {}", String::from_utf8_lossy(&out));
        out.extend(&buffer[..count]);
    }
    String::from_utf8_lossy(&out).into_owned()
}

const LIVEZ: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LIVEZ_AND_CLOSE: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
