//! One query for who is asking: session, user and consent for this client. The only input of `SubjectPolicy`.

use entity::{client, consent, session, session_client, token_family, user};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, FromQueryResult, QueryResult,
    sea_query::{Expr, IntoCondition, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    Error, Tx,
    client_group::member_until,
    columns::{self, equal},
    consent::Consent,
    session::Session,
    token_family::Family,
    user::User,
};
use crate::{clock::Time, crypto::mac::Tag};

/// A person, with what they come with.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Who.
    pub user: User,
    /// The browser session, ended or expired ones too.
    pub session: Option<Session>,
    /// What they allowed this client.
    pub consent: Option<Consent>,
    /// Whether the client that was asked about is enabled.
    pub client_enabled: bool,
    /// Until when they belong to a group that may use that client.
    pub member_until: Option<Time>,
    /// When this session last signed in to that client.
    pub last_at: Option<Time>,
}

/// How to find a session.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// SHA-256 of the cookie's token.
    Token(Tag),
    /// The row.
    Id(Uuid),
    /// The one that a family came from.
    Family(Uuid),
}

/// The session's subject, as one client sees it.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, by: By, client: Option<Uuid>) -> Result<Option<Subject>, Error> {
    connection.query_one(&by_session(by, client)).await?.map(|row| decode(&row)).transpose()
}

/// What a transaction will do to the session that it locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Only rest a decision on it.
    Share,
    /// Change it. Two transactions that share a lock and then both want to write would wait for each other for ever.
    WriteSession,
}

/// The same, locked until the transaction ends: first the user against changes, then the session, the client, the family.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, by: By, client: Option<Uuid>, lock: Lock) -> Result<Option<Subject>, Error> {
    locked_row(tx, by, client, lock).await?.map(|row| decode(&row)).transpose()
}

/// The subject that a family came from, as its client sees them, with the family; all locked against changes.
///
/// # Errors
/// When the database fails.
pub async fn lock_family(tx: &Tx, family: Uuid, client: Uuid) -> Result<Option<(Subject, Family)>, Error> {
    let Some(row) = locked_row(tx, By::Family(family), Some(client), Lock::Share).await? else { return Ok(None) };
    let family = Family::from_row(token_family::Model::from_query_result(&row, "f_")?)?;
    Ok(Some((decode(&row)?, family)))
}

async fn locked_row(tx: &Tx, by: By, client: Option<Uuid>, lock: Lock) -> Result<Option<QueryResult>, Error> {
    let backend = tx.get_database_backend();
    let mut statement = backend.build(&by_session(by, client));
    if backend == DbBackend::Postgres {
        // The query builder knows one clause only. PostgreSQL locks in the order of the clauses.
        statement.sql.push_str(match lock {
            Lock::Share => " FOR SHARE OF users, sessions",
            Lock::WriteSession => " FOR SHARE OF users FOR NO KEY UPDATE OF sessions",
        });
        if client.is_some() {
            statement.sql.push_str(" FOR SHARE OF clients");
        }
        if matches!(by, By::Family(_)) {
            statement.sql.push_str(" FOR SHARE OF token_families");
        }
    }
    Ok(tx.query_one_raw(statement).await?)
}

fn by_session(by: By, client: Option<Uuid>) -> SelectStatement {
    let mut query = Query::select();
    select_subject(&mut query);
    let allowed = Condition::all()
        .add(equal(consent::Entity, consent::Column::UserId, user::Entity, user::Column::Id))
        // Without a client no consent is looked for: nil is nobody's id.
        .add(consent::Column::ClientId.eq(client.unwrap_or_default()));
    let which = match by {
        By::Token(hash) => session::Column::TokenHash.eq(hash.to_vec()),
        By::Id(id) => session::Column::Id.eq(id),
        By::Family(id) => token_family::Column::Id.eq(id),
    };
    query
        .from(session::Entity)
        .inner_join(user::Entity, equal(user::Entity, user::Column::Id, session::Entity, session::Column::UserId))
        .left_join(consent::Entity, allowed)
        .cond_where(which.into_condition());
    if matches!(by, By::Family(_)) {
        let families = (token_family::Entity, token_family::Column::SessionId);
        columns::select(&mut query, token_family::Entity, "f_");
        query.inner_join(families.0, equal(families.0, families.1, session::Entity, session::Column::Id));
    }
    if let Some(client) = client {
        let sessions = (session::Entity, session::Column::Id);
        let known = Condition::all()
            .add(equal(session_client::Entity, session_client::Column::SessionId, sessions.0, sessions.1))
            .add(session_client::Column::ClientId.eq(client));
        query
            .expr_as(Expr::col((client::Entity, client::Column::Enabled)), ENABLED)
            .expr_as(member_until(client.into()), MEMBER_UNTIL)
            .expr_as(Expr::col((session_client::Entity, session_client::Column::LastAt)), LAST_AT)
            .inner_join(client::Entity, client::Column::Id.eq(client).into_condition())
            .left_join(session_client::Entity, known);
    }
    query
}

/// Names of the columns about the client, which only a query about one has.
const ENABLED: &str = "client_enabled";
const LAST_AT: &str = "client_last_at";
pub(super) const MEMBER_UNTIL: &str = "client_member_until";

pub(super) fn select_subject(query: &mut SelectStatement) {
    columns::select(query, user::Entity, "u_");
    columns::select(query, session::Entity, "s_");
    columns::select(query, consent::Entity, "n_");
}

pub(super) fn decode(row: &QueryResult) -> Result<Subject, Error> {
    let session = if row.try_get::<Option<Uuid>>("s_", "id")?.is_some() {
        Some(Session::from_row(session::Model::from_query_result(row, "s_")?)?)
    } else {
        None
    };
    let consent = if row.try_get::<Option<Uuid>>("n_", "id")?.is_some() {
        Some(Consent::from_row(consent::Model::from_query_result(row, "n_")?)?)
    } else {
        None
    };
    let user = User::from_row(user::Model::from_query_result(row, "u_")?)?;
    let client_enabled = row.try_get::<bool>("", ENABLED).unwrap_or(false);
    let last_at = row.try_get::<Option<Time>>("", LAST_AT).unwrap_or(None);
    let member_until = row.try_get::<Option<Time>>("", MEMBER_UNTIL).unwrap_or(None);
    Ok(Subject { user, session, consent, client_enabled, member_until, last_at })
}
