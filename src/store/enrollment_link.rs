//! Enrolment links: each can register one passkey for its user.

use entity::{
    enrollment_link::{ActiveModel, Column, Entity, Model},
    user,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set};
use uuid::Uuid;

use super::{
    Error, Tx,
    page::{Position, Text, Window},
};
use crate::{clock::Time, crypto::mac::Tag};

/// Who made a link and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A new person was invited.
    Invitation,
    /// The first administrator, printed at start.
    Administrator,
    /// A way back in, made by an operator.
    Recovery,
    /// A way back in, made by a recovery code.
    RecoveryCode,
    /// A way back in, asked for by mail.
    RecoveryEmail,
    /// Another device of whoever is signed in.
    Device,
}

impl Kind {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Administrator => "administrator",
            Self::Recovery => "recovery",
            Self::RecoveryCode => "recovery_code",
            Self::RecoveryEmail => "recovery_email",
            Self::Device => "device",
        }
    }

    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Invitation, Self::Administrator, Self::Recovery, Self::RecoveryCode, Self::RecoveryEmail, Self::Device];

    /// Whether people make it for themselves, with a passkey, a code or by mail.
    #[must_use]
    pub const fn is_own(self) -> bool {
        matches!(self, Self::RecoveryCode | Self::RecoveryEmail | Self::Device)
    }

    /// Whether whoever uses it has lost their passkeys.
    #[must_use]
    pub const fn is_recovery(self) -> bool {
        matches!(self, Self::Recovery | Self::RecoveryCode | Self::RecoveryEmail)
    }

    /// What a new one takes the place of. What an operator made goes only by an operator: whoever has somebody's passkey must
    /// not be able to close the way back to them.
    fn replaces(self) -> Vec<Self> {
        if self.is_own() { vec![self] } else { Self::ALL.to_vec() }
    }
}

/// A link that can still be used.
#[derive(Clone, Copy, Debug)]
pub struct EnrollmentLink {
    /// The row.
    pub id: Uuid,
    /// For whom.
    pub user_id: Uuid,
    /// When it ends.
    pub expires_at: Time,
}

/// A link to be.
#[derive(Clone, Copy, Debug)]
pub struct NewLink {
    /// UUIDv7.
    pub id: Uuid,
    /// Who made it and why.
    pub kind: Kind,
    /// For whom.
    pub user_id: Uuid,
    /// SHA-256 of its token.
    pub token_hash: Tag,
    /// When it ends.
    pub expires_at: Time,
}

/// Adds a link and revokes those of its user that it takes the place of.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: NewLink, now: Time) -> Result<(), Error> {
    revoke(tx, new.user_id, &new.kind.replaces(), now).await?;
    let row = ActiveModel {
        id: Set(new.id),
        kind: Set(new.kind.as_str().to_owned()),
        user_id: Set(new.user_id),
        token_hash: Set(new.token_hash.to_vec()),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
        revoked_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The link of that token, if it can still be used. Unknown, expired, revoked and used are alike.
///
/// # Errors
/// When the database fails.
pub async fn find_usable<C: ConnectionTrait>(
    connection: &C,
    token_hash: Tag,
    now: Time,
) -> Result<Option<EnrollmentLink>, Error> {
    let found = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec())).one(connection).await?;
    let usable = |row: &Model| row.used_at.is_none() && row.revoked_at.is_none() && row.expires_at > now;
    Ok(found.filter(usable).map(|row| EnrollmentLink { id: row.id, user_id: row.user_id, expires_at: row.expires_at }))
}

/// Until when the link to somebody's first passkey can be used.
///
/// # Errors
/// When the database fails.
pub async fn find_invitation<C: ConnectionTrait>(
    connection: &C,
    user_id: Uuid,
    now: Time,
) -> Result<Option<Time>, Error> {
    let of_kind = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::Kind.eq(Kind::Invitation.as_str()));
    let usable = of_kind.filter(Column::UsedAt.is_null()).filter(Column::RevokedAt.is_null());
    Ok(usable.filter(Column::ExpiresAt.gt(now)).one(connection).await?.map(|row| row.expires_at))
}

/// When a person was made a link of that kind that can still be used.
///
/// # Errors
/// When the database fails.
pub async fn find_created_at<C: ConnectionTrait>(
    connection: &C,
    user_id: Uuid,
    kind: Kind,
    now: Time,
) -> Result<Option<Time>, Error> {
    let of_kind = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::Kind.eq(kind.as_str()));
    let usable = of_kind.filter(Column::UsedAt.is_null()).filter(Column::RevokedAt.is_null());
    Ok(usable.filter(Column::ExpiresAt.gt(now)).one(connection).await?.map(|row| row.created_at))
}

/// Uses a link and tells what it was for; `None` when it can't be used (any more).
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, id: Uuid, now: Time) -> Result<Option<Kind>, Error> {
    let used = Entity::update_many()
        .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec_with_returning(tx)
        .await?;
    let kind = |name: &str| Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
    Ok(used.first().and_then(|row| kind(&row.kind)))
}

/// Revokes every link of these kinds of a person that was not used: how many that were.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Tx, user_id: Uuid, kinds: &[Kind], now: Time) -> Result<u64, Error> {
    let revoked = Entity::update_many()
        .set(ActiveModel { revoked_at: Set(Some(now)), ..Default::default() })
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Kind.is_in(kinds.iter().map(|kind| kind.as_str())))
        .filter(Column::UsedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected)
}

/// An invitation that can still be used.
#[derive(Clone, Debug)]
pub struct Waiting {
    id: Uuid,
    /// Who is waited for.
    pub user_id: Uuid,
    /// When it was made.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

impl Waiting {
    /// Where a page of them ends.
    #[must_use]
    pub fn position(&self) -> Position {
        Position::by_age(self.id)
    }
}

/// A page of invitations that can still be used, to those whose names begin so.
///
/// # Errors
/// When the database fails.
pub async fn page_of_invitations<C: ConnectionTrait>(
    connection: &C,
    search: Option<&str>,
    window: &Window,
    now: Time,
) -> Result<Vec<Waiting>, Error> {
    let mut rows = Entity::find()
        .filter(Column::Kind.eq(Kind::Invitation.as_str()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    if let Some(search) = search {
        let name = Text::by_bytes(user::Column::Username, connection.get_database_backend());
        let found = user::Entity::find().select_only().column(user::Column::Id);
        let found = found.filter(name.begins_with(&search.to_lowercase()));
        rows = rows.filter(Column::UserId.in_subquery(found.into_query()));
    }
    let rows = window.by_age(rows, Column::Id);
    let waiting = |row: Model| Waiting {
        id: row.id,
        user_id: row.user_id,
        created_at: row.created_at,
        expires_at: row.expires_at,
    };
    Ok(rows.all(connection).await?.into_iter().map(waiting).collect())
}
