//! `/account/passkeys`: one's ways in.

use std::collections::HashMap;

use askama::Template;
use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    accepted::{self, Accepted},
    portal, reader,
};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    http::{Call, Code, Frame, House, Moment, PageError, Problem, render},
    mail::Notice,
    protocol::{passkey_policy::Trust, step_up::Action, user_agent},
    session::{self, Allowed, Continuation},
    store::{
        self, Tx,
        credential::{self, Credential},
        recovery_code,
        session::Session,
    },
    urls,
    webauthn::{good_enough::Demands, provider, tidy_name},
};

/// Without a passkey so many recovery codes must be left: one could be lost on the way.
const ENOUGH_CODES: u64 = 3;

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct PasskeysPage {
    frame: Frame,
    portal: House,
    passkeys: Vec<Item>,
    accepted: Option<Accepted>,
    demands: Vec<&'static str>,
    advice: Option<(&'static str, &'static str)>,
    registration_begin: String,
    registration_finish: String,
    device_link: String,
}

/// A passkey as the page shows it.
struct Item {
    id: Uuid,
    name: String,
    given: String,
    icons: Option<(String, String)>,
    is_synced: bool,
    is_current: bool,
    is_attested: bool,
    /// Whether it opens nothing here any more.
    is_unfit: bool,
    created: Moment,
    last_used: Option<Moment>,
    place: String,
    url: String,
}

/// A passkey as programs see it.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct PasskeyObject {
    id: Uuid,
    name: Option<String>,
    provider: Option<&'static str>,
    aaguid: Uuid,
    backup_eligible: bool,
    backup_state: bool,
    transports: Vec<String>,
    created_at: Time,
    last_used_at: Option<Time>,
    is_current: bool,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Passkeys).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let store = call.app.store.read();
    let all = credential::list_by_user(&store, opened.subject.user.id).await?;
    let places = places(&store::session::list_by_user(&store, opened.subject.user.id).await?);
    let demands = Demands::of_user(&call.app, &store, opened.subject.user.id).await?;
    let frame = opened.frame;
    Ok(render(&PasskeysPage {
        accepted: accepted::all(&call, &opened.subject.user, &all).await?,
        passkeys: all.iter().map(|one| item((&demands, &frame), one, &places, &opened.session)).collect(),
        demands: demands.in_words(),
        advice: advice(&all.iter().filter(|one| demands.allow_stored(one)).collect::<Vec<_>>()),
        registration_begin: frame.path(urls::REGISTRATION_BEGIN),
        registration_finish: frame.path(urls::REGISTRATION_FINISH),
        device_link: frame.path(urls::API_DEVICE_LINK),
        portal: opened.portal,
        frame,
    }))
}

/// Heading and text for those whom one lost device would hurt.
fn advice(all: &[&Credential]) -> Option<(&'static str, &'static str)> {
    match all {
        [] => None,
        [one] if one.backup_state() => Some(("passkeys-one-title", "passkeys-one-text")),
        [_] => Some(("passkeys-one-bound-title", "passkeys-one-bound-text")),
        many if !many.iter().any(|one| one.backup_state()) => Some(("passkeys-bound-title", "passkeys-bound-text")),
        _ => None,
    }
}

/// Where each passkey was last used: the newest session that it holds.
fn places(sessions: &[Session]) -> HashMap<Uuid, String> {
    let mut places = HashMap::new();
    for session in sessions {
        let parts = [user_agent::name(session.user_agent.as_deref()), session.ip.clone()];
        let place = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        if let Some(credential_id) = session.credential_id {
            places.entry(credential_id).or_insert(place);
        }
    }
    places
}

fn item(
    (demands, frame): (&Demands<'_>, &Frame),
    one: &Credential,
    places: &HashMap<Uuid, String>,
    own: &Session,
) -> Item {
    let provider = provider::find(one.aaguid());
    let known = provider.map_or_else(|| frame.t("passkeys-unnamed"), |provider| provider.name.clone());
    Item {
        id: one.id(),
        name: one.name().map_or(known, str::to_owned),
        given: one.name().unwrap_or_default().to_owned(),
        icons: provider
            .and_then(provider::Provider::icons)
            .map(|(light, dark)| (frame.asset(&light), frame.asset(&dark))),
        is_synced: one.backup_state(),
        is_current: own.credential_id == Some(one.id()),
        is_attested: one.attestation_trust() != Trust::None,
        is_unfit: !demands.allow_stored(one),
        created: one.created_at().into(),
        last_used: one.last_used_at().map(Moment::from),
        place: places.get(&one.id()).cloned().unwrap_or_default(),
        url: frame.path(&urls::API_PASSKEY.replace(":passkey", &one.id().to_string())),
    }
}

/// All passkeys, as JSON.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    let reader = reader::find(&call).await?;
    Ok(Json(objects(&call, (reader.user.id, reader.credential_id())).await?).into_response())
}

