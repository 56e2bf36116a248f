//! Whether this machine's clock agrees with the database's: an instance whose clock is off would take what is alive for
//! expired, and write dates that others must live with.

use chrono::Duration;

use super::App;
use crate::{
    clock::Clock,
    store::{self, Store},
};

/// Clocks may differ by so much.
pub const CLOCKS_AGREE: Duration = Duration::seconds(5);

impl App {
    /// Whether the clocks agree; asks the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clocks_agree(&self) -> Result<bool, store::Error> {
        agree(&self.store, &*self.clock).await
    }
}

pub(super) async fn agree(store: &Store, clock: &dyn Clock) -> Result<bool, store::Error> {
    let theirs = store.clock().await?.filter(|_| clock.compares());
    Ok(theirs.is_none_or(|theirs| (theirs - clock.now()).abs() <= CLOCKS_AGREE))
}
