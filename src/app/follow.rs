//! Following what other instances and the command line change: clients and signing keys, by version rows.

use std::sync::{Arc, atomic::Ordering};

use chrono::Duration;

use super::App;
use crate::{
    config::{LONGEST_ID_TOKEN, Settings},
    keys,
    store::{self, client, said, setting, signing_key, webhook},
};

/// What could not be compared with the database for longer issues no tokens.
const TRUSTED_FOR: Duration = Duration::seconds(5);

impl App {
    /// Reads the version rows, and what they say has changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self) -> Result<(), store::Error> {
        self.follow_versions(|| ()).await
    }

    /// Refreshes, and from then on answers for what is in memory only while this keeps succeeding.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(&self) -> Result<(), store::Error> {
        let begun = self.elapsed();
        self.followed_at.fetch_max(1, Ordering::Relaxed);
        self.follow_versions(|| self.followed_at.store(begun.max(1), Ordering::Relaxed)).await
    }

    /// `followed` runs once all that tokens hang on is as the database has it.
    async fn follow_versions(&self, followed: impl FnOnce() + Send) -> Result<(), store::Error> {
        // One after the other: what was read earlier must not replace what was read later.
        let _one_at_a_time = self.refreshing.lock().await;
        let names = [client::VERSION, client::ORIGINS_VERSION, signing_key::VERSION, webhook::VERSION, said::NAME];
        let mut versions = setting::find_many(&self.store.read(), &names).await?;
        let clients = versions.remove(client::VERSION).unwrap_or_default();
        // Instances of an older version touch the clients' alone.
        let origins = [&clients[..], &versions.remove(client::ORIGINS_VERSION).unwrap_or_default()].concat();
        self.clients.follow(clients).await?;
        let version = versions.remove(signing_key::VERSION).unwrap_or_default();
        if **self.keys_version.load() != version || self.keys().is_outdated(self.now()) {
            // The longest that any configuration allows: what was signed before it was changed must still verify.
            let longest = LONGEST_ID_TOKEN.max(self.config.raw.oidc.access_token_lifetime.get());
            let keys = keys::load(&self.store, &self.data_keys.signing_keys, longest, self.now()).await?;
            self.keys.store(Arc::new(keys));
            self.keys_version.store(Arc::new(version));
        }
        let webhooks = versions.remove(webhook::VERSION).unwrap_or_default();
        self.follow_settings(versions.remove(said::NAME).unwrap_or_default());
        followed();
        if let Err(error) = self.clients.follow_origins(origins).await {
            tracing::warn!(%error, "allowed origins are followed later");
        }
        if let Err(error) = self.follow_webhooks(webhooks).await {
            tracing::warn!(%error, "webhooks are followed later");
        }
        Ok(())
    }

    /// Takes up what an administrator says. What is wrong with it was told to whoever said it, or came with a configuration since.
    fn follow_settings(&self, row: Vec<u8>) {
        if **self.settings_version.load() == row {
            return;
        }
        let (settings, problems) = Settings::over(&self.config, &said::read(&row));
        for problem in problems {
            tracing::warn!(%problem, "a setting rests");
        }
        self.settings.store(Arc::new(settings));
        self.settings_version.store(Arc::new(row));
    }

    /// Takes notice of the webhooks' version row. No token hangs on them.
    async fn follow_webhooks(&self, version: Vec<u8>) -> Result<(), store::Error> {
        if **self.webhooks_version.load() != version {
            let all = webhook::list(&self.store.read()).await?.into_iter();
            self.store.follow_subscriptions(all.filter(|one| one.enabled).map(Into::into).collect());
            self.webhooks_version.store(Arc::new(version));
        }
        Ok(())
    }

    /// Microseconds on a clock that is never set back.
    fn elapsed(&self) -> i64 {
        i64::try_from(self.clock.monotonic().as_micros()).unwrap_or(i64::MAX)
    }

    /// Whether what is in memory may issue tokens.
    ///
    /// # Errors
    /// [`store::Error::Stale`] when changes could not be followed for five seconds.
    pub fn check_fresh(&self) -> Result<(), store::Error> {
        let followed_at = self.followed_at.load(Ordering::Relaxed);
        let age = self.elapsed() - followed_at;
        let trusted = TRUSTED_FOR.num_microseconds().unwrap_or(i64::MAX);
        if followed_at == 0 || age <= trusted { Ok(()) } else { Err(store::Error::Stale) }
    }
}
