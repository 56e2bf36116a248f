//! GET and POST over https: no redirects, no proxies, pinned to addresses that may be called, bounded in time and size.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use moka::future::Cache;
use reqwest::{
    Certificate, Client, RequestBuilder, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use tokio::{sync::Semaphore, time::timeout};
use url::Host;

use super::Allowed;
use crate::config::Config;

/// Reaching somebody who is not there.
const CONNECT: Duration = Duration::from_secs(3);

/// What is fetched at a time, and how much of it from one host: one that never answers holds up nobody else.
const FETCHES: usize = 64;
const FETCHES_OF_HOST: usize = 4;

/// What is told at a time: that sessions ended, and events. Apart, so that nothing that strangers make us fetch, and nobody who is
/// slow, keeps others from hearing.
const POSTS: usize = 40;
const MESSAGES: usize = 40;

/// How many hosts are told apart.
const HOSTS: u64 = 4_096;

/// A whole exchange, waiting for its turn included.
const WHOLE: Duration = Duration::from_secs(10);

/// Why nothing came of it. The words are for logs and for developers of the other side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not https, or with a user name.
    #[error("is no https URL")]
    Url,
    /// It leads to where nobody from outside may send us.
    #[error("leads to an address that may not be called")]
    Address,
    /// Nobody answered in time, or the certificate is not good.
    #[error("could not be reached")]
    Unreachable,
    /// An answer, but no good one.
    #[error("answered {0}")]
    Status(u16),
    /// More than was asked for.
    #[error("is too long")]
    TooLong,
}

/// Calls other servers.
#[derive(Clone)]
pub struct Outbound {
    client: Client,
    fetches: Arc<Semaphore>,
    fetches_of_host: Cache<String, Arc<Semaphore>>,
    posts: Arc<Semaphore>,
    messages: Arc<Semaphore>,
    allowed: Allowed,
}

impl Outbound {
    /// A client with the limits of the configuration.
    ///
    /// # Errors
    /// When `oidc.outbound_extra_ca` can't be read.
    pub fn new(config: &Config) -> Result<Self, String> {
        let oidc = &config.raw.oidc;
        let allowed = Allowed::new(&oidc.outbound_allow);
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .user_agent("Claviger")
            .dns_resolver(Arc::new(Resolver { allowed: allowed.clone() }));
        if let Some(path) = &oidc.outbound_extra_ca {
            builder = certificates(path)?.into_iter().fold(builder, reqwest::ClientBuilder::add_root_certificate);
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        let all = [FETCHES, POSTS, MESSAGES];
        let [fetches, posts, messages] = all.map(|permits| Arc::new(Semaphore::new(permits)));
        Ok(Self { client, fetches, fetches_of_host: Cache::new(HOSTS), posts, messages, allowed })
    }

    /// What is behind a URL, up to `limit` bytes.
    ///
    /// # Errors
    /// Anything but a 200 with that much or less.
    pub async fn get(&self, url: &str, accept: &str, limit: usize) -> Result<Vec<u8>, Refused> {
        let url = self.check(url)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        in_time(async {
            let of_host = async { Arc::new(Semaphore::new(FETCHES_OF_HOST)) };
            let of_host = self.fetches_of_host.get_with(host, of_host).await;
            let _permits = (of_host.acquire().await, self.fetches.acquire().await);
            let response = self.client.get(url).header("accept", accept).send().await.map_err(refused)?;
            match response.status() {
                StatusCode::OK => body(response, limit).await,
                status => Err(Refused::Status(status.as_u16())),
            }
        })
        .await
    }

    /// Posts a form; what comes back is not read.
    ///
    /// # Errors
    /// Anything but a 2xx.
    pub async fn post_form(&self, url: &str, name: &str, value: &str) -> Result<(), Refused> {
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        let request = self.client.post(self.check(url)?).header("content-type", "application/x-www-form-urlencoded");
        tell(&self.posts, request.body(form)).await
    }

    /// Posts JSON with these headers; what comes back is not read.
    ///
    /// # Errors
    /// Anything but a 2xx.
    pub async fn post_json(&self, url: &str, headers: &[(&str, String)], body: String) -> Result<(), Refused> {
        let request = self.client.post(self.check(url)?).header("content-type", "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        tell(&self.messages, request.body(body)).await
    }

    /// Literal addresses never pass the resolver, so they are looked at here.
    fn check(&self, url: &str) -> Result<Url, Refused> {
        let url = Url::parse(url).map_err(|_| Refused::Url)?;
        if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Url);
        }
        let literal = match url.host().ok_or(Refused::Url)? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        };
        match literal.is_none_or(|address| self.allowed.allows(address)) {
            true => Ok(url),
            false => Err(Refused::Address),
        }
    }
}

async fn tell(permits: &Semaphore, request: RequestBuilder) -> Result<(), Refused> {
    in_time(async {
        let _permit = permits.acquire().await;
        let response = request.send().await.map_err(refused)?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(Refused::Status(status.as_u16())),
        }
    })
    .await
}

async fn in_time<T>(exchange: impl Future<Output = Result<T, Refused>>) -> Result<T, Refused> {
    timeout(WHOLE, exchange).await.unwrap_or(Err(Refused::Unreachable))
}

/// Certificates of a PEM file.
fn certificates(path: &Path) -> Result<Vec<Certificate>, String> {
    let told = |error: &dyn std::fmt::Display| format!("oidc.outbound_extra_ca: {}: {error}", path.display());
    let pem = std::fs::read(path).map_err(|error| told(&error))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|error| told(&error))?;
    if found.is_empty() { Err(told(&"no certificate in it")) } else { Ok(found) }
}

async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, Refused> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(refused)? {
        if body.len() + chunk.len() > limit {
            return Err(Refused::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refused(error: reqwest::Error) -> Refused {
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = source {
        if cause.is::<NotAllowed>() {
            return Refused::Address;
        }
        source = cause.source();
    }
    // A URL may be a secret between the client and its server.
    let error = error.without_url();
    tracing::info!(%error, "a call to another server failed");
    Refused::Unreachable
}

#[derive(Debug, thiserror::Error)]
#[error("no address of this name may be called")]
struct NotAllowed;

/// Only what it gives is connected to: the name can't mean something else a moment later.
struct Resolver {
    allowed: Allowed,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let good: Vec<SocketAddr> = found.filter(|address| allowed.allows(address.ip())).collect();
            if good.is_empty() {
                return Err(NotAllowed.into());
            }
            let addresses: Addrs = Box::new(good.into_iter());
            Ok(addresses)
        })
    }
}
