//! Successors of signing keys, when their time has come.

use super::runner::Hold;
use crate::{keys::Ask, store};

/// Turns the rings as the schedule says.
///
/// # Errors
/// When the database fails.
pub(super) async fn run(hold: &Hold<'_>) -> Result<(), store::Error> {
    for change in hold.app.turn_keys(&Ask::Schedule).await? {
        tracing::info!(kid = change.kid, algorithm = change.algorithm.as_str(), what = ?change.what, "signing key");
    }
    Ok(())
}
