//! `/api/admin/v1/keys`: signing keys.

use poem::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::conditional;
use crate::{
    admin::{acting, objects::KeyObject},
    app::App,
    audit::Event,
    http::{Call, Code, Problem},
    keys::Ask,
    protocol::{administration::Area, signing_algorithm::SigningAlgorithm},
    store::signing_key,
};

/// Which rings turn, and when.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rotate {
    algorithm: Option<SigningAlgorithm>,
    now: bool,
}

/// All signing keys, as the JWK Set has them and those that are not in it any more.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Keys).await?;
    conditional::show(&call, &objects(&call.app).await?)
}

async fn objects(app: &App) -> Result<Value, Problem> {
    let keys = signing_key::list(&app.store.read(), &app.data_keys.signing_keys).await?;
    Ok(json!({ "items": keys.iter().map(KeyObject::from).collect::<Vec<_>>() }))
}

/// Makes successors, which take over in a day, or now.
///
/// # Errors
/// A problem document.
pub async fn rotate(call: Call) -> Result<Response, Problem> {
    let asked: Rotate = call.json()?;
    let rings = asked.algorithm.map_or_else(|| SigningAlgorithm::ALL.to_vec(), |algorithm| vec![algorithm]);
    // Whoever may not is refused before keys are made, which takes a while.
    acting::write(&call, Area::Keys, async |tx, acting| {
        let details = json!({ "asked": "rotate", "algorithms": rings, "now": asked.now });
        acting.record(tx, Event::SigningKeysTurned, None, details);
        Ok(())
    })
    .await?;
    turn(&call, &if asked.now { Ask::RotateNow(rings) } else { Ask::Rotate(rings) }).await
}

/// Takes a key away at once: nothing that it signed is believed any more.
///
/// # Errors
/// A problem document.
pub async fn revoke(call: Call) -> Result<Response, Problem> {
    let kid = call.segment::<String>("kid").ok_or(Code::NotFound)?;
    let key = acting::write(&call, Area::Keys, async |tx, acting| {
        let keys = signing_key::list(tx, &acting.app.data_keys.signing_keys).await?;
        let found = keys.iter().find(|key| key.kid == kid).ok_or(Code::NotFound)?.id;
        acting.record(tx, Event::SigningKeysTurned, None, json!({ "asked": "revoke", "kid": kid }));
        Ok(found)
    });
    turn(&call, &Ask::Revoke(key.await?)).await
}

async fn turn(call: &Call, ask: &Ask) -> Result<Response, Problem> {
    call.app.turn_keys(ask).await?;
    conditional::changed(&objects(&call.app).await?)
}
