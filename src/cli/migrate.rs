//! `claviger migrate`

use serde_json::json;

use super::{error::CliError, open, output::Output};
use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    store::migrate,
};

pub(super) async fn run(config: Config, output: Output) -> Result<(), CliError> {
    let store = open::store(&config).await?;
    let pending = migrate::pending(&store).await?;
    migrate::up(&store, SystemClock.now()).await?;
    output.print(&json!({ "applied": pending }), |_| match pending {
        0 => "The schema is up to date.".to_owned(),
        count => format!("{count} migrations applied."),
    });
    Ok(())
}
