//! `/interaction/{request}/consent`: the page, and the decision by fetch.

use askama::Template;
use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{interaction::Step, resume, step};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    http::{Call, Code, Frame, PageError, Problem, render, see_other},
    protocol::{
        claims::Address,
        claims_request::claim_of,
        client::{Client, returns_to},
        scope::{self, ScopeSet},
    },
    session,
    store::{
        Tx,
        authorization_request::{self, ConsentStep, Pending},
        client_group,
        consent::{self, Consent},
        subject::Subject,
        user::User,
    },
    webauthn::ClientWords,
};

#[derive(Template)]
#[template(path = "oidc/consent.html")]
struct ConsentPage {
    frame: Frame,
    url: String,
    client: ClientWords,
    scopes: Vec<ScopeWords>,
    return_host: String,
    username: String,
    not_you: String,
}

/// Why an app is not for somebody, and who can change that.
#[derive(Template)]
#[template(path = "oidc/denied.html")]
struct DeniedPage {
    frame: Frame,
    url: String,
    client: ClientWords,
    groups: Vec<String>,
    contact: Option<String>,
    username: String,
    not_you: String,
    request_id: String,
}

struct ScopeWords {
    sentence: String,
    value: Option<String>,
}

/// Shows the page if this is the step that the request needs; otherwise goes on.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let (pending, client) = resume::find(&call).await?;
    let app = &call.app;
    let current = session::current(&call, Some(client.id)).await?;
    let next = {
        let current = current.as_ref().map(|(subject, session)| (subject, session));
        let progress = step::progress(&call, &client, current, Some(&pending)).await?;
        step::next(&call, &client, &pending.request, current, progress)
    };
    let (Step::Consent | Step::Deny, Some((subject, _)), false) = (&next, current, pending.is_over) else {
        return Ok(see_other(&app.urls.resume(pending.id)));
    };
    let frame = Frame::of_request(&call, pending.request.ui_locales.as_deref());
    if next == Step::Deny {
        return Ok(render(&DeniedPage {
            url: app.urls.consent(pending.id),
            client: ClientWords::new(&app.urls, &client, &pending.request.redirect_uri),
            groups: client_group::list_names(&app.store.read(), client.id).await?,
            contact: app.settings().branding.contact.clone(),
            username: subject.user.username,
            not_you: app.urls.sign_in_as_other(pending.id),
            request_id: call.caller.request_id.clone(),
            frame,
        }));
    }
    Ok(render(&ConsentPage {
        url: app.urls.consent(pending.id),
        scopes: pending
            .request
            .scopes
            .in_order()
            .into_iter()
            .map(|scope| scope_words(&frame, scope, &subject.user))
            .collect(),
        return_host: returns_to(&pending.request.redirect_uri),
        username: subject.user.username,
        not_you: app.urls.sign_in_as_other(pending.id),
        client: ClientWords::new(&app.urls, &client, &pending.request.redirect_uri),
        frame,
    }))
}

fn scope_words(frame: &Frame, scope: &str, user: &User) -> ScopeWords {
    if let Some(claim) = claim_of(scope) {
        let value = user.person().release_where(|name| name == claim, true).remove(claim);
        let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        return ScopeWords { sentence: frame.scope(scope), value };
    }
    let value = match scope {
        scope::PROFILE => Some(user.greeting().to_owned()),
        scope::EMAIL => user.email.clone(),
        scope::PHONE => user.claims.phone_number.clone(),
        scope::ADDRESS => user.claims.address.as_ref().and_then(Address::told),
        _ => None,
    };
    ScopeWords { sentence: frame.scope(scope), value }
}

#[derive(Deserialize)]
struct Request {
    decision: Decision,
    scopes: Option<Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Allow,
    Deny,
}

/// Records the decision and tells where to go on.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let (id, flow) = call.segment::<Uuid>("request").zip(call.caller.flow).ok_or(Code::NotFound)?;
    let now = call.now();
    let found = authorization_request::find(&call.app.store.read(), id, flow.hash, now).await?.ok_or(Code::NotFound)?;
    let client = call.app.clients.find_by_id(found.client_id).await?.filter(|client| client.enabled);
    let client = client.filter(|client| found.request.is_open_to(client)).ok_or(Code::NotFound)?;
    call.app
        .store
        .write(async |tx| {
            let Some(pending) = authorization_request::lock(tx, id, flow.hash, now).await? else {
                return Err(Problem::new(Code::NotFound));
            };
            let Some((subject, session)) = session::lock_current(tx, &call, Some(client.id)).await? else {
                return Err(Code::SessionRequired.into());
            };
            // An answered request stays as it is; the resume URL says so in words.
            if pending.is_over {
                return Ok(());
            }
            let decided = Decided { subject, session_id: session.id, pending, client: &client };
            decided.record(tx, &call, &body, now).await
        })
        .await?;
    Ok(Json(json!({ "location": call.app.urls.resume(id) })).into_response())
}

struct Decided<'a> {
    subject: Subject,
    session_id: Uuid,
    pending: Pending,
    client: &'a Client,
}

impl Decided<'_> {
    async fn record(&self, tx: &Tx, call: &Call, body: &Request, now: Time) -> Result<(), Problem> {
        let user_id = self.subject.user.id;
        // Nobody allows what is not for them; the page says so again.
        let is_outside = call.app.policy().allow_groups(&self.subject, self.client).is_err();
        if body.decision == Decision::Allow && is_outside {
            return Ok(());
        }
        let granted = (body.decision == Decision::Allow).then(|| self.granted(body.scopes.as_deref()));
        if let Some(granted) = &granted {
            let merged = merge(self.subject.consent.clone(), &self.pending.request.scopes, granted);
            consent::put(tx, call.app.uuid(), user_id, self.pending.client_id, &merged, now).await?;
        }
        let step = ConsentStep { session_id: self.session_id, user_id, granted };
        authorization_request::update_consent(tx, self.pending.id, &step).await?;
        let entry = Entry {
            failed: step.granted.is_none(),
            client: Some(self.client.client_id.clone()),
            session: Some(self.session_id),
            details: json!({ "scope": step.granted.as_ref().map(ScopeSet::to_string) }),
            ..Entry::by(user_id)
        };
        call.record(tx, Event::ConsentDecided, entry, now);
        Ok(())
    }

    /// What is allowed: everything asked, or the ticked part of it; `openid` cannot be unticked.
    fn granted(&self, ticked: Option<&[String]>) -> ScopeSet {
        let asked = &self.pending.request.scopes;
        let ticked = ticked.map(|list| list.iter().map(String::as_str).chain([scope::OPENID]).collect::<ScopeSet>());
        ticked.map_or_else(|| asked.clone(), |ticked| asked.intersection(&ticked))
    }
}

/// An earlier decision about other scopes stands.
fn merge(before: Option<Consent>, asked: &ScopeSet, granted: &ScopeSet) -> Consent {
    let before = before.unwrap_or(Consent { granted: ScopeSet::default(), declined: ScopeSet::default() });
    let declined = asked.difference(granted);
    Consent {
        granted: before.granted.union(granted).difference(&declined),
        declined: before.declined.union(&declined).difference(granted),
    }
}
