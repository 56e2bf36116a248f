//! `/api/admin/v1/settings`: what can be said while the server runs.

use poem::Response;

use super::conditional;
use crate::{
    admin::{
        acting,
        rules::settings::{self, PutSettings, SettingsObject},
    },
    http::{Call, Problem},
    protocol::administration::Area,
    store::said,
};

/// What holds.
///
/// # Errors
/// A problem document.
pub async fn show(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Settings).await?;
    conditional::show(&call, &SettingsObject::new(&call.app, &said::find(&call.app.store.read()).await?))
}

/// Says something else.
///
/// # Errors
/// A problem document.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let asked: PutSettings = call.json()?;
    let after = acting::write(&call, Area::Settings, async |tx, acting| {
        let before = said::find(tx).await?;
        conditional::check(&call, &SettingsObject::new(&call.app, &before))?;
        settings::update(tx, acting, &before, &asked).await
    })
    .await?;
    acting::follow(&call.app).await;
    conditional::changed(&SettingsObject::new(&call.app, &after))
}
