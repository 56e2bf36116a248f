//! What is made once, however often it is asked for with the same `Idempotency-Key`.

use chrono::Duration;
use poem::Response;
use serde_json::Value;

use super::conditional;
use crate::{
    admin::acting::{self, Acting},
    crypto::mac::{self, Tag},
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::{
        Tx,
        idempotency_key::{self, Answered},
    },
};

/// How long an answer is kept.
const LIFETIME: Duration = Duration::hours(24);

const PURPOSE: &str = "idempotency";

/// Longest key.
const MAX_KEY: usize = 255;

/// Makes something and answers 201 with it. Whoever asks again with the same key gets the same answer, sealed meanwhile, since it
/// may hold what is told once; with another request, `idempotency_key_reused`.
pub(super) async fn create(
    call: &Call,
    area: Area,
    make: impl AsyncFnOnce(&Tx, &Acting<'_>) -> Result<Value, Problem> + Send,
) -> Result<Response, Problem> {
    let key = call.sole_header("idempotency-key")?.map(str::to_owned);
    if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > MAX_KEY) {
        let detail = format!("Idempotency-Key: from 1 to {MAX_KEY} characters");
        return Err(Problem::detailed(Code::InvalidRequest, detail));
    }
    let made = acting::write(call, area, async |tx, acting| {
        let Some(key) = key else { return make(tx, acting).await };
        let key_hash = mac::sha256(format!("{}\n{key}", acting.name()).as_bytes());
        let request = [call.method.as_str().as_bytes(), call.uri.path().as_bytes(), &call.body].join(&b'\n');
        let request_hash = mac::sha256(&request);
        if let Some(answered) = idempotency_key::find(tx, key_hash, acting.now).await? {
            return again(call, &answered, (key_hash, request_hash));
        }
        let made = make(tx, acting).await?;
        let (app, expires_at) = (acting.app, acting.now + LIFETIME);
        let sealed = app.data_keys.sealer.seal(&*app.rng, PURPOSE, &key_hash, expires_at, &made);
        let answered = Answered { request_hash, answer: sealed.map_err(|_| Code::Internal)? };
        idempotency_key::put(tx, key_hash, &answered, expires_at).await?;
        Ok(made)
    });
    conditional::created(&made.await?)
}

fn again(call: &Call, answered: &Answered, (key_hash, request_hash): (Tag, Tag)) -> Result<Value, Problem> {
    if !mac::equal(&answered.request_hash, &request_hash) {
        return Err(Code::IdempotencyKeyReused.into());
    }
    let opened = call.app.data_keys.sealer.open(PURPOSE, &key_hash, call.now(), &answered.answer);
    opened.ok_or_else(|| Code::Internal.into())
}
