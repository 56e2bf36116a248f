//! Tokens with which people make accounts for themselves.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Object};
use uuid::Uuid;

use crate::openapi::describe::PlainJson;

/// A token with which so many people make an account.
#[derive(Object)]
pub struct SignUpToken {
    /// Names it in the other calls.
    pub id: Uuid,
    /// Names of groups that people belong to from the beginning.
    pub groups: Vec<String>,
    /// For how many.
    pub uses: i32,
    /// How many there were.
    pub used: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The token, told once by what made it.
    pub token: Option<String>,
    /// The page where it is used, told once by what made it.
    pub url: Option<String>,
    /// That as a QR code: a text of `0` and `1` for each row.
    pub qr: Option<Vec<String>>,
}

/// A token to be.
#[derive(Object)]
pub struct CreateSignUpToken {
    /// Names of groups that people belong to from the beginning; takes `admin:groups:write`, too.
    pub groups: Option<Vec<String>>,
    /// For how many; one unless said otherwise, ten thousand at most.
    pub uses: Option<i32>,
    /// Until when; seven days unless said otherwise.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A page of tokens.
#[derive(Object)]
pub struct SignUpTokens {
    /// Its rows.
    pub items: Vec<SignUpToken>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Tokens.
#[derive(ApiResponse)]
pub enum SignUpTokensAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<SignUpTokens>),
}

/// A token.
#[derive(ApiResponse)]
pub enum CreatedSignUpTokenAnswer {
    /// Told once.
    #[oai(status = 201)]
    Created(PlainJson<SignUpToken>),
}

/// Somebody who is waited for.
#[derive(Object)]
pub struct Invitation {
    /// Who.
    pub user_id: Uuid,
    /// Their name.
    pub username: String,
    /// When the link was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A page of invitations.
#[derive(Object)]
pub struct Invitations {
    /// Its rows.
    pub items: Vec<Invitation>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Invitations.
#[derive(ApiResponse)]
pub enum InvitationsAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<Invitations>),
}
