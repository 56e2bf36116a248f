//! Tokens with which people make an account for themselves.

use chrono::{Datelike, Duration};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::acting::Acting,
    audit::Event,
    clock::Time,
    config::SignUp,
    crypto::token::{self, Generated, TokenKind},
    http::{Code, Problem},
    protocol::administration::{Area, Right},
    store::{
        Tx,
        sign_up_token::{self, SignUpToken},
    },
};

/// For how many at most.
const MOST: i32 = 10_000;

/// How long one works, where nobody says.
const LIFETIME: Duration = Duration::days(7);

/// A token to be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateSignUpToken {
    /// Names of groups that people belong to from the beginning.
    pub groups: Vec<String>,
    /// For how many; one unless said otherwise.
    pub uses: Option<i32>,
    /// Until when; seven days unless said otherwise.
    pub expires_at: Option<Time>,
}

/// Makes one; it is told once.
///
/// # Errors
/// `insufficient_scope`, `forbidden`, `invalid_request`; or when the database fails.
pub async fn create(
    tx: &Tx,
    acting: &Acting<'_>,
    asked: &CreateSignUpToken,
) -> Result<(SignUpToken, Generated), Problem> {
    let (app, now) = (acting.app, acting.now);
    let refuse = |detail: String| Err(Problem::detailed(Code::InvalidRequest, detail));
    if app.settings().registration.sign_up == SignUp::Closed {
        return refuse("registration.sign_up is \"closed\": nobody could use it".to_owned());
    }
    let uses = asked.uses.unwrap_or(1);
    if !(1..=MOST).contains(&uses) {
        return refuse(format!("uses: from 1 to {MOST}"));
    }
    let expires_at = asked.expires_at.unwrap_or(now + LIFETIME);
    if expires_at <= now || expires_at.year() > 9999 {
        return refuse("expires_at: that is over already, or too far away".to_owned());
    }
    if !asked.groups.is_empty() {
        acting.allow(Area::Groups, Right::Write)?;
    }
    let groups = super::groups::named(tx, &asked.groups).await?;
    let ids = groups.iter().map(|group| group.id).collect();
    let new = SignUpToken { id: app.uuid(), groups: ids, uses, used: 0, created_at: now, expires_at };
    let secret = token::generate(&*app.rng, TokenKind::SignUpToken);
    sign_up_token::insert(tx, &new, secret.hash)?;
    let names: Vec<_> = groups.into_iter().map(|group| group.name).collect();
    let details = json!({ "sign_up_token": new.id, "groups": names, "uses": uses, "expires_at": expires_at });
    acting.record(tx, Event::SignUpTokenCreated, None, details);
    Ok((new, secret))
}

/// Removes one: nobody makes an account with it any more.
///
/// # Errors
/// `not_found`, or when the database fails.
pub async fn delete(tx: &Tx, acting: &Acting<'_>, id: Uuid) -> Result<(), Problem> {
    if !sign_up_token::delete(tx, id).await? {
        return Err(Code::NotFound.into());
    }
    acting.record(tx, Event::SignUpTokenDeleted, None, json!({ "sign_up_token": id }));
    Ok(())
}
