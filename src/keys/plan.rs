//! What is due for the rings: pure, so that the schedule is a table and not a story.

use chrono::Duration;
use uuid::Uuid;

use crate::{clock::Time, protocol::signing_algorithm::SigningAlgorithm, store::signing_key::State};

/// A key is published this long before it signs, so that everybody who caches the JWK Set knows it by then.
pub(super) const PUBLISHED_AHEAD: Duration = Duration::hours(24);

/// How long a retired key is still good for `id_token_hint`.
const HINTS: Duration = Duration::days(400);

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// What the schedule says, nothing else.
    Schedule,
    /// What is missing or does not open, whatever the time.
    Missing,
    /// A next key for these rings, published now, signing in a day.
    Rotate(Vec<SigningAlgorithm>),
    /// A new key for these rings that signs at once.
    RotateNow(Vec<SigningAlgorithm>),
    /// This key is gone at once.
    Revoke(Uuid),
}

/// A key as the plan sees it.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub id: Uuid,
    pub algorithm: SigningAlgorithm,
    pub state: State,
    pub opens: bool,
    pub created_at: Time,
    pub activated_at: Option<Time>,
    pub retired_at: Option<Time>,
}

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Create(SigningAlgorithm, State),
    Activate(Uuid),
    Retire(Uuid),
    /// Take away what does not open: it can't sign, nobody can verify by it, and nobody knows who altered it.
    Discard(Uuid),
    Revoke(Uuid),
    Forget(Uuid),
}

/// The steps, ring by ring.
pub(super) fn plan(keys: &[Facts], ask: &Ask, rotation: Duration, now: Time) -> Vec<Step> {
    SigningAlgorithm::ALL.into_iter().flat_map(|algorithm| ring(keys, algorithm, ask, rotation, now)).collect()
}

fn ring(keys: &[Facts], algorithm: SigningAlgorithm, ask: &Ask, rotation: Duration, now: Time) -> Vec<Step> {
    let mut steps = Vec::new();
    let ring: Vec<_> = keys.iter().filter(|key| key.algorithm == algorithm).collect();
    let is_revoked = |key: &&&Facts| *ask == Ask::Revoke(key.id);
    steps.extend(ring.iter().filter(is_revoked).map(|key| Step::Revoke(key.id)));
    let of = |state| ring.iter().filter(move |key| key.state == state).filter(|key| !is_revoked(key));
    for key in ring.iter().filter(|key| !key.opens && !is_revoked(key)) {
        steps.push(Step::Discard(key.id));
    }
    let active = of(State::Active).rfind(|key| key.opens);
    let next = of(State::Next).rfind(|key| key.opens);
    let asked = |rings: &Vec<SigningAlgorithm>| rings.contains(&algorithm);
    let is_timely = *ask != Ask::Missing;
    let at_once = matches!(ask, Ask::RotateNow(rings) if asked(rings));
    match (active, next) {
        (None, None) => steps.push(Step::Create(algorithm, State::Active)),
        (None, Some(next)) => steps.push(Step::Activate(next.id)),
        (Some(active), Some(next)) if at_once || (is_timely && now >= next.created_at + PUBLISHED_AHEAD) => {
            steps.extend([Step::Retire(active.id), Step::Activate(next.id)]);
        }
        (Some(active), None) if at_once => {
            steps.extend([Step::Retire(active.id), Step::Create(algorithm, State::Active)]);
        }
        (Some(active), None) => {
            let due = active.activated_at.unwrap_or(active.created_at) + rotation;
            if (is_timely && now + PUBLISHED_AHEAD >= due) || matches!(ask, Ask::Rotate(rings) if asked(rings)) {
                steps.push(Step::Create(algorithm, State::Next));
            }
        }
        (Some(_), Some(_)) => {}
    }
    let is_old = |key: &&&Facts| is_timely && key.retired_at.is_some_and(|retired| now >= retired + HINTS);
    steps.extend(of(State::Retired).filter(|key| key.opens).filter(is_old).map(|key| Step::Forget(key.id)));
    steps
}

#[cfg(test)]
mod tests;
