//! What tests stand on: the real server in process, on a copy of a migrated database, with a clock and a generator of
//! our own.

pub mod browser;
pub mod client;
pub mod database;
pub mod document;
pub mod maker;
pub mod passkey;
pub mod place;
pub mod postbox;
pub mod remote;
pub mod site;
pub mod spy;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Duration, Utc};
use claviger::{
    app::{App, Outside},
    attestation::Metadata,
    audit::Origin,
    clock::{Clock, FakeClock},
    config::{Config, Raw, SignUp, Sources, load},
    crypto::{key_encryption::KeyEncryptionKeys, random::SeededRng},
    protocol::{claims::StandardClaims, role::Role, username::Username},
    router,
    store::{
        Store, audit_log,
        enrollment_link::Kind,
        user::{self, Identifiers, NewUser, User},
    },
    webauthn::link,
};
use poem::endpoint::{DynEndpoint, ToDynEndpoint};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

pub use browser::{Answer, Browser};
pub use client::{Registered, S256};
pub use passkey::SoftPasskey;

/// The key-encryption key of every test database.
pub const ENCRYPTION_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Where tests begin.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

/// A server on a database of its own.
pub struct TestApp {
    pub app: Arc<App>,
    pub clock: Arc<FakeClock>,
    pub endpoint: Arc<dyn DynEndpoint<Output = poem::Response>>,
    database: Arc<database::Copy>,
    settings: Vec<(String, String)>,
}

