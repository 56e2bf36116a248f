//! `/account/apps`: what one has allowed, and taking it back.

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
    session::{self, Continuation},
    store::{
        self,
        consent::{self, Allowed},
        token_family,
    },
    urls,
};

#[derive(Template)]
#[template(path = "account/apps.html")]
struct AppsPage {
    frame: Frame,
    portal: House,
    apps: Vec<Item>,
}

/// An app as the page shows it.
struct Item {
    name: String,
    initial: String,
    home: Option<String>,
    sentences: Vec<String>,
    since: Option<Moment>,
    last_used: Option<Moment>,
    url: String,
}

/// An app as programs see it.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct AppObject {
    client_id: String,
    client_name: String,
    client_uri: Option<String>,
    scope: Option<String>,
    declined_scope: Option<String>,
    allowed_at: Option<Time>,
    last_used_at: Option<Time>,
}

/// Apps that one has allowed, or that have a sign-in without being asked for it, and when each last began one.
async fn allowed(call: &Call, user: Uuid) -> Result<(Vec<Allowed>, HashMap<Uuid, Time>), store::Error> {
    let store = call.app.store.read();
    let last_used: HashMap<_, _> = token_family::list_last_used(&store, user).await?.into_iter().collect();
    Ok((consent::list_by_user(&store, user, last_used.keys().copied()).await?, last_used))
}

/// How many they are.
pub(super) async fn count(call: &Call, user: Uuid) -> Result<usize, store::Error> {
    Ok(allowed(call, user).await?.0.len())
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Apps).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let (apps, last_used) = allowed(&call, opened.subject.user.id).await?;
    let frame = opened.frame;
    let item = |app: Allowed| Item {
        initial: app.client_name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default(),
        name: app.client_name,
        home: app.client_uri,
        sentences: match &app.consent {
            Some((consent, _)) => consent.granted.in_order().into_iter().map(|scope| frame.scope(scope)).collect(),
            None => vec![frame.t("apps-not-asked")],
        },
        since: app.consent.as_ref().map(|(_, since)| Moment::from(*since)),
        last_used: last_used.get(&app.client).copied().map(Moment::from),
        url: frame.path(&urls::API_APP.replace(":client_id", &app.client_id)),
    };
    Ok(render(&AppsPage { apps: apps.into_iter().map(item).collect(), portal: opened.portal, frame }))
}

/// What a scope lets an app do, in the words of the consent page.
/// All apps that one has allowed, as JSON.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    let reader = reader::find(&call).await?;
    Ok(Json(objects(&call, reader.user.id).await?).into_response())
}

pub(super) async fn objects(call: &Call, user: Uuid) -> Result<Vec<impl Serialize + use<>>, store::Error> {
    let (apps, last_used) = allowed(call, user).await?;
    let object = |app: Allowed| AppObject {
        last_used_at: last_used.get(&app.client).copied(),
        client_id: app.client_id,
        client_name: app.client_name,
        client_uri: app.client_uri,
        scope: app.consent.as_ref().map(|(consent, _)| consent.granted.to_string()),
        declined_scope: app
            .consent
            .as_ref()
            .map(|(consent, _)| consent.declined.to_string())
            .filter(|scope| !scope.is_empty()),
        allowed_at: app.consent.map(|(_, since)| since),
    };
    Ok(apps.into_iter().map(object).collect())
}

/// Takes back what one allowed an app: its tokens are dead, and it must ask again.
///
/// # Errors
/// A problem document.
pub async fn withdraw(call: Call) -> Result<Response, Problem> {
    let client_id = call.segment::<String>("client_id").ok_or(Code::NotFound)?;
    let client = call.app.clients.find(&client_id).await?;
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (subject, session) = session::lock_owner(tx, &call).await?;
            // Which apps there are is nobody's business but of those who are signed in.
            let client = client.as_ref().ok_or(Code::NotFound)?;
            let user_id = subject.user.id;
            let families = consent::withdraw(tx, user_id, client.id, now).await?.ok_or(Code::NotFound)?;
            let entry = Entry {
                client: Some(client.client_id.clone()),
                session: Some(session.id),
                details: json!({ "families": families }),
                ..Entry::by(user_id)
            };
            call.record(tx, Event::ConsentWithdrawn, entry, now);
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
