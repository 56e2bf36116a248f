use chrono::DateTime;

use super::*;

const RS256: SigningAlgorithm = SigningAlgorithm::RS256;

fn at(days: i64) -> Time {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap() + Duration::days(days)
}

fn key(id: u128, state: State, since: i64) -> Facts {
    Facts {
        id: Uuid::from_u128(id),
        algorithm: RS256,
        state,
        opens: true,
        created_at: at(since),
        activated_at: (state == State::Active).then(|| at(since)),
        retired_at: (state == State::Retired).then(|| at(since)),
    }
}

/// The steps of the RS256 ring alone.
fn steps(keys: &[Facts], ask: &Ask, days: i64) -> Vec<Step> {
    ring(keys, RS256, ask, Duration::days(90), at(days))
}

#[test]
fn an_empty_ring_gets_a_key_that_signs_at_once() {
    assert_eq!(steps(&[], &Ask::Schedule, 0), [Step::Create(RS256, State::Active)]);
    assert_eq!(plan(&[], &Ask::Schedule, Duration::days(90), at(0)).len(), SigningAlgorithm::ALL.len());
}

#[test]
fn a_day_before_its_time_is_over_a_successor_is_published_and_a_day_later_it_signs() {
    let (active, next) = (key(1, State::Active, 0), key(2, State::Next, 89));
    assert_eq!(steps(std::slice::from_ref(&active), &Ask::Schedule, 88), []);
    assert_eq!(steps(std::slice::from_ref(&active), &Ask::Schedule, 89), [Step::Create(RS256, State::Next)]);
    let both = [active, next];
    assert_eq!(ring(&both, RS256, &Ask::Schedule, Duration::days(90), at(90) - Duration::seconds(1)), []);
    assert_eq!(steps(&both, &Ask::Schedule, 90), [Step::Retire(both[0].id), Step::Activate(both[1].id)]);
}

#[test]
fn asked_for_rotation_publishes_first_unless_it_is_urgent() {
    let active = [key(1, State::Active, 0)];
    assert_eq!(steps(&active, &Ask::Rotate(vec![RS256]), 1), [Step::Create(RS256, State::Next)]);
    assert_eq!(steps(&active, &Ask::Rotate(vec![SigningAlgorithm::ES256]), 1), []);
    let now = Ask::RotateNow(vec![RS256]);
    assert_eq!(steps(&active, &now, 1), [Step::Retire(active[0].id), Step::Create(RS256, State::Active)]);
    let both = [key(1, State::Active, 0), key(2, State::Next, 1)];
    assert_eq!(steps(&both, &Ask::Rotate(vec![RS256]), 1), [], "one successor is enough");
    assert_eq!(steps(&both, &now, 1), [Step::Retire(both[0].id), Step::Activate(both[1].id)]);
}

#[test]
fn a_revoked_key_is_gone_and_its_ring_signs_on() {
    let both = [key(1, State::Active, 0), key(2, State::Next, 1)];
    let revoke = |at: usize| Ask::Revoke(both[at].id);
    assert_eq!(steps(&both, &revoke(0), 1), [Step::Revoke(both[0].id), Step::Activate(both[1].id)]);
    assert_eq!(steps(&both, &revoke(1), 1), [Step::Revoke(both[1].id)]);
    assert_eq!(
        steps(&both[..1], &revoke(0), 1),
        [Step::Revoke(both[0].id), Step::Create(RS256, State::Active)],
        "without a successor one is made"
    );
}

#[test]
fn what_does_not_open_is_taken_away_and_replaced() {
    let bent = Facts { opens: false, ..key(1, State::Active, 0) };
    let expected = [Step::Discard(bent.id), Step::Create(RS256, State::Active)];
    assert_eq!(steps(&[bent], &Ask::Schedule, 1), expected);
    let keys = [Facts { opens: false, ..key(1, State::Retired, 0) }, key(2, State::Active, 0)];
    assert_eq!(steps(&keys, &Ask::Missing, 1), [Step::Discard(keys[0].id)], "a retired one is told too, once");
}

#[test]
fn retired_keys_are_forgotten_after_400_days() {
    let keys = [key(1, State::Retired, 0), key(2, State::Active, 0)];
    let forgets =
        |days| ring(&keys, RS256, &Ask::Schedule, Duration::days(900), at(days)).contains(&Step::Forget(keys[0].id));
    assert!(!forgets(399));
    assert!(forgets(400));
}

#[test]
fn a_clock_that_is_off_makes_what_is_missing_and_nothing_else() {
    let keys = [key(1, State::Active, 0), key(2, State::Next, 0), key(3, State::Retired, 0)];
    assert_eq!(steps(&keys, &Ask::Missing, 9000), []);
    assert_eq!(steps(&[], &Ask::Missing, 9000), [Step::Create(RS256, State::Active)]);
}
