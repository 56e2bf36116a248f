//! Who administers, and how far they reach.

use poem::http::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    http::{Call, Code, Problem},
    mail::{Facts, Notice},
    metrics,
    protocol::{
        administration::{Area, Right},
        role::Role,
        scope::ScopeSet,
        step_up::Action,
    },
    session,
    store::{
        self, Tx,
        user::{self, User},
    },
    urls,
};

/// Who acts.
#[derive(Clone, Debug)]
enum Who {
    /// Whoever has the machine: the shell.
    Operator,
    /// Somebody with roles.
    Person(Box<User>),
    /// A client for itself: its scopes say what it may, and it holds no role.
    Client(String),
}

/// Somebody who administers, in one request or command.
#[derive(Clone)]
pub struct Acting<'a> {
    /// The server.
    pub app: &'a App,
    /// Now.
    pub now: Time,
    who: Who,
    /// Of a token; everything otherwise.
    scopes: Option<ScopeSet>,
    /// The app whose token it is.
    app_id: Option<String>,
    origin: Origin,
}

impl<'a> Acting<'a> {
    /// The operator at the shell, who may do everything.
    #[must_use]
    pub fn operator(app: &'a App) -> Self {
        Self { app, now: app.now(), who: Who::Operator, scopes: None, app_id: None, origin: Origin::default() }
    }

    fn of_person(call: &'a Call, user: User) -> Self {
        let (app, origin) = (&*call.app, call.caller.origin());
        Self { app, now: call.now(), who: Who::Person(Box::new(user)), scopes: None, app_id: None, origin }
    }

    fn of_token(call: &'a Call, who: Who, (client_id, scopes): (String, ScopeSet)) -> Self {
        let (app, origin) = (&*call.app, call.caller.origin());
        Self { app, now: call.now(), who, scopes: Some(scopes), app_id: Some(client_id), origin }
    }

    /// Refuses what roles or scopes do not reach.
    ///
    /// # Errors
    /// `insufficient_scope` or `forbidden`.
    pub fn allow(&self, area: Area, right: Right) -> Result<(), Problem> {
        if self.scopes.as_ref().is_some_and(|scopes| !scopes.contains(&area.scope(right))) {
            return Err(Code::InsufficientScope.into());
        }
        match &self.who {
            Who::Person(user) if !user.roles.iter().any(|role| role.may(area, right)) => {
                Err(Problem::detailed(Code::Forbidden, format!("no role of yours reaches {}", area.scope(right))))
            }
            _ => Ok(()),
        }
    }

    /// Whether they may do that, for pages that leave out what would be refused.
    #[must_use]
    pub fn may(&self, area: Area, right: Right) -> bool {
        self.allow(area, right).is_ok()
    }

    /// Refuses to touch whoever holds a role that is not theirs, and to give or take one.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn allow_roles(&self, roles: &[Role]) -> Result<(), Problem> {
        let own: &[Role] = match &self.who {
            Who::Operator => return Ok(()),
            Who::Person(user) => &user.roles,
            Who::Client(_) => &[],
        };
        match roles.iter().find(|role| !role.is_within(own)) {
            Some(role) => Err(Problem::detailed(Code::Forbidden, format!("this takes the role {}", role.as_str()))),
            None => Ok(()),
        }
    }

    /// The same of everything: what opens administration itself.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn allow_everything(&self) -> Result<(), Problem> {
        self.allow_roles(&[Role::Administrator])
    }

    /// Whether it is whoever has the machine, whom nothing locks out.
    #[must_use]
    pub const fn is_operator(&self) -> bool {
        matches!(self.who, Who::Operator)
    }

    /// The person, where it is one.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match &self.who {
            Who::Person(user) => Some(user),
            _ => None,
        }
    }

    /// Their row.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        self.user().map(|user| user.id)
    }

    /// The client, where one acts for itself.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match &self.who {
            Who::Client(client_id) => Some(client_id),
            _ => None,
        }
    }

    /// Names them as they are now, so that nobody uses what is another's, or was theirs while they could do more.
    #[must_use]
    pub fn name(&self) -> String {
        let app = self.app_id.as_deref().unwrap_or_default();
        match &self.who {
            Who::Operator => "operator".to_owned(),
            Who::Person(user) => format!("user:{} {:?} {app}", user.id, user.roles),
            Who::Client(client_id) => format!("client:{client_id}"),
        }
    }

    /// From where they act.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Records what they did, to whom or what.
    pub fn record(&self, tx: &Tx, event: Event, subject: Option<Uuid>, details: Value) {
        let client = self.client_id().map(str::to_owned);
        self.record_entry(tx, event, Entry { subject, client, details, ..Entry::default() });
    }

    /// The same about a client.
    pub fn record_client(&self, tx: &Tx, event: Event, client_id: &str, mut details: Value) {
        if let (Who::Client(by), Some(details)) = (&self.who, details.as_object_mut()) {
            details.insert("by".to_owned(), by.clone().into());
        }
        self.record_entry(tx, event, Entry { client: Some(client_id.to_owned()), details, ..Entry::default() });
    }

    /// Tells somebody by mail what was done to them.
    pub fn notify(&self, tx: &Tx, user: &User, notice: &Notice) {
        let words = self.app.language_of(user, &self.app.words.choose(None, None));
        let Origin { ip, user_agent, .. } = self.origin.clone();
        let facts = Facts { at: self.now, username: None, ip, user_agent };
        self.app.notify(tx, user, &words, notice, facts);
    }

    fn record_entry(&self, tx: &Tx, event: Event, entry: Entry) {
        let counted = metrics::Event { event: event.as_str(), outcome: "success" };
        self.app.metrics.events.get_or_create(&counted).inc();
        let entry = Entry { actor: self.user_id(), ..entry };
        audit::record(tx, (&*self.app.rng, self.now), &self.origin, event, entry);
    }
}

