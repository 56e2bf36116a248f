//! `/account/sessions`: where one is signed in.

use std::collections::HashMap;

use askama::Template;
use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{portal, reader};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    http::{Call, Code, Frame, House, Moment, PageError, Problem, render},
    protocol::user_agent,
    session::{self, Continuation},
    store::{
        self,
        session::{Session, list_clients, list_live},
    },
    urls,
};

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    frame: Frame,
    portal: House,
    sessions: Vec<Item>,
    has_others: bool,
    end_others: String,
}

/// A session as the page shows it.
struct Item {
    device: String,
    ip: String,
    apps: String,
    is_current: bool,
    began: Moment,
    last_seen: Moment,
    url: String,
}

/// A session as programs see it.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct SessionObject {
    id: Uuid,
    is_current: bool,
    created_at: Time,
    auth_time: Time,
    last_seen_at: Time,
    expires_at: Time,
    ended_at: Option<Time>,
    ip: Option<String>,
    user_agent: Option<String>,
    apps: Vec<String>,
}

impl SessionObject {
    fn new(session: Session, own: Option<Uuid>, apps: Vec<String>) -> Self {
        Self {
            id: session.id,
            is_current: Some(session.id) == own,
            created_at: session.created_at,
            auth_time: session.auth_time,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            ip: session.ip,
            user_agent: session.user_agent,
            apps,
        }
    }
}

/// Sessions that count, one's own first, each with the apps that it signed in to.
async fn live(call: &Call, (user, own): (Uuid, Option<Uuid>)) -> Result<Vec<(Session, Vec<String>)>, store::Error> {
    let store = call.app.store.read();
    let mut sessions = list_live(&store, user, session::limits(call)).await?;
    sessions.sort_by_key(|session| Some(session.id) != own);
    let ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
    let mut apps = apps_of(call, &ids).await?;
    Ok(sessions.into_iter().map(|session| (session.clone(), apps.remove(&session.id).unwrap_or_default())).collect())
}

/// The names of the apps that these sessions signed in to.
async fn apps_of(call: &Call, sessions: &[Uuid]) -> Result<HashMap<Uuid, Vec<String>>, store::Error> {
    let mut apps: HashMap<_, Vec<_>> = HashMap::new();
    for (session, name) in list_clients(&call.app.store.read(), sessions).await? {
        apps.entry(session).or_default().push(name);
    }
    Ok(apps)
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Sessions).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let frame = opened.frame;
    let own = opened.session;
    let sessions = live(&call, (own.user_id, Some(own.id))).await?;
    let item = |(session, apps): (Session, Vec<String>)| Item {
        device: user_agent::name(session.user_agent.as_deref()).unwrap_or_else(|| frame.t("sessions-unknown-device")),
        ip: session.ip.unwrap_or_default(),
        apps: apps.join(", "),
        is_current: session.id == own.id,
        began: session.created_at.into(),
        last_seen: session.last_seen_at.into(),
        url: frame.path(&urls::API_SESSION.replace(":session", &session.id.to_string())),
    };
    Ok(render(&SessionsPage {
        has_others: sessions.len() > 1,
        sessions: sessions.into_iter().map(item).collect(),
        end_others: frame.path(urls::API_SESSIONS),
        portal: opened.portal,
        frame,
    }))
}

/// All sessions that count, as JSON.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    let reader = reader::find(&call).await?;
    Ok(Json(objects(&call, (reader.user.id, reader.session_id())).await?).into_response())
}

/// Of a person, the session that asks first.
pub(super) async fn objects(
    call: &Call,
    (user, own): (Uuid, Option<Uuid>),
) -> Result<Vec<impl Serialize + use<>>, store::Error> {
    let live = live(call, (user, own)).await?;
    Ok(live.into_iter().map(|(session, apps)| SessionObject::new(session, own, apps)).collect())
}

/// Of a person, those that are over and were not forgotten yet.
pub(super) async fn ended(call: &Call, user: Uuid) -> Result<Vec<impl Serialize + use<>>, store::Error> {
    let all = store::session::list_by_user(&call.app.store.read(), user).await?;
    let (now, seen_after) = session::limits(call);
    let over = |session: &Session| {
        session.ended_at.is_some() || session.expires_at <= now || session.last_seen_at <= seen_after
    };
    let over: Vec<_> = all.into_iter().filter(over).collect();
    let ids: Vec<_> = over.iter().map(|session| session.id).collect();
    let mut apps = apps_of(call, &ids).await?;
    let object = |session: Session| {
        let apps = apps.remove(&session.id).unwrap_or_default();
        SessionObject::new(session, None, apps)
    };
    Ok(over.into_iter().map(object).collect())
}

/// Ends one session and everything that came from it.
///
/// # Errors
/// A problem document.
pub async fn end(call: Call) -> Result<Response, Problem> {
    let id = call.segment::<Uuid>("session").ok_or(Code::NotFound)?;
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (_, own) = session::lock_owner(tx, &call).await?;
            let found = store::session::lock_of_user(tx, id, own.user_id).await?.ok_or(Code::NotFound)?;
            session::end_for_good(tx, &call, &found, now).await?;
            Ok::<_, Problem>(())
        })
        .await?;
    call.app.outbox.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends every other session and everything that came from them.
///
/// # Errors
/// A problem document.
pub async fn end_others(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (_, own) = session::lock_owner(tx, &call).await?;
            let (sessions, families) = session::end_others(tx, &own, now).await?;
            let details = json!({ "reason": "portal", "sessions": sessions, "families": families });
            let entry = Entry { session: Some(own.id), details, ..Entry::by(own.user_id) };
            call.record(tx, Event::SessionsRevoked, entry, now);
            Ok::<_, Problem>(())
        })
        .await?;
    call.app.outbox.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}
