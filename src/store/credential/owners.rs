//! Passkeys of many at once.

use std::collections::HashMap;

use entity::{
    credential::{Column, Entity},
    membership,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::Credential;
use crate::{
    clock::Time,
    store::{Error, group},
};

/// Every passkey that is not revoked of who belongs to a group now.
///
/// # Errors
/// When the database fails.
pub async fn list_by_group<C: ConnectionTrait>(
    connection: &C,
    group: Uuid,
    now: Time,
) -> Result<Vec<Credential>, Error> {
    let members = membership::Entity::find().select_only().column(membership::Column::UserId);
    let members = members.filter(membership::Column::GroupId.eq(group)).filter(group::counts(now));
    let rows =
        Entity::find().filter(Column::UserId.in_subquery(members.into_query())).filter(Column::RevokedAt.is_null());
    Ok(rows.all(connection).await?.into_iter().map(|row| Credential { row }).collect())
}

/// How many people had a passkey that would do, and have none.
///
/// # Errors
/// When the database fails.
pub async fn count_owners_losing<C: ConnectionTrait>(
    connection: &C,
    was_good: impl Fn(&Credential) -> bool,
    is_good: impl Fn(Uuid, &Credential) -> bool,
) -> Result<u64, Error> {
    let rows = Entity::find().filter(Column::RevokedAt.is_null()).all(connection).await?;
    let mut owners: HashMap<Uuid, (bool, bool)> = HashMap::new();
    for one in rows.into_iter().map(|row| Credential { row }) {
        let owner = one.row.user_id;
        let (had, has) = owners.entry(owner).or_default();
        *had |= was_good(&one);
        *has |= is_good(owner, &one);
    }
    Ok(owners.values().map(|(had, has)| u64::from(*had && !*has)).sum())
}

/// How many people have a passkey that works.
///
/// # Errors
/// When the database fails.
pub async fn count_owners<C: ConnectionTrait>(connection: &C) -> Result<u64, Error> {
    let owners = Entity::find().select_only().column(Column::UserId).filter(Column::RevokedAt.is_null()).distinct();
    Ok(owners.count(connection).await?)
}