/// Who reads, if they may read there.
///
/// # Errors
/// `session_required`, `invalid_token`, `insufficient_scope` or `forbidden`; or when the database fails.
pub async fn read(call: &Call, area: Area) -> Result<Acting<'_>, Problem> {
    may(call, area, Right::Read).await
}

/// Whoever is signed in in this browser and showed a passkey for it: who opened a link has not.
///
/// # Errors
/// When the database fails.
pub async fn signed_in(call: &Call) -> Result<Option<Acting<'_>>, store::Error> {
    let current = session::current(call, None).await?;
    let proven = current.filter(|(_, session)| session.assurance.acr.is_some());
    Ok(proven.map(|(subject, _)| Acting::of_person(call, subject.user)))
}

/// Who asks, if they may do that there; what they change is decided again when it is written.
///
/// # Errors
/// As [`read`].
pub async fn may(call: &Call, area: Area, right: Right) -> Result<Acting<'_>, Problem> {
    let acting = if call.header("authorization").is_some() {
        by_token(call).await?
    } else {
        signed_in(call).await?.ok_or(Code::SessionRequired)?
    };
    acting.allow(area, right)?;
    Ok(acting)
}

/// Changes something there, in one transaction, if whoever asks may. A page shows a passkey for it, bound to this one call; a
/// program its token. Whoever changes is locked, and one change of people waits for another, so that none rests on what is no more.
///
/// # Errors
/// What [`read`] refuses, `step_up_required`, and what `change` does.
pub async fn write<T>(
    call: &Call,
    area: Area,
    change: impl AsyncFnOnce(&Tx, &Acting<'_>) -> Result<T, Problem> + Send,
) -> Result<T, Problem> {
    // Before anything waits for a lock: what anybody may send must stay cheap.
    may(call, area, Right::Write).await?;
    let done = call
        .app
        .store
        .write(async |tx| {
            let acting = lock(tx, call, area).await?;
            acting.allow(area, Right::Write)?;
            change(tx, &acting).await
        })
        .await?;
    // Apps may have to be told.
    call.app.outbox.notify_one();
    Ok(done)
}

async fn lock<'a>(tx: &Tx, call: &'a Call, area: Area) -> Result<Acting<'a>, Problem> {
    user::lock_administrators(tx).await?;
    // Whom a call is about comes before the session of whoever makes it: somebody may be signing in there.
    if let Some(target) = call.segment::<Uuid>("user") {
        user::lock(tx, target).await?;
    }
    if call.header("authorization").is_some() {
        let (token, scopes) = session::presented(call, tx, urls::ADMIN_API).await?;
        let who = match token.person {
            None => Who::Client(token.client.client_id.clone()),
            Some(person) => {
                if person.family.assurance.acr.is_none() {
                    return Err(Code::InsufficientScope.into());
                }
                let user = user::lock(tx, person.subject.user.id).await?.filter(|user| user.is_active(call.now()));
                Who::Person(Box::new(user.ok_or(Code::InvalidToken)?))
            }
        };
        return Ok(Acting::of_token(call, who, (token.client.client_id, scopes)));
    }
    let (subject, session) = session::lock_owner(tx, call).await?;
    let acting = Acting::of_person(call, subject.user);
    // Whoever may not at all is not asked for a passkey first.
    acting.allow(area, Right::Write)?;
    let target = target(&call.method, call.uri.path());
    session::spend_for(tx, call, &session, Action::Admin, Some(&target)).await?;
    Ok(acting)
}

/// What a step-up for a call is bound to: the method and the path, below the issuer's.
#[must_use]
pub fn target(method: &Method, path: &str) -> String {
    let below = path.find(urls::ADMIN_API).map_or(path, |at| &path[at + urls::ADMIN_API.len()..]);
    format!("{method} {below}")
}

/// What is committed is told, whether this instance could follow at once or does so in a second.
pub async fn follow(app: &App) {
    let followed: Result<(), store::Error> = app.refresh().await;
    if let Err(error) = followed {
        tracing::warn!(%error, "a change is followed later");
    }
}

async fn by_token(call: &Call) -> Result<Acting<'_>, Problem> {
    let (token, scopes) = session::presented(call, &call.app.store.read(), urls::ADMIN_API).await?;
    let who = match token.person {
        None => Who::Client(token.client.client_id.clone()),
        // Made in the session of a link, without a passkey.
        Some(person) if person.family.assurance.acr.is_none() => return Err(Code::InsufficientScope.into()),
        Some(person) => Who::Person(Box::new(person.subject.user)),
    };
    Ok(Acting::of_token(call, who, (token.client.client_id, scopes)))
}
