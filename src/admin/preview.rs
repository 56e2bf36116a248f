//! What an app would be told of somebody, why, and why not more.

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::acting::Acting;
use crate::{
    claims::{self, Released},
    http::{Code, Problem},
    policy::Refusal,
    protocol::{
        administration::{Area, Right},
        claim_rule::{Absent, Outcome, Source, Target},
        client::Client,
        scope::{OFFLINE_ACCESS, ScopeSet},
        username::Username,
    },
    store::{
        client_group, group,
        user::{self, User},
    },
};

/// Tokens as they would be, but for what a sign-in makes: times, nonce, `sid`, `acr`, `amr`.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    user_id: Uuid,
    /// Who.
    pub username: String,
    /// As if this were granted.
    pub scope: String,
    /// Why they would get nothing at all, as the audit log says it.
    pub refusal: Option<&'static str>,
    /// Of the ID token.
    pub id_token: Map<String, Value>,
    /// Of userinfo.
    pub userinfo: Map<String, Value>,
    /// Of JWT access tokens, and introspection of others.
    pub access_token: Map<String, Value>,
    /// Each claim that could be there.
    pub claims: Vec<Claim>,
}

/// A claim, or why it is not there.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// As the app reads it.
    pub name: String,
    /// Where it would be told.
    pub targets: Vec<Target>,
    /// What it would be.
    pub value: Option<Value>,
    /// What brings it.
    #[serde(flatten)]
    pub source: Option<Source>,
    /// Why it is not there.
    #[serde(flatten)]
    pub absent: Option<Absent>,
}

impl From<Outcome> for Claim {
    fn from(outcome: Outcome) -> Self {
        let (given, absent) = match outcome.value {
            Ok(given) => (Some(given), None),
            Err(absent) => (None, Some(absent)),
        };
        let (value, source) = given.map(|given| (given.value, given.source)).unzip();
        Self { name: outcome.name, targets: outcome.targets, value, source, absent }
    }
}

/// Whoever is asked about: by name or id; without one, whoever asks. Of others, whoever may read people learns.
///
/// # Errors
/// `invalid_request`, `not_found`, `insufficient_scope` or `forbidden`; or when the database fails.
pub async fn person(acting: &Acting<'_>, asked: Option<&str>) -> Result<User, Problem> {
    let Some(asked) = asked else {
        let missing = || Problem::detailed(Code::InvalidRequest, "user: a name or an id is needed".to_owned());
        return acting.user().cloned().ok_or_else(missing);
    };
    let store = acting.app.store.read();
    let found = match (asked.parse::<Uuid>(), Username::parse(asked)) {
        (Ok(id), _) => user::find_by_id(&store, id).await?,
        (_, Some(username)) => user::find_by_username(&store, &username).await?,
        _ => None,
    };
    let is_own = found.as_ref().is_some_and(|user| acting.user_id() == Some(user.id));
    if !is_own {
        acting.allow(Area::Users, Right::Read)?;
        acting.allow(Area::Groups, Right::Read)?;
    }
    found.ok_or_else(|| Problem::detailed(Code::NotFound, format!("nobody is called {asked}")))
}

/// What the client would be told with these scopes; without them, with all that it may ask for.
///
/// # Errors
/// When the database fails.
pub async fn preview(
    acting: &Acting<'_>,
    client: &Client,
    user: &User,
    scopes: Option<&ScopeSet>,
) -> Result<Preview, Problem> {
    let (app, store) = (acting.app, acting.app.store.read());
    let granted = client.narrow(scopes.unwrap_or(&client.scopes)).without_accounts().without(OFFLINE_ACCESS);
    let released = Released::read(&store, app, (client, user), (&granted, None), &Target::ALL).await?;
    let sub = claims::subject(app, client, &user.sub);
    let about = |claims: Map<String, Value>, aud: bool| {
        let mut all = Map::from_iter([("sub".to_owned(), sub.clone().into())]);
        if aud {
            all.insert("iss".to_owned(), app.config.issuer.as_str().into());
            all.insert("aud".to_owned(), json!(client.client_id));
        }
        all.extend(claims);
        all
    };
    Ok(Preview {
        user_id: user.id,
        username: user.username.clone(),
        scope: granted.to_string(),
        refusal: refusal(acting, client, user).await?.map(Refusal::as_str),
        id_token: about(released.id_token(true), true),
        userinfo: about(released.userinfo(), client.details.userinfo_signed_response_alg.is_some()),
        access_token: about(released.access_token(), false),
        claims: released.explain().into_iter().map(Claim::from).collect(),
    })
}

async fn refusal(acting: &Acting<'_>, client: &Client, user: &User) -> Result<Option<Refusal>, Problem> {
    if !user.is_active(acting.now) {
        return Ok(Some(Refusal::UserDisabled));
    }
    if !client.enabled {
        return Ok(Some(Refusal::ClientDisabled));
    }
    if !client.details.group_restricted {
        return Ok(None);
    }
    let store = acting.app.store.read();
    let wanted = client_group::list_names(&store, client.id).await?;
    let own = group::list_with_ids_of_user(&store, user.id, acting.now).await?;
    let is_member = own.iter().any(|(_, name, _)| wanted.contains(name));
    Ok((!is_member).then_some(Refusal::GroupMissing))
}
