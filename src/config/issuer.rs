//! The issuer identifier (OIDC Core 2, Discovery 3).

use url::{Host, Url};

use super::problem::Problem;

const KEY: &str = "server.public_url";

/// An https URL, or http on localhost; no query, no fragment, no trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Checks `server.public_url`.
    ///
    /// # Errors
    /// Why it can't be an issuer.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim_end_matches('/').to_owned();
        let url = Url::parse(&text).map_err(|e| Problem::new(KEY, format!("not a URL: {e}")))?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(Problem::new(KEY, "must have no query, fragment or user name"));
        }
        if url.as_str().trim_end_matches('/') != text {
            let detail = format!("must be written as browsers write it: {}", url.as_str().trim_end_matches('/'));
            return Err(Problem::new(KEY, detail));
        }
        match (url.scheme(), url.host()) {
            ("https", Some(Host::Domain(_))) | ("http", Some(Host::Domain("localhost"))) => Ok(Self { text, url }),
            ("https" | "http", Some(Host::Ipv4(_) | Host::Ipv6(_))) => {
                Err(Problem::new(KEY, "passkeys need a host name, not an IP address"))
            }
            _ => Err(Problem::new(KEY, "must be https; plain http works on localhost only")),
        }
    }

    /// The exact string of `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port, as browsers send it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The host name.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The host and, if it is not the scheme's own, the port.
    #[must_use]
    pub fn authority(&self) -> String {
        self.url.port().map_or_else(|| self.host().to_owned(), |port| format!("{}:{port}", self.host()))
    }

    /// The path, empty or beginning with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Whether cookies can be `Secure` and HSTS makes sense.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}
