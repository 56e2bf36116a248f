//! Waking other instances at a change: NOTIFY on PostgreSQL. SQLite has nothing of the kind, so they look by the clock.

use sea_orm::{ConnectionTrait, DbBackend, sqlx::postgres::PgListener};

use super::{Error, Store, Tx};

const CHANNEL: &str = "claviger_changed";

/// Tells whoever listens, once the transaction commits.
pub(super) async fn send(tx: &Tx) -> Result<(), Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
    }
    Ok(())
}

/// Hears of changes while the connection lasts.
#[derive(Default)]
pub struct Notices(Option<PgListener>);

impl Notices {
    /// Waits for a change. On SQLite, and as long as the database can't be reached, for ever: looking by the clock goes on
    /// beside it, so a notice that is lost costs nobody more than that.
    ///
    /// It may be dropped at any time.
    pub async fn changed(&mut self, store: &Store) {
        if self.0.is_none() {
            self.0 = listen(store).await;
        }
        let Some(listener) = &mut self.0 else { return std::future::pending().await };
        // Whatever ends the connection, the next look by the clock makes another: never in a circle.
        if !matches!(listener.try_recv().await, Ok(Some(_))) {
            self.0 = None;
            std::future::pending::<()>().await;
        }
    }
}

async fn listen(store: &Store) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(store.postgres()?).await.ok()?;
    // A pool that closes takes this connection along.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await.ok()?;
    Some(listener)
}
