//! Ways back that were asked for by mail: told, held back, granted. Each is one task at a time, under the lock on the person's row.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Error, Tx,
    enrollment_link::{self, Kind},
    task,
};
use crate::clock::Time;

/// The `kind` of tasks of somebody who asked.
pub const ASKED: &str = "recovery_asked";

/// The `kind` of tasks of a way back that was told and waits for its time.
pub const WAITING: &str = "recovery_waiting";

/// Whoever asks again within it changes nothing. Beside one request there may be others: nobody can keep somebody else from being
/// sent a link at a time of day of their own.
const SLOT: Duration = Duration::hours(6);

/// Slots of a day.
const SLOTS: i64 = 4;

/// What is granted to whom, unless something speaks against it by then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The person.
    pub user: Uuid,
    /// Where the link goes, if it is still their address.
    pub email: String,
    /// When somebody asked.
    pub asked_at: Time,
    /// When the link goes.
    pub at: Time,
    /// The language in which they asked.
    pub language: String,
}

fn keys(user: Uuid) -> Vec<String> {
    (0..SLOTS).map(|slot| format!("recovery {user} {slot}")).collect()
}

/// The key of a person's request of that time of day.
#[must_use]
pub fn key(user: Uuid, asked_at: Time) -> String {
    format!("recovery {user} {}", asked_at.timestamp().div_euclid(SLOT.num_seconds()).rem_euclid(SLOTS))
}

/// Calls off what was asked for, and the link if it was sent already; false when there is nothing of either.
///
/// # Errors
/// When the database fails.
pub async fn cancel(tx: &Tx, user: Uuid, now: Time) -> Result<bool, Error> {
    let waiting = task::delete(tx, &keys(user)).await?;
    let links = enrollment_link::revoke(tx, user, &[Kind::RecoveryEmail], now).await?;
    Ok(waiting + links > 0)
}

/// When the first link goes that somebody asked for, or went that still opens something; `None` when nobody asked.
///
/// # Errors
/// When the database fails.
pub async fn find_at<C: sea_orm::ConnectionTrait>(
    connection: &C,
    user: Uuid,
    now: Time,
) -> Result<Option<Time>, Error> {
    if let Some(sent_at) = enrollment_link::find_created_at(connection, user, Kind::RecoveryEmail, now).await? {
        return Ok(Some(sent_at));
    }
    let read = |payload: serde_json::Value| {
        let request = payload.get("then").cloned().unwrap_or(payload);
        serde_json::from_value::<Request>(request).ok().map(|request| request.at)
    };
    let payloads = task::list_payloads(connection, &keys(user)).await?;
    Ok(payloads.into_iter().filter_map(read).min())
}
