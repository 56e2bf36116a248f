//! Signs of life, by which a restored database is noticed.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use chrono::{DateTime, Duration};
use uuid::Uuid;

use super::App;
use crate::{
    audit::{self, Entry, Event, Origin},
    store::{self, epoch},
};

/// What an instance that ended in order leaves in its data directory.
const FILE: &str = "rest";

/// A file that was written later than the database says was put there by somebody else.
const TOLERANCE: Duration = Duration::minutes(1);

impl App {
    /// Gives a sign of life; where the database may be another one than before, authenticators are told nothing for a while.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn beat(&self) -> Result<(), store::Error> {
        let (now, id) = (self.now(), self.uuid());
        let incarnation = epoch::incarnation(&self.store, &self.config.database_url).await?;
        let rested = self.rested();
        self.store
            .write(async |tx| {
                if let Some(why) = epoch::beat(tx, (&incarnation, rested), id, now).await? {
                    tracing::warn!(why, "authenticators are not told which passkeys are known for thirty days");
                    let details = serde_json::json!({ "reason": why });
                    let entry = Entry { details, ..Entry::default() };
                    audit::record(tx, (&*self.rng, now), &Origin::default(), Event::EpochChanged, entry);
                }
                Ok(())
            })
            .await
    }

    /// The last sign of life of a server that ends in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rest(&self) -> Result<(), store::Error> {
        let (now, nonce) = (self.now(), self.uuid());
        let incarnation = epoch::incarnation(&self.store, &self.config.database_url).await?;
        if let Err(error) = leave(&self.config.raw.server.data_dir, nonce) {
            tracing::debug!(%error, "the data directory takes no file: the next start will take care");
        }
        self.store.write(async |tx| epoch::rest(tx, &incarnation, nonce, now).await).await
    }

    /// What this instance left behind, if nobody has put another file in its place: a copy has a later change time, which
    /// nothing that copies files can set back.
    fn rested(&self) -> Option<Uuid> {
        let path = self.config.raw.server.data_dir.join(FILE);
        let nonce: Uuid = fs::read_to_string(&path).ok()?.trim().parse().ok()?;
        let changed = DateTime::from_timestamp(fs::metadata(&path).ok()?.ctime(), 0)?;
        let (seconds, nanoseconds) = nonce.get_timestamp()?.to_unix();
        let written = DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)?;
        ((changed - written).abs() <= TOLERANCE).then_some(nonce)
    }
}

fn leave(directory: &Path, nonce: Uuid) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(directory.join(FILE))?;
    file.write_all(nonce.to_string().as_bytes())
}
