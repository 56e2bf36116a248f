//! What is held about somebody, for themselves.

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{IntoResponse, Response, web::Json};
use serde_json::json;
use uuid::Uuid;

use super::{activity, apps, passkeys, profile, sessions};
use crate::{
    audit::{Entry, Event},
    http::{Call, Problem},
    protocol::step_up::Action,
    session,
    store::{
        self,
        audit_log::{Stored, list_by_subject},
        email_link, group, picture, recovery_code,
    },
};

/// Lines of one question.
const PAGE: u64 = 500;

/// Lines at most: an account has some hundred a year.
const MOST: usize = 20_000;

/// All of it as JSON, once a passkey was shown for that.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    let allowed = call
        .app
        .store
        .write(async |tx| {
            let allowed = session::lock_stepped_up(tx, &call, Action::Export, None).await?;
            let entry = Entry { session: Some(allowed.session.id), ..Entry::by(allowed.subject.user.id) };
            call.record(tx, Event::AccountExported, entry, now);
            Ok::<_, Problem>(allowed)
        })
        .await?;
    let (user, own) = (&allowed.subject.user, &allowed.session);
    let store = call.app.store.read();
    let picture = picture::find_by_user(&store, user.id).await?;
    let groups = group::list_memberships(&store, user.id).await?;
    let groups = groups.into_iter().map(|(name, expires_at)| json!({ "name": name, "expires_at": expires_at }));
    let mut document = json!({
        "exported_at": now,
        "issuer": call.app.config.issuer.as_str(),
        "profile": profile::object(user),
        "claims": user.claims,
        "roles": user.roles,
        "groups": groups.collect::<Vec<_>>(),
        "created_at": user.created_at,
        "passkeys": passkeys::objects(&call, (user.id, own.credential_id)).await?,
        "recovery_codes_left": recovery_code::count_unused(&store, user.id).await?,
        "sessions": sessions::objects(&call, (user.id, Some(own.id))).await?,
        "ended_sessions": sessions::ended(&call, user.id).await?,
        "apps": apps::objects(&call, user.id).await?,
        "activity": lines(&call, user.id).await?.into_iter().map(activity::object).collect::<Vec<_>>(),
    });
    if let Some(email) = email_link::find_unconfirmed(&store, user, now).await? {
        document["unconfirmed_email"] = email.into();
    }
    if let Some(png) = picture {
        document["picture"] = STANDARD.encode(png).into();
    }
    Ok(Json(document).into_response())
}

async fn lines(call: &Call, user: Uuid) -> Result<Vec<(Uuid, Stored)>, store::Error> {
    let mut all = Vec::new();
    while all.len() < MOST {
        let before = all.last().map(|(id, _)| *id);
        let page = list_by_subject(&call.app.store.read(), user, before, PAGE).await?;
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or_default();
        all.extend(page);
        if is_last {
            break;
        }
    }
    Ok(all)
}
