//! Clients and resources in memory. Clients are filled by one look-up on a miss, dropped when their version row moves. Absence is never cached.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arc_swap::{ArcSwap, ArcSwapOption};
use moka::future::Cache;
use url::Url;
use uuid::Uuid;

use crate::{
    protocol::{client::Client, passkey_policy::PasskeyPolicy, resource::Resource},
    store::{self, Store, client, group, resource},
};

/// A bounded cache. The version is part of the key, so a look-up under way can't bring back an old row.
pub struct Clients {
    store: Store,
    version: ArcSwap<Vec<u8>>,
    /// Of what was read last; `None` before that, since a database of an older version has none.
    origins_version: ArcSwapOption<Vec<u8>>,
    by_client_id: Cache<(Arc<Vec<u8>>, String), Arc<Client>>,
    by_row: Cache<(Arc<Vec<u8>>, Uuid), Arc<Client>>,
    origins: ArcSwap<HashSet<Vec<u8>>>,
    resources: ArcSwap<HashMap<String, Resource>>,
    /// Of groups that demand anything.
    group_policies: ArcSwap<HashMap<Uuid, PasskeyPolicy>>,
    /// The server's own APIs, which need no row.
    own: Vec<Resource>,
}

/// Bytes of each cache.
const CAPACITY: u64 = 64 * 1024 * 1024;

impl Clients {
    /// An empty cache over the store; `own` are the server's own APIs.
    #[must_use]
    pub fn new(store: Store, own: Vec<Resource>) -> Self {
        let by_client_id =
            Cache::builder().max_capacity(CAPACITY).weigher(|_, client: &Arc<Client>| weight(client)).build();
        let by_row = Cache::builder().max_capacity(CAPACITY).weigher(|_, client: &Arc<Client>| weight(client)).build();
        Self {
            store,
            version: ArcSwap::default(),
            origins_version: ArcSwapOption::default(),
            by_client_id,
            by_row,
            origins: ArcSwap::default(),
            resources: ArcSwap::from_pointee(own.iter().map(|one| (one.identifier.clone(), one.clone())).collect()),
            group_policies: ArcSwap::default(),
            own,
        }
    }

    /// The client of that `client_id`, disabled ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, client_id: &str) -> Result<Option<Arc<Client>>, store::Error> {
        // No row has a longer one, and a flood of names must not fill the memory.
        if client_id.len() > 255 || client_id.contains('\0') {
            return Ok(None);
        }
        let key = (self.version.load_full(), client_id.to_owned());
        if let Some(client) = self.by_client_id.get(&key).await {
            return Ok(Some(client));
        }
        let found = client::find_by_client_id(&self.store.read(), client_id).await?.map(Arc::new);
        if let Some(client) = &found {
            self.by_client_id.insert(key, client.clone()).await;
        }
        Ok(found)
    }

    /// The client of that row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_by_id(&self, id: Uuid) -> Result<Option<Arc<Client>>, store::Error> {
        let key = (self.version.load_full(), id);
        if let Some(client) = self.by_row.get(&key).await {
            return Ok(Some(client));
        }
        let found = client::find_by_id(&self.store.read(), id).await?.map(Arc::new);
        if let Some(client) = &found {
            self.by_row.insert(key, client.clone()).await;
        }
        Ok(found)
    }

    /// Takes notice of the version row; entries of older versions are not found any more.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn follow(&self, version: Vec<u8>) -> Result<(), store::Error> {
        if **self.version.load() != version {
            // Read first: a look-up that fails must come again.
            let resources = resource::list(&self.store.read()).await?;
            let resources = resources.into_iter().chain(self.own.iter().cloned());
            let resources = resources.map(|resource| (resource.identifier.clone(), resource)).collect();
            let demanding = group::list(&self.store.read()).await?.into_iter();
            let demanding = demanding.filter(|group| !group.passkey_policy.is_open());
            let policies = demanding.map(|group| (group.id, group.passkey_policy)).collect();
            self.version.store(Arc::new(version));
            self.group_policies.store(Arc::new(policies));
            self.resources.store(Arc::new(resources));
        }
        Ok(())
    }

    /// Takes notice of the origins' version row. They are as many as there are redirect URIs, and only pages of other origins
    /// wait for them.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn follow_origins(&self, version: Vec<u8>) -> Result<(), store::Error> {
        if self.origins_version.load().as_deref() != Some(&version) {
            let redirect_uris = client::list_redirect_uris(&self.store.read()).await?;
            self.origins.store(Arc::new(redirect_uris.iter().flat_map(|uris| web_origins(uris)).collect()));
            self.origins_version.store(Some(Arc::new(version)));
        }
        Ok(())
    }

    /// Whether any group demands anything of its members' passkeys.
    #[must_use]
    pub fn has_group_policies(&self) -> bool {
        !self.group_policies.load().is_empty()
    }

    /// What these groups demand. They are few, made by administrators, and all in memory.
    #[must_use]
    pub fn group_policies(&self, groups: &[Uuid]) -> Vec<PasskeyPolicy> {
        let known = self.group_policies.load();
        groups.iter().filter_map(|group| known.get(group).cloned()).collect()
    }

    /// The resource of that identifier. They are few, made by administrators, and all in memory.
    #[must_use]
    pub fn resource(&self, identifier: &str) -> Option<Resource> {
        self.resources.load().get(identifier).cloned()
    }

    /// Whether pages of this origin belong to an enabled client: it is where one of its redirect URIs points.
    #[must_use]
    pub fn has_origin(&self, origin: &[u8]) -> bool {
        self.origins.load().contains(origin)
    }
}

fn web_origins(redirect_uris: &[String]) -> impl Iterator<Item = Vec<u8>> {
    let origin = |uri: &String| Some(Url::parse(uri).ok()?.origin()).filter(url::Origin::is_tuple);
    redirect_uris.iter().filter_map(origin).map(|origin| origin.ascii_serialization().into_bytes())
}

/// What a client takes of the memory, roughly: strangers may have registered it.
fn weight(client: &Client) -> u32 {
    let details = serde_json::to_vec(&client.details).map_or(0, |text| text.len() * 4);
    let redirect_uris: usize = client.redirect_uris.iter().map(|uri| uri.len() + 32).sum();
    u32::try_from(details + redirect_uris + 2048).unwrap_or(u32::MAX)
}
