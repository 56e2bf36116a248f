//! Somebody else's https server: what a client publishes, and what it is told.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// Status, content type, body.
type Page = (u16, &'static str, Vec<u8>);

type Headers = HashMap<String, String>;

#[derive(Default)]
struct Shared {
    pages: HashMap<String, Page>,
    asked: Vec<(String, Headers, String)>,
}

/// A server on https://localhost, with a certificate of its own authority.
pub struct Site {
    pub origin: String,
    directory: TempDir,
    shared: Arc<Mutex<Shared>>,
}

impl Site {
    pub async fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), made.cert.pem()).unwrap();
        // For another server of the same name.
        std::fs::write(directory.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let shared = Arc::new(Mutex::new(Shared::default()));
        tokio::spawn(accept(listener, Arc::new(config).into(), shared.clone()));
        Self { origin, directory, shared }
    }

    /// Settings with which a server trusts and may call this one.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let authority: PathBuf = self.directory.path().join("ca.pem");
        vec![
            ("CLAVIGER_OIDC__OUTBOUND_ALLOW", "127.0.0.0/8".to_owned()),
            ("CLAVIGER_OIDC__OUTBOUND_EXTRA_CA", authority.display().to_string()),
        ]
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What a path answers from now on.
    pub fn publish(&self, path: &str, content_type: &'static str, body: impl Into<Vec<u8>>) {
        self.answer(path, 200, content_type, body);
    }

    pub fn answer(&self, path: &str, status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) {
        self.shared.lock().unwrap().pages.insert(path.to_owned(), (status, content_type, body.into()));
    }

    /// Bodies that came for a path, oldest first. Each connection stands here with no path, whatever came of it.
    pub fn asked(&self, path: &str) -> Vec<String> {
        self.requests(path).into_iter().map(|(_, body)| body).collect()
    }

    /// The same with their headers, by names in small letters.
    pub fn requests(&self, path: &str) -> Vec<(Headers, String)> {
        let shared = self.shared.lock().unwrap();
        let of_path = shared.asked.iter().filter(|(known, _, _)| known == path);
        of_path.map(|(_, headers, body)| (headers.clone(), body.clone())).collect()
    }
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, shared: Arc<Mutex<Shared>>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.lock().unwrap().asked.push(Default::default());
        let (tls, shared) = (tls.clone(), shared.clone());
        tokio::spawn(async move { serve(stream, tls, shared).await });
    }
}

async fn serve(stream: TcpStream, tls: TlsAcceptor, shared: Arc<Mutex<Shared>>) -> Option<()> {
    let mut stream = BufReader::new(tls.accept(stream).await.ok()?);
    let mut first = String::new();
    stream.read_line(&mut first).await.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let length = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let (status, content_type, page) = {
        let mut shared = shared.lock().unwrap();
        shared.asked.push((path.clone(), headers, String::from_utf8_lossy(&body).into_owned()));
        shared.pages.get(&path).cloned().unwrap_or((404, "text/plain", Vec::new()))
    };
    let location = if status == 302 { "Location: https://localhost/\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n{location}Content-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&page).await.ok()?;
    stream.shutdown().await.ok()
}
