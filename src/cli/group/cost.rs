//! Whom a change of a group would lock out: a slip must cost nobody their way in.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    app::App,
    cli::error::CliError,
    protocol::passkey_policy::PasskeyPolicy,
    store::{
        self, credential,
        group::{self, Group},
    },
    webauthn::good_enough::Demands,
};

/// Refuses a change after which members have passkeys but none that will do, unless somebody said how many they are.
pub(super) async fn accept(app: &App, members: &[Uuid], then: &Group, accepted: Option<u64>) -> Result<(), CliError> {
    let people = count(app, members, then).await?;
    if people == accepted.unwrap_or_default() || people == 0 {
        return Ok(());
    }
    let lost = match people {
        1 => "one person has no passkey that will do then, and could not sign in any more".to_owned(),
        many => format!("{many} people have no passkey that will do then, and could not sign in any more"),
    };
    let detail = format!("{}: {lost}. If that is meant, say so with --lock-out {people}", then.name);
    Err(CliError::usage("would_lock_out", detail))
}

/// How many of these can sign in now, and could not with the group as it is then.
async fn count(app: &App, members: &[Uuid], then: &Group) -> Result<u64, store::Error> {
    let (store, now) = (app.store.read(), app.now());
    let before: HashMap<_, _> =
        group::list(&store).await?.into_iter().map(|group| (group.id, group.passkey_policy)).collect();
    let mut people = 0;
    for user in members {
        let passkeys = credential::list_by_user(&store, *user).await?;
        let of_user = group::list_of_user(&store, *user, now).await?;
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
