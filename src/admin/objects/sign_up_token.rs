//! A sign-up token as administration shows it.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    clock::Time,
    store::{self, Connection, group, sign_up_token::SignUpToken},
};

/// A token, of which nobody is told more.
#[derive(Clone, Debug, Serialize)]
pub struct SignUpTokenObject {
    /// Names it in the other calls.
    pub id: Uuid,
    /// Names of groups.
    pub groups: Vec<String>,
    /// For how many.
    pub uses: i32,
    /// How many there were.
    pub used: i32,
    created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

impl SignUpTokenObject {
    /// With the names of their groups, as far as there are any still.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_all<C: Connection>(connection: &C, tokens: Vec<SignUpToken>) -> Result<Vec<Self>, store::Error> {
        let all = group::list(connection).await?;
        let name = |id: &Uuid| all.iter().find(|group| group.id == *id).map(|group| group.name.clone());
        let object = |token: SignUpToken| Self {
            id: token.id,
            groups: token.groups.iter().filter_map(name).collect(),
            uses: token.uses,
            used: token.used,
            created_at: token.created_at,
            expires_at: token.expires_at,
        };
        Ok(tokens.into_iter().map(object).collect())
    }
}
