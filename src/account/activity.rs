//! `/account/activity`: what happened to one's account, in words.

use std::collections::{HashMap, hash_map::Entry};

use askama::Template;
use poem::{IntoResponse, Response, web::Json};
use serde::Serialize;
use uuid::Uuid;

use super::{portal, reader};
use crate::{
    clock::Time,
    http::{Call, Frame, House, Moment, PageError, Problem, render},
    protocol::user_agent,
    session::Continuation,
    store::{
        self,
        audit_log::{Stored, list_by_subject},
    },
    urls,
};

/// Lines of a page.
const PAGE: u64 = 50;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage {
    frame: Frame,
    portal: House,
    lines: Vec<Item>,
    older: Option<String>,
}

/// A line as the page shows it.
struct Item {
    sentence: String,
    is_failure: bool,
    app: Option<String>,
    place: String,
    at: Moment,
}

/// A line as programs see it.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct ActivityObject {
    id: Uuid,
    at: Time,
    event: String,
    outcome: String,
    client_id: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

async fn lines(call: &Call, user: Uuid) -> Result<Vec<(Uuid, Stored)>, store::Error> {
    let before = call.query_value("before").and_then(|text| text.parse().ok());
    list_by_subject(&call.app.store.read(), user, before, PAGE).await
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Activity).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let lines = lines(&call, opened.subject.user.id).await?;
    let frame = opened.frame;
    let is_full = lines.len() as u64 == PAGE;
    let oldest = lines.last().filter(|_| is_full).map(|(id, _)| *id);
    let mut apps: HashMap<String, Option<String>> = HashMap::new();
    for client_id in lines.iter().filter_map(|(_, line)| line.client.clone()) {
        if let Entry::Vacant(unknown) = apps.entry(client_id) {
            let client = call.app.clients.find(unknown.key()).await?;
            unknown.insert(client.map(|client| client.client_name.clone()));
        }
    }
    let app = |line: &Stored| apps.get(line.client.as_ref()?).cloned().flatten();
    let items = lines.into_iter().map(|(_, line)| item(&frame, app(&line), line)).collect();
    let older = oldest.map(|id| format!("{}?before={id}", frame.path(urls::ACCOUNT_ACTIVITY)));
    Ok(render(&ActivityPage { lines: items, older, portal: opened.portal, frame }))
}

fn item(frame: &Frame, app: Option<String>, line: Stored) -> Item {
    let line = own(line);
    let parts = [user_agent::name(line.user_agent.as_deref()), line.ip];
    Item {
        sentence: frame.t(&format!("event-{}", line.event.replace(['.', '_'], "-"))),
        is_failure: line.outcome != "success",
        app,
        place: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        at: line.at.into(),
    }
}

/// Where somebody else called from, an app or an administrator, is theirs.
fn own(line: Stored) -> Stored {
    match line.actor.is_some() && line.actor == line.subject {
        true => line,
        false => Stored { ip: None, user_agent: None, ..line },
    }
}

/// The same as JSON; `before` is the id of the last line of the page before.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    let reader = reader::find(&call).await?;
    Ok(Json(lines(&call, reader.user.id).await?.into_iter().map(object).collect::<Vec<_>>()).into_response())
}

pub(super) fn object((id, line): (Uuid, Stored)) -> impl Serialize {
    let line = own(line);
    ActivityObject {
        id,
        at: line.at,
        event: line.event,
        outcome: line.outcome,
        client_id: line.client,
        ip: line.ip,
        user_agent: line.user_agent,
        request_id: line.request_id,
    }
}
