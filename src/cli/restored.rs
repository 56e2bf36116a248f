//! `claviger restored`: says that the database is an older one than it was.

use serde_json::json;

use super::{error::CliError, open, output::Output};
use crate::{
    audit::{self, Entry, Event, Origin},
    config::Config,
    store::{self, epoch},
};

pub(super) async fn run(config: Config, output: Output) -> Result<(), CliError> {
    let app = open::app(config).await?;
    let (now, id) = (app.now(), app.uuid());
    app.store
        .write(async |tx| {
            epoch::change(tx, id, now).await?;
            let entry = Entry { details: json!({ "reason": "an operator said so" }), ..Entry::default() };
            audit::record(tx, (&*app.rng, now), &Origin::default(), Event::EpochChanged, entry);
            Ok::<_, store::Error>(())
        })
        .await?;
    output.print(&json!({ "epoch": id, "changed_at": now }), |_| {
        "For thirty days no device is told to forget a passkey.".to_owned()
    });
    Ok(())
}
