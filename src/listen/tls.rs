//! TLS without a proxy: 1.3, and 1.2 with AES-GCM and forward secrecy only.

use std::sync::Arc;

use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs, aws_lc_rs::cipher_suite as suite},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    version::{TLS12, TLS13},
};

/// Why TLS can't be served with these files.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not PEM.
    #[error("the certificate cannot be read: {0}")]
    Certificate(pem::Error),
    /// PEM without a certificate.
    #[error("there is no certificate in the file")]
    NoCertificate,
    /// Not PEM, or no private key in it.
    #[error("the private key cannot be read: {0}")]
    Key(pem::Error),
    /// The key is not the certificate's, or of no use for TLS.
    #[error("{0}")]
    Tls(rustls::Error),
}

/// From a chain in PEM, the server's own certificate first, and its key.
///
/// # Errors
/// Why not.
pub fn config(chain: &[u8], key: &[u8]) -> Result<ServerConfig, Error> {
    let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>().map_err(Error::Certificate)?;
    if chain.is_empty() {
        return Err(Error::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(Error::Key)?;
    let provider = CryptoProvider {
        cipher_suites: vec![
            suite::TLS13_AES_256_GCM_SHA384,
            suite::TLS13_AES_128_GCM_SHA256,
            suite::TLS13_CHACHA20_POLY1305_SHA256,
            suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ],
        ..aws_lc_rs::default_provider()
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(Error::Tls)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(Error::Tls)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
