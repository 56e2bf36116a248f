//! Commands that change something, by the rules of administration.

use super::error::CliError;
use crate::{
    admin::acting::Acting,
    app::App,
    http::Problem,
    store::{Tx, user},
};

/// Changes something as whoever has the machine, in one transaction, one after another as everybody who administers. What this
/// process knows follows; servers follow by themselves.
pub(super) async fn write<T>(
    app: &App,
    change: impl AsyncFnOnce(&Tx, &Acting<'_>) -> Result<T, Problem> + Send,
) -> Result<T, CliError> {
    let done = app.store.write(async |tx| {
        user::lock_administrators(tx).await?;
        change(tx, &Acting::operator(app)).await
    });
    let done = done.await?;
    app.refresh().await?;
    Ok(done)
}
