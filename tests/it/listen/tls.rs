//! TLS without a proxy.

use std::sync::Arc;

use claviger::listen::tls;
use rcgen::generate_simple_self_signed;
use rustls::{
    CipherSuite, ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::ServerName,
    version::{TLS12, TLS13},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{BOUNDS, LIVEZ_AND_CLOSE, Listening};
use crate::harness::TestApp;

/// Connects with these versions and suites; what was agreed on and the answer.
async fn talk(
    listening: &Listening,
    roots: RootCertStore,
    version: &'static SupportedProtocolVersion,
    suite: impl Fn(CipherSuite) -> bool,
) -> std::io::Result<(CipherSuite, String)> {
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|known| suite(known.suite()));
    let provider: Arc<CryptoProvider> = Arc::new(provider);
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, listening.connect().await).await?;
    stream.write_all(LIVEZ_AND_CLOSE.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok((stream.get_ref().1.negotiated_cipher_suite().unwrap().suite(), answer))
}

#[tokio::test]
async fn tls_1_3_and_1_2_with_aes_gcm_are_spoken_and_nothing_else() {
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let config = tls::config(made.cert.pem().as_bytes(), made.signing_key.serialize_pem().as_bytes()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let app = TestApp::with(&[("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org")]).await;
    let listening = Listening::with(app, BOUNDS, Some(acceptor)).await;
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    for version in [&TLS13, &TLS12] {
        let (suite, answer) = talk(&listening, roots.clone(), version, |_| true).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("strict-transport-security"));
        assert!(format!("{suite:?}").contains("GCM"), "{suite:?}");
    }
    let chacha = |suite: CipherSuite| format!("{suite:?}").contains("CHACHA20");
    assert!(talk(&listening, roots.clone(), &TLS12, chacha).await.is_err(), "1.2 is AES-GCM only");
    assert!(talk(&listening, roots, &TLS13, chacha).await.is_ok());
    assert!(!listening.ask(LIVEZ_AND_CLOSE).await.contains("HTTP/1.1 200"), "plain HTTP is not TLS");
}

#[test]
fn files_that_cannot_work_are_told_apart() {
    let a = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let b = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, key) = (a.cert.pem(), a.signing_key.serialize_pem());
    assert!(matches!(tls::config(b"", key.as_bytes()), Err(tls::Error::NoCertificate)));
    assert!(matches!(tls::config(chain.as_bytes(), b""), Err(tls::Error::Key(_))));
    let other = b.signing_key.serialize_pem();
    assert!(matches!(tls::config(chain.as_bytes(), other.as_bytes()), Err(tls::Error::Tls(_))));
}
