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

#[derive(Default)]
struct Shared {
    pages: HashMap<String, Page>,
    asked: Vec<(String, String)>,
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
        let shared = self.shared.lock().unwrap();
        shared.asked.iter().filter(|(known, _)| known == path).map(|(_, body)| body.clone()).collect()
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
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let (status, content_type, page) = {
        let mut shared = shared.lock().unwrap();
        shared.asked.push((path.clone(), String::from_utf8_lossy(&body).into_owned()));
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
