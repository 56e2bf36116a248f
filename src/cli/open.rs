//! Opening the database and the server on it.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

use super::error::CliError;
use crate::{
    app::{App, Outside},
    clock::{Clock, SystemClock},
    config::Config,
    crypto::{
        key_encryption::KeyEncryptionKeys,
        mac::base64url,
        random::{SystemRng, bytes},
    },
    store::{self, Store, connection::sqlite_file, data_key, migrate},
};

const KEY_FILE: &str = "claviger.key";

/// Connects; makes the data directory first.
pub(super) async fn store(config: &Config) -> Result<Store, CliError> {
    if let Some(directory) = sqlite_file(&config.database_url).and_then(Path::parent) {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.and_then(|()| probe(directory)).map_err(|e| {
            CliError::Configuration(format!("{}: {e}: the server must write here", directory.display()))
        })?;
    }
    // SQLite gives its other files the mode of this one.
    if let Some(file) = sqlite_file(&config.database_url).filter(|file| !file.exists()) {
        let made = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file);
        made.map_err(|e| CliError::Configuration(format!("{}: {e}", file.display())))?;
    }
    Ok(Store::connect(&config.database_url).await?)
}

/// SQLite makes files beside the database at any time: a directory that takes none is told at once.
fn probe(directory: &Path) -> std::io::Result<()> {
    // Two containers on one volume have the same process id.
    let file = directory.join(format!(".probe.{}", base64url(&bytes::<9>(&SystemRng::default()))));
    fs::File::create(&file)?;
    fs::remove_file(file)
}

/// Connects, migrates if that is wanted, and opens the server's state. A wrong key touches nothing: on a database that
/// has data keys it is tried before the schema changes.
pub(super) async fn app(config: Config) -> Result<Arc<App>, CliError> {
    app_and_keys(config).await.map(|(app, _)| app)
}

/// The same, with the key-encryption keys, which a server does not hold.
pub(super) async fn app_and_keys(config: Config) -> Result<(Arc<App>, KeyEncryptionKeys), CliError> {
    let outside = Outside::open(&config).map_err(CliError::Configuration)?;
    let store = store(&config).await?;
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng::default()));
    migrate::check(&store).await?;
    let is_new = migrate::is_empty(&store).await? || !data_key::exist(&store).await?;
    let keys = encryption_keys(&config, &store, is_new)?;
    if keys.is_empty() {
        return Err(store::Error::NoKey.into());
    }
    if !is_new {
        data_key::load_or_create(&store, &keys, &*rng, clock.now()).await?;
    }
    match (config.raw.database.migrate, migrate::pending(&store).await?) {
        (_, 0) => {}
        (true, _) => migrate::up(&store, clock.now()).await?,
        (false, count) => {
            let detail = format!("{count} migrations wait, and database.migrate is off: run `claviger migrate`");
            return Err(CliError::Configuration(detail));
        }
    }
    let app = Box::pin(App::open(config, store, &keys, outside, clock, rng)).await?;
    Ok((Arc::new(app), keys))
}

/// The configured keys; on SQLite otherwise the key file, which is made only beside a new database.
pub(super) fn encryption_keys(config: &Config, store: &Store, is_new: bool) -> Result<KeyEncryptionKeys, CliError> {
    let mut texts: Vec<_> = config.raw.security.encryption_keys.iter().map(|key| key.expose().clone()).collect();
    let file = config.raw.server.data_dir.join(KEY_FILE);
    if texts.is_empty() && store.is_sqlite() {
        if !file.exists() && is_new {
            create(&file).map_err(|e| CliError::Configuration(format!("{}: {e}", file.display())))?;
        }
        if file.exists() {
            texts.extend(read(&file)?.lines().map(str::to_owned));
        }
    }
    KeyEncryptionKeys::parse(&texts)
        .map_err(|index| CliError::Configuration(format!("security.encryption_keys: entry {} is no key", index + 1)))
}

/// Written whole under another name and then linked, so that nobody ever reads half a key; of two starters one wins.
fn create(file: &Path) -> std::io::Result<()> {
    let directory = file.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let draft = directory.join(format!("{KEY_FILE}.{}", base64url(&bytes::<9>(&SystemRng::default()))));
    let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(out, "{}", KeyEncryptionKeys::generate(&SystemRng::default()))?;
    out.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

fn read(file: &Path) -> Result<String, CliError> {
    let refuse = |detail: String| CliError::Configuration(format!("{}: {detail}", file.display()));
    let mode = fs::metadata(file).map_err(|e| refuse(e.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(refuse("others can read this key file; chmod 600 it".to_owned()));
    }
    fs::read_to_string(file).map(|text| text.trim().to_owned()).map_err(|e| refuse(e.to_string()))
}
