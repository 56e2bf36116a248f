//! Whom a change would lock out: a slip must cost nobody their way in.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    app::App,
    http::{Code, Problem},
    protocol::passkey_policy::PasskeyPolicy,
    store::{
        self, Tx, credential,
        group::{self, Group},
    },
    webauthn::good_enough::Demands,
};

/// Refuses a change of a group after which members have passkeys but none that will do, unless somebody said how many they are.
///
/// # Errors
/// `would_lock_out` with their number, or when the database fails.
pub async fn accept(tx: &Tx, app: &App, members: &[Uuid], then: &Group, accepted: Option<u64>) -> Result<(), Problem> {
    let people = count(tx, app, members, then).await?;
    if people == accepted.unwrap_or_default() || people == 0 {
        return Ok(());
    }
    let lost = match people {
        1 => "one person has no passkey that will do then, and could not sign in any more".to_owned(),
        many => format!("{many} people have no passkey that will do then, and could not sign in any more"),
    };
    Err(Problem::detailed(
        Code::WouldLockOut,
        format!("{}: {lost}. If that is meant, say so with lock_out {people}", then.name),
    ))
}

/// How many of these can sign in now, and could not with the group as it is then.
async fn count(tx: &Tx, app: &App, members: &[Uuid], then: &Group) -> Result<u64, store::Error> {
    let before: HashMap<_, _> =
        group::list(tx).await?.into_iter().map(|group| (group.id, group.passkey_policy)).collect();
    if then.passkey_policy.is_open() {
        return Ok(0);
    }
    let mut people = 0;
    for user in members {
        let passkeys = credential::list_by_user(tx, *user).await?;
        let of_user = group::list_of_user(tx, *user, app.now()).await?;
        let of = |id: &Uuid| before.get(id).cloned();
        let today: Vec<PasskeyPolicy> = of_user.iter().filter_map(of).collect();
        let others = of_user.iter().filter(|id| **id != then.id).filter_map(of);
        let tomorrow = others.chain([then.passkey_policy.clone()]).collect();
        let get_in = |policies| {
            let demands = Demands::of(app, policies);
            passkeys.iter().any(|passkey| demands.allow_stored(passkey))
        };
        people += u64::from(get_in(today) && !get_in(tomorrow));
    }
    Ok(people)
}
