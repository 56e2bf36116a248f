//! Signs of life, by which a restored database is noticed.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::PoisonError,
};

use chrono::{DateTime, Duration};
use uuid::Uuid;

use super::App;
use crate::{
    audit::{self, Entry, Event, Origin},
    store::{self, epoch},
};

/// What an instance that ended in order leaves in its data directory: its last sign of life.
const FILE: &str = "rest";

/// A file that was written later than its content says was put there by somebody else.
const TOLERANCE: Duration = Duration::minutes(1);

/// How many of its own signs of life an instance remembers: a day of them.
const REMEMBERED: usize = 1500;

impl App {
    /// Takes up what this instance left behind when it ended, once: what is found there later was put there by somebody else.
    pub fn wake(&self) {
        let path = self.rest_file();
        let nonce = rested(&path);
        // One that stays would be believed again.
        let is_gone = fs::remove_file(&path).is_ok() || !path.exists();
        if let Some(nonce) = nonce.filter(|_| is_gone) {
            self.heart.lock().unwrap_or_else(PoisonError::into_inner).own.push(nonce);
        }
    }

    /// Gives a sign of life; where the database may be another one than before, authenticators are told nothing for a while. An
    /// instance whose clock is off leaves it to others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn beat(&self) -> Result<(), store::Error> {
        self.beat_once().await.map(drop)
    }

    async fn beat_once(&self) -> Result<Option<Uuid>, store::Error> {
        if !self.clocks_agree().await? {
            return Ok(None);
        }
        let (now, nonce) = (self.now(), self.uuid());
        let incarnation = epoch::incarnation(&self.store, &self.config.database_url).await?;
        let memory = self.heart.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.store
            .write(async |tx| {
                if let Some(why) = epoch::beat(tx, (&incarnation, &memory), nonce, now).await? {
                    tracing::warn!(why, "authenticators are not told which passkeys are known for thirty days");
                    let details = serde_json::json!({ "reason": why });
                    let entry = Entry { details, ..Entry::default() };
                    audit::record(tx, (&*self.rng, now), &Origin::default(), Event::EpochChanged, entry);
                }
                Ok::<_, store::Error>(())
            })
            .await?;
        let mut memory = self.heart.lock().unwrap_or_else(PoisonError::into_inner);
        memory.own.push(nonce);
        let many = memory.own.len().saturating_sub(REMEMBERED);
        memory.own.drain(..many);
        Ok(Some(nonce))
    }

    /// The last sign of life of a server that ends in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rest(&self) -> Result<(), store::Error> {
        let Some(nonce) = self.beat_once().await? else { return Ok(()) };
        if let Err(error) = leave(&self.rest_file(), nonce) {
            let why = "after a longer rest authenticators are told nothing for thirty days";
            tracing::warn!(%error, why, "the data directory takes no file");
        }
        Ok(())
    }

    fn rest_file(&self) -> PathBuf {
        self.config.raw.server.data_dir.join(FILE)
    }
}

/// What was left behind, if nobody has put another file in its place: a copy has a later change time, which nothing that
/// copies files can set back.
fn rested(path: &Path) -> Option<Uuid> {
    let nonce: Uuid = fs::read_to_string(path).ok()?.trim().parse().ok()?;
    let changed = DateTime::from_timestamp(fs::metadata(path).ok()?.ctime(), 0)?;
    let (seconds, nanoseconds) = nonce.get_timestamp()?.to_unix();
    let written = DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)?;
    ((changed - written).abs() <= TOLERANCE).then_some(nonce)
}

fn leave(path: &Path, nonce: Uuid) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(nonce.to_string().as_bytes())
}
