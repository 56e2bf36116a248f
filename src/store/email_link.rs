//! Links that are sent by mail; none of them signs anybody in.

use entity::email_link::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::{Error, Tx, user::User};
use crate::{clock::Time, crypto::mac::Tag};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Confirms that its user reads mail at this address.
    Verification,
    /// Calls off the way back in that was asked for by mail.
    RecoveryCancellation,
}

impl Kind {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::RecoveryCancellation => "recovery_cancellation",
        }
    }
}

/// A link that can still be used.
#[derive(Clone, Debug)]
pub struct EmailLink {
    /// The row.
    pub id: Uuid,
    /// About whom.
    pub user_id: Uuid,
    /// Where it was sent.
    pub email: String,
}

/// A link to be.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// UUIDv7.
    pub id: Uuid,
    /// What it is for.
    pub kind: Kind,
    /// About whom.
    pub user_id: Uuid,
    /// SHA-256 of its token.
    pub token_hash: Tag,
    /// Where it is sent.
    pub email: String,
    /// When it ends.
    pub expires_at: Time,
}

/// Adds a link.
pub fn insert(tx: &Tx, new: NewLink, now: Time) {
    let row = ActiveModel {
        id: Set(new.id),
        kind: Set(new.kind.as_str().to_owned()),
        user_id: Set(new.user_id),
        token_hash: Set(new.token_hash.to_vec()),
        email: Set(new.email),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
    };
    tx.insert_later(row, None);
}

/// The link of that token, if it can still be used. Unknown, expired and used are alike.
///
/// # Errors
/// When the database fails.
pub async fn find_usable<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    token_hash: Tag,
    now: Time,
) -> Result<Option<EmailLink>, Error> {
    let of_token = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec()));
    let found = of_token.filter(Column::Kind.eq(kind.as_str())).one(connection).await?;
    let usable = |row: &Model| row.used_at.is_none() && row.expires_at > now;
    Ok(found.filter(usable).map(|row| EmailLink { id: row.id, user_id: row.user_id, email: row.email }))
}

/// Uses a link; false when it can't be used (any more).
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    let used = Entity::update_many()
        .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// How many of a kind a person was sent since then.
///
/// # Errors
/// When the database fails.
pub async fn count_since<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    user_id: Uuid,
    since: Time,
) -> Result<u64, Error> {
    let sent = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::Kind.eq(kind.as_str()));
    Ok(sent.filter(Column::CreatedAt.gt(since)).count(connection).await?)
}

/// How many of a kind were sent to an address since then, whoever gave it.
///
/// # Errors
/// When the database fails.
pub async fn count_to_since<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    email: &str,
    since: Time,
) -> Result<u64, Error> {
    let is_same = Func::lower(Expr::col(Column::Email)).eq(email.to_lowercase());
    let sent = Entity::find().filter(is_same).filter(Column::Kind.eq(kind.as_str()));
    Ok(sent.filter(Column::CreatedAt.gt(since)).count(connection).await?)
}

/// Whether a person used one of a kind since then.
///
/// # Errors
/// When the database fails.
pub async fn is_used_since<C: ConnectionTrait>(
    connection: &C,
    kind: Kind,
    user_id: Uuid,
    since: Time,
) -> Result<bool, Error> {
    let used = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::Kind.eq(kind.as_str()));
    Ok(used.filter(Column::UsedAt.gt(since)).count(connection).await? > 0)
}

/// The address that waits for its confirmation: that of the newest letter, or the person's own.
///
/// # Errors
/// When the database fails.
pub async fn find_unconfirmed<C: ConnectionTrait>(
    connection: &C,
    user: &User,
    now: Time,
) -> Result<Option<String>, Error> {
    let of_user = Entity::find().filter(Column::UserId.eq(user.id));
    let letters = of_user.filter(Column::Kind.eq(Kind::Verification.as_str())).filter(Column::UsedAt.is_null());
    let newest = letters.filter(Column::ExpiresAt.gt(now)).order_by_desc(Column::Id).one(connection).await?;
    Ok(newest.map(|row| row.email).or_else(|| user.email.clone().filter(|_| !user.email_verified)))
}

/// Uses up a person's links of a kind.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Tx, kind: Kind, user_id: Uuid, now: Time) -> Result<(), Error> {
    let row = ActiveModel { used_at: Set(Some(now)), ..Default::default() };
    let of_user = Entity::update_many().set(row).filter(Column::UserId.eq(user_id));
    of_user.filter(Column::Kind.eq(kind.as_str())).filter(Column::UsedAt.is_null()).exec(tx).await?;
    Ok(())
}
