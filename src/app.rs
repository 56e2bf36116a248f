//! What a running server holds: built once, no globals.

mod agreement;
mod client_keys;
mod clients;
mod expressions;
mod follow;
mod heart;
mod outside;
mod post;
mod reading;
mod refusals;
mod signing_keys;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};

use arc_swap::{ArcSwap, ArcSwapOption};
use url::Url;
use webauthn_rs_core::WebauthnCore;

use crate::{
    attestation::Metadata,
    clock::{Clock, Time},
    config::{Attestation, Config, DynamicRegistration, Said, Settings},
    crypto::{
        data_keys::DataKeys,
        document::Document,
        key_encryption::KeyEncryptionKeys,
        random::{self, Rng},
    },
    keys::{self, KeySet},
    limits::Limits,
    mail::Mailer,
    metrics::Metrics,
    outbound::Outbound,
    policy::SubjectPolicy,
    protocol::{
        administration,
        client_details::AccessTokenFormat,
        discovery_metadata::{DiscoveryMetadata, Provider},
        passkey_policy::PasskeyPolicy,
        resource::Resource,
        scope::ACCOUNT_READ,
    },
    store::{self, Store, data_key, epoch},
    urls::{self, Urls},
    words::Words,
};

pub use agreement::CLOCKS_AGREE;
pub use clients::Clients;
pub use expressions::Expressions;
pub use outside::Outside;

/// Everything a handler needs.
pub struct App {
    /// Checked configuration.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Keys at rest, unwrapped.
    pub data_keys: DataKeys,
    /// Clients, cached.
    pub clients: Clients,
    /// Texts.
    pub words: Words,
    /// The WebAuthn library, reached only through its wrapper.
    pub webauthn: WebauthnCore,
    /// Paths and URLs.
    pub urls: Urls,
    /// The discovery document, rendered.
    pub discovery: Document,
    /// Limits on callers.
    pub limits: Limits,
    /// What operators measure.
    pub metrics: Metrics,
    /// The way out.
    pub outbound: Outbound,
    /// The way to mailboxes; `None` where no mail is sent.
    pub mail: Option<Mailer>,
    /// What is known of authenticators.
    pub metadata: Box<dyn Metadata>,
    /// Which passkeys will do for anything here.
    pub passkey_policy: PasskeyPolicy,
    /// Wakes whoever delivers what was just written.
    pub outbox: tokio::sync::Notify,
    /// Ceremonies of FIDO's conformance tests that wait for their result, by browser binding.
    pub conformance: moka::future::Cache<crate::crypto::mac::Tag, String>,
    /// Numbers that take a while to count.
    pub statistics: ArcSwapOption<store::statistics::Counted>,
    /// One counts, and the others wait for it.
    pub counting: tokio::sync::Mutex<()>,
    /// How often that failed.
    pub failed_counts: AtomicU64,
    /// Expressions of claims.
    pub expressions: Expressions,
    refusals: refusals::Refusals,
    client_keys: client_keys::ClientKeys,
    heart: std::sync::Mutex<epoch::Memory>,
    keys: ArcSwap<KeySet>,
    keys_version: ArcSwap<Vec<u8>>,
    webhooks_version: ArcSwap<Vec<u8>>,
    settings: ArcSwap<Settings>,
    settings_version: ArcSwap<Vec<u8>>,
    followed_at: AtomicI64,
    refreshing: tokio::sync::Mutex<()>,
    stopping: AtomicBool,
    hashing: Arc<tokio::sync::Semaphore>,
    hash_queue: tokio::sync::Semaphore,
}

/// How many may wait for a slow hash.
const HASH_QUEUE: usize = 16;

