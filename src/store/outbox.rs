//! Logout tokens that are to be delivered (OIDC Back-Channel Logout 2.5): written with the end of the session itself, so
//! that no way of ending one forgets them.

use entity::{client, session, session_client, user};
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult,
    sea_query::{Expr, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Error, Tx,
    columns::{self, equal},
    job,
    task::{self, Ticket},
};
use crate::{clock::Time, protocol::client_details::ClientDetails};

/// The `kind` of these jobs.
const KIND: &str = "backchannel_logout";

/// Sessions of one question: databases bound the values of a statement.
const SESSIONS: usize = 1_000;

/// Whom to tell about what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logout {
    /// The client row.
    pub client: Uuid,
    /// The session that ended.
    pub session: Uuid,
    /// The person's own `sub`.
    pub sub: String,
}

/// A logout token that is due.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The row; also the token's `jti`, the same at each try.
    pub id: Uuid,
    /// What it tells.
    pub logout: Logout,
    /// How often it was tried.
    pub attempts: i32,
}

impl Delivery {
    /// What it is leased and finished by.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket { id: self.id, attempts: self.attempts }
    }
}

#[derive(FromQueryResult)]
struct Concerned {
    session_id: Uuid,
    client_id: Uuid,
    details: serde_json::Value,
    sub: String,
}

/// Writes what must be told about these sessions, which are ending.
///
/// # Errors
/// When the database fails.
pub(super) async fn announce(tx: &Tx, sessions: &[Uuid], now: Time) -> Result<(), Error> {
    for sessions in sessions.chunks(SESSIONS) {
        announce_some(tx, sessions, now).await?;
    }
    Ok(())
}

async fn announce_some(tx: &Tx, sessions: &[Uuid], now: Time) -> Result<(), Error> {
    for concerned in concerned(tx, sessions).await? {
        // A row that can't be read must not keep anybody from signing out.
        let details = columns::from_json::<ClientDetails>("clients.details", concerned.details);
        if details.is_ok_and(|details| details.backchannel_logout_uri.is_none()) {
            continue;
        }
        let logout = Logout { client: concerned.client_id, session: concerned.session_id, sub: concerned.sub };
        let unique_key = format!("{KIND} {} {}", logout.session, logout.client);
        let (row, keep) = job::once(
            task::id_of(KIND, [logout.session, logout.client]),
            KIND,
            unique_key,
            columns::to_json("jobs.payload", &logout)?,
            now,
        );
        tx.insert_later(row, Some(keep));
    }
    Ok(())
}

async fn concerned(tx: &Tx, sessions: &[Uuid]) -> Result<Vec<Concerned>, Error> {
    let (known, own) = (session_client::Entity, session::Entity);
    let mut query = Query::select();
    query
        .expr_as(Expr::col((known, session_client::Column::SessionId)), "session_id")
        .expr_as(Expr::col((known, session_client::Column::ClientId)), "client_id")
        .expr_as(Expr::col((client::Entity, client::Column::Details)), "details")
        .expr_as(Expr::col((user::Entity, user::Column::Sub)), "sub")
        .from(known)
        .inner_join(client::Entity, equal(client::Entity, client::Column::Id, known, session_client::Column::ClientId))
        .inner_join(own, equal(own, session::Column::Id, known, session_client::Column::SessionId))
        .inner_join(user::Entity, equal(user::Entity, user::Column::Id, own, session::Column::UserId))
        .cond_where(session_client::Column::SessionId.is_in(sessions.iter().copied()));
    let rows = tx.query_all(&query).await?;
    rows.iter().map(|row| Concerned::from_query_result(row, "").map_err(Error::from)).collect()
}

/// What is due and free, oldest first, without what these clients are to be told.
///
/// # Errors
/// When the database fails.
pub async fn due<C: ConnectionTrait>(
    connection: &C,
    now: Time,
    without: &[Uuid],
    limit: u64,
) -> Result<Vec<Delivery>, Error> {
    let rows = task::due_of_others(connection, KIND, now, (without, limit)).await?;
    let decode = |row: entity::job::Model| {
        let logout = columns::from_json("jobs.payload", row.payload).ok()?;
        Some(Delivery { id: row.id, logout, attempts: row.attempts })
    };
    Ok(rows.into_iter().filter_map(decode).collect())
}
