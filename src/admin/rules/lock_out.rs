//! Whom a change would lock out: a slip must cost nobody their way in.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    admin::acting::Acting,
    app::App,
    http::{Code, Problem},
    store::{
        self, Tx,
        credential::{self, Credential},
        group::{Demanded, Group},
        user,
    },
    webauthn::good_enough::{self, Demands},
};

/// Whose way in a change is about.
#[derive(Clone, Copy, Debug)]
pub enum Whom {
    /// Everybody who belongs to the group.
    Members,
    /// Somebody who shall belong to it.
    One(Uuid),
}

/// Refuses a change of a group after which members have passkeys but none that will do, unless somebody said how many they are.
///
/// # Errors
/// `would_lock_out` with their number, or when the database fails.
pub async fn accept(tx: &Tx, app: &App, whom: Whom, then: &Group, accepted: Option<u64>) -> Result<(), Problem> {
    let people = count(tx, app, whom, then).await?;
    if people == accepted.unwrap_or_default() || people == 0 {
        return Ok(());
    }
    let lost = match people {
        1 => "one person has no passkey that will do then, and could not sign in any more".to_owned(),
        many => format!("{many} people have no passkey that will do then, and could not sign in any more"),
    };
    let detail = format!("{}: {lost}. If that is meant, say so with lock_out {people}", then.name);
    Err(Problem::detailed(Code::WouldLockOut, detail))
}

/// How many of these can sign in now, and could not with the group as it is then. Few statements, however many they are.
async fn count(tx: &Tx, app: &App, whom: Whom, then: &Group) -> Result<u64, store::Error> {
    if then.passkey_policy.is_open() {
        return Ok(0);
    }
    let passkeys = match whom {
        Whom::Members => credential::list_by_group(tx, then.id, app.now()).await?,
        Whom::One(user) => credential::list_by_user(tx, user).await?,
    };
    let mut owners: HashMap<Uuid, Vec<Credential>> = HashMap::new();
    for passkey in passkeys {
        owners.entry(passkey.user_id()).or_default().push(passkey);
    }
    let demanded = Demanded::read(tx, app.now()).await?;
    let is_lost = |(owner, passkeys): (Uuid, Vec<Credential>)| {
        let get_in = |policies| {
            let demands = Demands::of(app, policies);
            passkeys.iter().any(|passkey| demands.allow_stored(passkey))
        };
        let mut tomorrow = demanded.of_others(owner, then.id);
        tomorrow.push(then.passkey_policy.clone());
        get_in(demanded.of(owner)) && !get_in(tomorrow)
    };
    Ok(owners.into_iter().map(is_lost).map(u64::from).sum())
}

/// Whether somebody could administer before a change.
pub struct Had(bool);

/// Looks whether somebody can administer, if the group could change that. The shell may do without: it is a way in itself.
///
/// # Errors
/// When the database fails.
pub async fn has_administrator(tx: &Tx, acting: &Acting<'_>, then: &Group) -> Result<Had, Problem> {
    let app = acting.app;
    if then.passkey_policy.is_open() || acting.is_operator() {
        return Ok(Had(false));
    }
    Ok(Had(user::has_administrator(tx, good_enough::for_everybody(app, tx).await?).await?))
}

impl Had {
    /// Refuses a change after which nobody can administer any more, however many people were accepted.
    ///
    /// # Errors
    /// `last_administrator`, or when the database fails.
    pub async fn keep(self, tx: &Tx, app: &App) -> Result<(), Problem> {
        match self.0 && !user::has_administrator(tx, good_enough::for_everybody(app, tx).await?).await? {
            true => Err(Code::LastAdministrator.into()),
            false => Ok(()),
        }
    }
}