impl App {
    /// Opens data keys, makes signing keys if there are none, renders what is served from memory.
    ///
    /// # Errors
    /// When the database fails or the key-encryption key is not its.
    pub async fn open(
        config: Config,
        store: Store,
        encryption_keys: &KeyEncryptionKeys,
        outside: Outside,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, store::Error> {
        let now = clock.now();
        let data_keys = data_key::load_or_create(&store, encryption_keys, &*rng, now).await?;
        let turn =
            keys::Turn { key: &data_keys.signing_keys, rng: &*rng, rotation: config.raw.keys.rotation.get(), now };
        // A clock that is off makes what is missing, and leaves what has its time to others.
        let ask = if agreement::agree(&store, &*clock).await? { keys::Ask::Schedule } else { keys::Ask::Missing };
        signing_keys::turn(&store, turn, &ask).await?;
        let urls = Urls::new(config.issuer.clone());
        let discovery = discovery(&urls, &config, &*outside.metadata)?;
        let app = Self {
            webauthn: webauthn(&config),
            clients: Clients::new(store.clone(), apis(&urls)),
            words: Words::load(),
            keys: ArcSwap::default(),
            keys_version: ArcSwap::default(),
            webhooks_version: ArcSwap::default(),
            settings: ArcSwap::from_pointee(Settings::over(&config, &Said::default()).0),
            settings_version: ArcSwap::default(),
            followed_at: AtomicI64::default(),
            refreshing: tokio::sync::Mutex::default(),
            stopping: AtomicBool::default(),
            hashing: Arc::new(tokio::sync::Semaphore::new(1)),
            hash_queue: tokio::sync::Semaphore::new(HASH_QUEUE),
            discovery,
            limits: Limits::new(&config.raw.rate_limit, &clock),
            metrics: Metrics::default(),
            outbound: outside.outbound,
            mail: outside.mail,
            metadata: outside.metadata,
            passkey_policy: config.raw.webauthn.policy(),
            outbox: tokio::sync::Notify::default(),
            conformance: moka::future::Cache::new(1_000),
            statistics: ArcSwapOption::empty(),
            counting: tokio::sync::Mutex::default(),
            failed_counts: AtomicU64::default(),
            expressions: Expressions::default(),
            refusals: refusals::Refusals::default(),
            client_keys: client_keys::ClientKeys::default(),
            heart: std::sync::Mutex::default(),
            urls,
            data_keys,
            config,
            store,
            clock,
            rng,
        };
        app.refresh().await?;
        Ok(app)
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// A new primary key.
    #[must_use]
    pub fn uuid(&self) -> uuid::Uuid {
        random::uuid(&*self.rng, self.now())
    }

    /// The signing keys as of the last reload.
    #[must_use]
    pub fn keys(&self) -> Arc<KeySet> {
        self.keys.load_full()
    }

    /// What holds of what an administrator can say.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }

    /// From now on `/readyz` says so, and no new work should come.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Runs a hash that is slow on purpose: one at a time, away from the threads that serve. `None` while too many wait:
    /// nobody should wait for longer than a moment.
    pub async fn slow_hash<T: Send + 'static>(&self, hash: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _queued = self.hash_queue.try_acquire().ok()?;
        let permit = self.hashing.clone().acquire_owned().await.ok()?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            hash()
        });
        hashed.await.ok()
    }

    /// Whether a slow hash would find a place in the queue: asked before something is spent on it.
    #[must_use]
    pub fn can_hash(&self) -> bool {
        self.hash_queue.available_permits() > 0
    }

    /// The policy as of now.
    #[must_use]
    pub fn policy(&self) -> SubjectPolicy {
        SubjectPolicy {
            now: self.now(),
            idle: self.config.raw.session.idle.get(),
            refresh_absolute: self.config.raw.oidc.refresh_absolute.get(),
        }
    }
}

/// Provider metadata, rendered; it needs no database.
///
/// # Errors
/// When it has no JSON form.
pub fn discovery(urls: &Urls, config: &Config, metadata: &dyn Metadata) -> Result<Document, store::Error> {
    let text =
        serde_json::to_string(&provider(urls, config, metadata)).map_err(|_| store::Error::Decode("discovery"))?;
    Ok(Document::new(text))
}

fn provider(urls: &Urls, config: &Config, metadata: &dyn Metadata) -> DiscoveryMetadata {
    DiscoveryMetadata::new(Provider {
        issuer: urls.issuer().as_str().to_owned(),
        authorization: urls.absolute(urls::AUTHORIZE),
        token: urls.absolute(urls::TOKEN),
        userinfo: urls.absolute(urls::USERINFO),
        jwks: urls.absolute(urls::JWKS),
        introspection: urls.absolute(urls::INTROSPECT),
        revocation: urls.absolute(urls::REVOKE),
        end_session: urls.absolute(urls::LOGOUT),
        registration: (config.raw.oidc.dynamic_registration != DynamicRegistration::Off)
            .then(|| urls.absolute(urls::REGISTER)),
        legacy_response_types: config.raw.oidc.legacy_response_types,
        ui_locales: Words::tags(),
        tells_hardware: config.raw.webauthn.attestation != Attestation::None && metadata.knows_hardware(),
    })
}

/// Our own APIs as resource servers (RFC 8707): the tokens of each are for it alone.
fn apis(urls: &Urls) -> Vec<Resource> {
    let api = |path, scopes| Resource {
        id: uuid::Uuid::nil(),
        identifier: urls.absolute(path),
        scopes,
        access_token_format: AccessTokenFormat::Opaque,
        client_id: None,
    };
    vec![api(urls::ACCOUNT_API, [ACCOUNT_READ].into_iter().collect()), api(urls::ADMIN_API, administration::scopes())]
}

fn webauthn(config: &Config) -> WebauthnCore {
    let party = &config.relying_party;
    let origins = party.origins.iter().filter_map(|origin| Url::parse(origin).ok()).collect();
    let timeout = config.raw.webauthn.challenge_lifetime.get().to_std().unwrap_or_default();
    WebauthnCore::new_unsafe_experts_only(&party.name, &party.id, origins, timeout, Some(false), Some(false))
}
