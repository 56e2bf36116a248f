//! A browser session. Its id survives rotation of the cookie.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who is signed in.
    pub user_id: Uuid,
    /// The credential row of the last ceremony.
    pub credential_id: Option<Uuid>,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// Time of the last ceremony.
    pub auth_time: DateTimeUtc,
    /// As earned by that ceremony; none after an enrolment.
    pub acr: Option<String>,
    /// As earned by that ceremony.
    pub amr: Json,
    /// Where it began.
    pub ip: Option<String>,
    /// What it began in.
    pub user_agent: Option<String>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Moves the idle limit.
    pub last_seen_at: DateTimeUtc,
    /// The absolute limit.
    pub expires_at: DateTimeUtc,
    /// Ended is not expired: what hangs on it dies.
    pub ended_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
