//! Authorization codes. Spent ones stay, so that a replay is known.

use entity::authorization_code::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{
    clock::Time,
    crypto::mac::Tag,
    protocol::{acr_amr::Assurance, scope::ScopeSet},
};

/// A code and all that its tokens will need.
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    /// The row.
    pub id: Uuid,
    /// What a replay revokes.
    pub family_id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// The subject.
    pub user_id: Uuid,
    /// The session it came from.
    pub session_id: Uuid,
    /// The token request must repeat it.
    pub redirect_uri: Option<String>,
    /// S256 value.
    pub code_challenge: Option<String>,
    /// Granted scopes.
    pub scopes: ScopeSet,
    /// For the ID token.
    pub nonce: Option<String>,
    /// Of the ceremony.
    pub auth_time: Time,
    /// Of the ceremony.
    pub assurance: Assurance,
    /// When it ends.
    pub expires_at: Time,
    /// First redemption.
    pub spent_at: Option<Time>,
}

/// Stores a code by its hash.
///
/// # Errors
/// When a value can't be told as JSON.
pub fn insert(tx: &Tx, code_hash: Tag, code: &AuthorizationCode, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(code.id),
        code_hash: Set(code_hash.to_vec()),
        family_id: Set(code.family_id),
        client_id: Set(code.client_id),
        user_id: Set(code.user_id),
        session_id: Set(code.session_id),
        redirect_uri: Set(code.redirect_uri.clone()),
        code_challenge: Set(code.code_challenge.clone()),
        scopes: Set(columns::to_json("authorization_codes.scopes", &code.scopes)?),
        nonce: Set(code.nonce.clone()),
        auth_time: Set(code.auth_time),
        acr: Set(code.assurance.acr.clone()),
        amr: Set(columns::to_json("authorization_codes.amr", &code.assurance.amr)?),
        created_at: Set(now),
        expires_at: Set(code.expires_at),
        spent_at: Set(None),
    };
    tx.insert_later(row, None);
    Ok(())
}

/// What presenting a code came to.
#[derive(Clone, Debug)]
pub enum Redemption {
    /// This presentation spent it: whatever is refused later, it is gone.
    First(AuthorizationCode),
    /// It was spent before.
    Replay(AuthorizationCode),
}

/// Spends a code: the conditional UPDATE comes first and decides. `None` for no code of ours.
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, code_hash: Tag, now: Time) -> Result<Option<Redemption>, Error> {
    let spent = Entity::update_many()
        .set(ActiveModel { spent_at: Set(Some(now)), ..Default::default() })
        .filter(Column::CodeHash.eq(code_hash.to_vec()))
        .filter(Column::SpentAt.is_null())
        .exec_with_returning(tx)
        .await?;
    if let Some(row) = spent.into_iter().next() {
        return Ok(Some(Redemption::First(from_row(row)?)));
    }
    let earlier = Entity::find().filter(Column::CodeHash.eq(code_hash.to_vec())).lock_shared().one(tx).await?;
    earlier.map(|row| from_row(row).map(Redemption::Replay)).transpose()
}

fn from_row(row: Model) -> Result<AuthorizationCode, Error> {
    Ok(AuthorizationCode {
        id: row.id,
        family_id: row.family_id,
        client_id: row.client_id,
        user_id: row.user_id,
        session_id: row.session_id,
        redirect_uri: row.redirect_uri,
        code_challenge: row.code_challenge,
        scopes: columns::from_json("authorization_codes.scopes", row.scopes)?,
        nonce: row.nonce,
        auth_time: row.auth_time,
        assurance: Assurance { acr: row.acr, amr: columns::from_json("authorization_codes.amr", row.amr)? },
        expires_at: row.expires_at,
        spent_at: row.spent_at,
    })
}