/// Of a person, with the passkey of the session that asks.
pub(super) async fn objects(
    call: &Call,
    (user, current): (Uuid, Option<Uuid>),
) -> Result<Vec<impl Serialize + use<>>, store::Error> {
    let all = credential::list_by_user(&call.app.store.read(), user).await?;
    let object = |one: &Credential| PasskeyObject {
        id: one.id(),
        name: one.name().map(str::to_owned),
        provider: provider::find(one.aaguid()).map(|provider| provider.name.as_str()),
        aaguid: one.aaguid(),
        backup_eligible: one.backup_eligible(),
        backup_state: one.backup_state(),
        transports: one.transports(),
        created_at: one.created_at(),
        last_used_at: one.last_used_at(),
        is_current: current == Some(one.id()),
    };
    Ok(all.iter().map(object).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    name: Option<String>,
}

/// Gives a passkey another name; without one it is called after its provider again.
///
/// # Errors
/// A problem document.
pub async fn rename(call: Call) -> Result<Response, Problem> {
    let body: Rename = call.json()?;
    let name = body.name.as_deref().and_then(tidy_name);
    let id = call.segment::<Uuid>("passkey").ok_or(Code::NotFound)?;
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (subject, session) = session::lock_owner(tx, &call).await?;
            if !credential::update_name(tx, id, subject.user.id, name.as_deref()).await? {
                return Err(Problem::new(Code::NotFound));
            }
            call.record(tx, Event::CredentialRenamed, entry(&session, id), now);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Removes a passkey, once one of them was shown for that. The last stays, unless there is another way in.
///
/// # Errors
/// A problem document.
pub async fn remove(call: Call) -> Result<Response, Problem> {
    let id = call.segment::<Uuid>("passkey").ok_or(Code::NotFound)?;
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let allowed = session::lock_stepped_up(tx, &call, Action::PasskeyRemove, Some(&id.to_string())).await?;
            let user_id = allowed.subject.user.id;
            let all = credential::list_by_user(tx, user_id).await?;
            let one = all.iter().find(|one| one.id() == id).ok_or(Problem::new(Code::NotFound))?;
            let name = provider::name_of(one.name(), one.aaguid());
            // One that will not do any more is no way in.
            let demands = Demands::of_user(&call.app, tx, user_id).await?;
            let has_other = all.iter().any(|one| one.id() != id && demands.allow_stored(one));
            if !has_other && recovery_code::count_unused(tx, user_id).await? < ENOUGH_CODES {
                return Err(Problem::new(Code::LastPasskey));
            }
            revoke(tx, &call, &allowed, id, now).await?;
            call.record(tx, Event::CredentialRevoked, entry(&allowed.session, id), now);
            call.notify(tx, &allowed.subject.user, &Notice::PasskeyRemoved { name }, now);
            Ok(())
        })
        .await?;
    call.app.outbox.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What the passkey began ends with it, with every family that came of it; but the session in which another one was just
/// shown goes on under that.
async fn revoke(
    tx: &Tx,
    call: &Call,
    Allowed { session: own, credential_id: shown, .. }: &Allowed,
    passkey: Uuid,
    now: Time,
) -> Result<(), store::Error> {
    let stays = (*shown != passkey).then_some(own.id);
    let (sessions, families) = credential::revoke(tx, (own.user_id, passkey), stays, now).await?;
    if stays.is_some() && own.credential_id == Some(passkey) {
        store::session::update_credential(tx, own.id, *shown).await?;
    }
    let details = json!({ "reason": "passkey", "sessions": sessions, "families": families });
    let entry = Entry { session: Some(own.id), details, ..Entry::by(own.user_id) };
    call.record(tx, Event::SessionsRevoked, entry, now);
    Ok(())
}

fn entry(session: &Session, passkey: Uuid) -> Entry {
    let details = json!({ "credential": passkey });
    Entry { session: Some(session.id), details, ..Entry::by(session.user_id) }
}
