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
    app::App,
    clock::{Clock, SystemClock},
    config::Config,
    crypto::{key_encryption::KeyEncryptionKeys, random::SystemRng},
    store::{Store, connection::sqlite_file, data_key, migrate},
};

const KEY_FILE: &str = "claviger.key";

/// Connects; makes the data directory first.
pub(super) async fn store(config: &Config) -> Result<Store, CliError> {
    if let Some(directory) = sqlite_file(&config.database_url).and_then(Path::parent) {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(|e| CliError::Configuration(format!("{}: {e}", directory.display())))?;
    }
    Ok(Store::connect(&config.database_url).await?)
}

/// Connects, migrates if that is wanted, and opens the server's state.
pub(super) async fn app(config: Config) -> Result<Arc<App>, CliError> {
    let store = store(&config).await?;
    let clock = Arc::new(SystemClock);
    migrate::check(&store).await?;
    if config.raw.database.migrate {
        migrate::up(&store, clock.now()).await?;
    }
    let keys = encryption_keys(&config, &store).await?;
    Ok(Arc::new(App::open(config, store, &keys, clock, Arc::new(SystemRng::default())).await?))
}

/// The configured keys; on SQLite otherwise the key file, which is made only beside a database without data keys.
async fn encryption_keys(config: &Config, store: &Store) -> Result<KeyEncryptionKeys, CliError> {
    let mut texts = config.raw.security.encryption_keys.clone();
    let file = config.raw.server.data_dir.join(KEY_FILE);
    if texts.is_empty() && store.is_sqlite() {
        if !file.exists() && !data_key::exist(store).await? {
            create(&file).map_err(|e| CliError::Configuration(format!("{}: {e}", file.display())))?;
        }
        if file.exists() {
            texts.push(read(&file)?);
        }
    }
    KeyEncryptionKeys::parse(&texts)
        .map_err(|index| CliError::Configuration(format!("security.encryption_keys: entry {} is no key", index + 1)))
}

fn create(file: &Path) -> std::io::Result<()> {
    if let Some(directory) = file.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(out, "{}", KeyEncryptionKeys::generate(&SystemRng::default()))?;
    out.sync_all()
}

fn read(file: &Path) -> Result<String, CliError> {
    let refuse = |detail: String| CliError::Configuration(format!("{}: {detail}", file.display()));
    let mode = fs::metadata(file).map_err(|e| refuse(e.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(refuse("others can read this key file; chmod 600 it".to_owned()));
    }
    fs::read_to_string(file).map(|text| text.trim().to_owned()).map_err(|e| refuse(e.to_string()))
}