impl TestApp {
    /// With the default configuration, but open sign-up.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With some settings as environment variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let clock = Arc::new(FakeClock::new(start()));
        Self::open(Arc::new(database::Copy::new().await), settings, clock).await
    }

    /// With a site that it may call.
    pub async fn beside(site: &site::Site, settings: &[(&str, &str)]) -> Self {
        let of_site = site.settings();
        let all: Vec<_> =
            of_site.iter().map(|(name, value)| (*name, value.as_str())).chain(settings.iter().copied()).collect();
        Self::with(&all).await
    }

    /// Another instance on the same database, with the same clock.
    pub async fn second_instance(&self) -> Self {
        Self::open(self.database.clone(), self.settings.clone(), self.clock.clone()).await
    }

    /// Another instance with a clock of its own.
    pub async fn instance_at(&self, clock: Arc<FakeClock>) -> Self {
        Self::open(self.database.clone(), self.settings.clone(), clock).await
    }

    /// The same server, started anew with more settings.
    pub async fn again_with(&self, settings: &[(&str, &str)]) -> Self {
        let more = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let all = self.settings.iter().cloned().chain(more).collect();
        Self::open(self.database.clone(), all, self.clock.clone()).await
    }

    /// The same server, started anew without one of its settings.
    pub async fn again_without(&self, name: &str) -> Self {
        let rest = self.settings.iter().filter(|(known, _)| known != name).cloned().collect();
        Self::open(self.database.clone(), rest, self.clock.clone()).await
    }

    /// The same server, started anew with other knowledge of authenticators.
    pub async fn again_knowing(&self, metadata: Box<dyn Metadata>) -> Self {
        Self::open_knowing(self.database.clone(), self.settings.clone(), self.clock.clone(), Some(metadata)).await
    }

    async fn open(database: Arc<database::Copy>, settings: Vec<(String, String)>, clock: Arc<FakeClock>) -> Self {
        Self::open_knowing(database, settings, clock, None).await
    }

    async fn open_knowing(
        database: Arc<database::Copy>,
        settings: Vec<(String, String)>,
        clock: Arc<FakeClock>,
        metadata: Option<Box<dyn Metadata>>,
    ) -> Self {
        let store = Store::connect(&database.url).await.unwrap();
        let config = config(&database.url, &settings);
        let mut app = open_app(config, store, clock.clone()).await;
        app.metadata = metadata.unwrap_or(app.metadata);
        let app = Arc::new(app);
        app.beat().await.unwrap();
        let endpoint = Arc::new(ToDynEndpoint(router::build(&app)));
        Self { app, clock, endpoint, database, settings }
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser::new(self)
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.advance(Duration::seconds(seconds));
    }

    /// Somebody who may do everything, by the link to their first passkey.
    pub async fn administrator(&self, name: &str) -> String {
        self.link_of(self.user_with(name, &[Role::Administrator]).await).await
    }

    /// An account with these roles, without a passkey.
    pub async fn user_with(&self, name: &str, roles: &[Role]) -> uuid::Uuid {
        let ids = Identifiers::generate(&*self.app.rng, self.app.now());
        let new = NewUser {
            username: Username::parse(name).unwrap(),
            display_name: None,
            email: None,
            email_verified: false,
            claims: StandardClaims::default(),
            roles: roles.to_vec(),
        };
        let now = self.app.now();
        assert!(self.app.store.write(async |tx| user::insert(tx, &ids, &new, now).await).await.unwrap());
        ids.id
    }

    /// The row of somebody.
    pub async fn user_id(&self, name: &str) -> uuid::Uuid {
        let name = Username::parse(name).unwrap();
        user::find_by_username(&self.app.store.read(), &name).await.unwrap().unwrap().id
    }

    /// An account without a passkey.
    pub async fn user(&self, name: &str) -> User {
        let ids = Identifiers::generate(&*self.app.rng, self.app.now());
        let new = NewUser {
            username: Username::parse(name).unwrap(),
            display_name: Some(format!("{name} Example")),
            email: Some(format!("{name}@example.org")),
            email_verified: true,
            claims: StandardClaims { given_name: Some(name.to_owned()), ..StandardClaims::default() },
            roles: Vec::<Role>::new(),
        };
        self.app
            .store
            .write(async |tx| {
                assert!(user::insert(tx, &ids, &new, self.app.now()).await?);
                Ok::<_, claviger::store::Error>(())
            })
            .await
            .unwrap();
        user::find_by_id(&self.app.store.read(), ids.id).await.unwrap().unwrap()
    }

    /// The token of a fresh enrolment link.
    pub async fn link(&self, user: &User, kind: Kind) -> String {
        self.link_for((user.id, &user.username), kind).await
    }

    /// A link for somebody who has an account.
    pub async fn link_of(&self, user: uuid::Uuid) -> String {
        self.link_for((user, "somebody"), Kind::Invitation).await
    }

    /// A way back in, as an operator makes it.
    pub async fn recovery_link(&self, user: uuid::Uuid) -> String {
        self.link_for((user, "somebody"), Kind::Recovery).await
    }

    async fn link_for(&self, whom: (uuid::Uuid, &str), kind: Kind) -> String {
        let link = self
            .app
            .store
            .write(async |tx| {
                link::create(tx, &self.app, link::By::itself(&Origin::default()), kind, whom, Duration::hours(24)).await
            })
            .await
            .unwrap();
        link.url.rsplit('/').next().unwrap().to_owned()
    }

    pub async fn set_enabled(&self, user: &User, enabled: bool) {
        let now = self.app.now();
        let write = async |tx: &claviger::store::Tx| match enabled {
            true => user::enable(tx, user.id, now).await,
            false => user::disable(tx, user.id, now).await,
        };
        self.app.store.write(write).await.unwrap();
    }

    /// Until a transaction of this database waits for another; SQLite lets in one writer only, and the rest wait outside.
    pub async fn somebody_waits(&self) {
        let store = self.app.store.read();
        if store.get_database_backend() == DbBackend::Sqlite {
            return;
        }
        let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while store.query_one_raw(Statement::from_string(DbBackend::Postgres, waiting)).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    }

    pub async fn find_user(&self, name: &str) -> User {
        user::find_by_username(&self.app.store.read(), &Username::parse(name).unwrap()).await.unwrap().unwrap()
    }

    /// Events of the audit log since the test began, failures with a leading `!`.
    pub async fn audit(&self) -> Vec<String> {
        let since = audit_log::Wanted { since: Some(start()), ..Default::default() };
        let lines = audit_log::list(&self.app.store.read(), &since, 10_000).await.unwrap();
        lines
            .into_iter()
            .map(|line| if line.outcome == "success" { line.event } else { format!("!{}", line.event) })
            .collect()
    }

    pub fn issuer(&self) -> &str {
        self.app.config.issuer.as_str()
    }

    pub fn url(&self) -> &str {
        &self.database.url
    }
}

pub fn config(url: &str, settings: &[(String, String)]) -> Config {
    let mut environment: BTreeMap<String, String> = settings.iter().cloned().collect();
    environment.insert("CLAVIGER_DATABASE__URL".to_owned(), url.to_owned());
    let is_said = environment.contains_key("CLAVIGER_REGISTRATION__SIGN_UP");
    let open = |raw: &mut Raw| {
        if !is_said {
            raw.registration.sign_up = SignUp::Open;
        }
    };
    load(&Sources { file: None, environment }, open).unwrap()
}

pub async fn open_app(config: Config, store: Store, clock: Arc<dyn Clock>) -> App {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let rng = Arc::new(SeededRng::new(SEED.fetch_add(1, Ordering::Relaxed)));
    let keys = KeyEncryptionKeys::parse(&[ENCRYPTION_KEY]).unwrap();
    // The binary does it in main; a second time does no harm.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let outside = Outside::open(&config).unwrap();
    Box::pin(App::open(config, store, &keys, outside, clock, rng)).await.unwrap()
}
