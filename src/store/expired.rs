//! Deleting what has expired, a batch at a time. Nothing here decides what is accepted: that is done at every read.

use chrono::Duration;
use entity::{
    access_token, authorization_code, authorization_request, challenge, client_error, email_link, enrollment_link,
    idempotency_key, membership, refresh_token, registration_token, replayed_jti, session, sign_up_token, step_up,
    token_family, webhook_delivery,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query},
};
use uuid::Uuid;

use super::{Error, Tx};
use crate::clock::Time;

/// Rows stay this long past their end: whoever comes a little late is told what happened.
const MARKER: Duration = Duration::minutes(10);

/// A kind of row that expires, in the order in which they are tidied: what refers to others comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expired {
    /// Spent challenges.
    Challenges,
    /// Step-ups, used or not.
    StepUps,
    /// Authorization requests that nobody went on with.
    AuthorizationRequests,
    /// Enrolment links, used or not.
    EnrollmentLinks,
    /// Links that were sent by mail, used or not.
    EmailLinks,
    /// Memberships of groups that had an end.
    Memberships,
    /// What was seen once and can't come again.
    ReplayedJtis,
    /// Answers that are not given again.
    IdempotencyKeys,
    /// Registration tokens, used or not.
    RegistrationTokens,
    /// Tokens with which people made accounts.
    SignUpTokens,
    /// What came of telling events.
    WebhookDeliveries,
    /// What apps were refused.
    ClientErrors,
    /// Access tokens.
    AccessTokens,
    /// Refresh tokens.
    RefreshTokens,
    /// Families without anything alive, and with them their codes.
    TokenFamilies,
    /// Sessions that nothing refers to.
    Sessions,
}

impl Expired {
    /// All of them, in order.
    pub const ALL: [Self; 16] = [
        Self::Challenges,
        Self::StepUps,
        Self::AuthorizationRequests,
        Self::EnrollmentLinks,
        Self::EmailLinks,
        Self::Memberships,
        Self::ReplayedJtis,
        Self::IdempotencyKeys,
        Self::RegistrationTokens,
        Self::SignUpTokens,
        Self::WebhookDeliveries,
        Self::ClientErrors,
        Self::AccessTokens,
        Self::RefreshTokens,
        Self::TokenFamilies,
        Self::Sessions,
    ];

    /// The table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Challenges => "challenges",
            Self::StepUps => "step_ups",
            Self::AuthorizationRequests => "authorization_requests",
            Self::EnrollmentLinks => "enrollment_links",
            Self::EmailLinks => "email_links",
            Self::Memberships => "memberships",
            Self::ReplayedJtis => "replayed_jtis",
            Self::IdempotencyKeys => "idempotency_keys",
            Self::RegistrationTokens => "registration_tokens",
            Self::SignUpTokens => "sign_up_tokens",
            Self::WebhookDeliveries => "webhook_deliveries",
            Self::ClientErrors => "client_errors",
            Self::AccessTokens => "access_tokens",
            Self::RefreshTokens => "refresh_tokens",
            Self::TokenFamilies => "token_families",
            Self::Sessions => "sessions",
        }
    }

    /// Deletes at most `limit` rows, oldest first, and says how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge(self, tx: &Tx, limit: u32, now: Time) -> Result<u64, Error> {
        match self {
            Self::Challenges => {
                let rows = challenge::Entity::find().filter(challenge::Column::ExpiresAt.lte(now));
                let rows = rows.order_by_asc(challenge::Column::ExpiresAt);
                delete(tx, rows, challenge::Column::ChallengeHash, limit).await
            }
            Self::StepUps => {
                let rows = step_up::Entity::find().filter(step_up::Column::ExpiresAt.lte(now - MARKER));
                let rows = rows.order_by_asc(step_up::Column::ExpiresAt);
                delete(tx, rows, step_up::Column::Id, limit).await
            }
            Self::AuthorizationRequests => {
                let over = authorization_request::Column::ExpiresAt.lte(now - MARKER);
                let rows = authorization_request::Entity::find().filter(over);
                let rows = rows.order_by_asc(authorization_request::Column::ExpiresAt);
                delete(tx, rows, authorization_request::Column::Id, limit).await
            }
            Self::EnrollmentLinks => {
                let rows = enrollment_link::Entity::find().filter(enrollment_link::Column::ExpiresAt.lte(now - MARKER));
                let rows = rows.order_by_asc(enrollment_link::Column::ExpiresAt);
                delete(tx, rows, enrollment_link::Column::Id, limit).await
            }
            Self::EmailLinks => {
                let rows = email_link::Entity::find().filter(email_link::Column::ExpiresAt.lte(now - MARKER));
                let rows = rows.order_by_asc(email_link::Column::ExpiresAt);
                delete(tx, rows, email_link::Column::Id, limit).await
            }
            Self::Memberships => {
                let key = [membership::Column::UserId, membership::Column::GroupId];
                let rows = membership::Entity::find().filter(membership::Column::ExpiresAt.lte(now - MARKER));
                let rows =
                    rows.select_only().columns(key).order_by_asc(membership::Column::ExpiresAt).limit(u64::from(limit));
                let over: Vec<(Uuid, Uuid)> = rows.into_tuple().all(tx).await?;
                if over.is_empty() {
                    return Ok(0);
                }
                let these = Expr::tuple(key.map(Expr::col)).in_tuples(over);
                Ok(membership::Entity::delete_many().filter(these).exec(tx).await?.rows_affected)
            }
            Self::ReplayedJtis => {
                let rows = replayed_jti::Entity::find().filter(replayed_jti::Column::ExpiresAt.lte(now));
                let rows = rows.order_by_asc(replayed_jti::Column::ExpiresAt);
                delete(tx, rows, replayed_jti::Column::JtiHash, limit).await
            }
            Self::IdempotencyKeys => {
                let rows = idempotency_key::Entity::find().filter(idempotency_key::Column::ExpiresAt.lte(now));
                let rows = rows.order_by_asc(idempotency_key::Column::ExpiresAt);
                delete(tx, rows, idempotency_key::Column::KeyHash, limit).await
            }
            Self::RegistrationTokens => {
                let over = registration_token::Column::ExpiresAt.lte(now - MARKER);
                let rows = registration_token::Entity::find().filter(over);
                let rows = rows.order_by_asc(registration_token::Column::ExpiresAt);
                delete(tx, rows, registration_token::Column::Id, limit).await
            }
            Self::SignUpTokens => {
                let rows = sign_up_token::Entity::find().filter(sign_up_token::Column::ExpiresAt.lte(now - MARKER));
                let rows = rows.order_by_asc(sign_up_token::Column::ExpiresAt);
                delete(tx, rows, sign_up_token::Column::Id, limit).await
            }
            Self::WebhookDeliveries => {
                let rows = webhook_delivery::Entity::find().filter(webhook_delivery::Column::ExpiresAt.lte(now));
                let rows = rows.order_by_asc(webhook_delivery::Column::ExpiresAt);
                delete(tx, rows, webhook_delivery::Column::Id, limit).await
            }
            Self::ClientErrors => {
                let rows = client_error::Entity::find().filter(client_error::Column::ExpiresAt.lte(now));
                let rows = rows.order_by_asc(client_error::Column::ExpiresAt);
                delete(tx, rows, client_error::Column::Id, limit).await
            }
            Self::RefreshTokens => {
                let rows = refresh_token::Entity::find().filter(refresh_token::Column::ExpiresAt.lte(now - MARKER));
                let rows = rows.order_by_asc(refresh_token::Column::ExpiresAt);
                delete(tx, rows, refresh_token::Column::Id, limit).await
            }
            Self::AccessTokens => {
                let rows = access_token::Entity::find().filter(access_token::Column::ExpiresAt.lte(now));
                let rows = rows.order_by_asc(access_token::Column::ExpiresAt);
                delete(tx, rows, access_token::Column::Id, limit).await
            }
            Self::TokenFamilies => delete(tx, dead_families(now), token_family::Column::Id, limit).await,
            Self::Sessions => delete(tx, free_sessions(now), session::Column::Id, limit).await,
        }
    }
}

/// A spent code stays as long as its family, and a family as long as a code or a token of it could come.
fn dead_families(now: Time) -> Select<token_family::Entity> {
    let of_family = |column: (DynIden, DynIden)| {
        let family = (token_family::Entity, token_family::Column::Id);
        let table = column.0.clone();
        Query::select().expr(Expr::val(1)).from(table).and_where(Expr::col(column).equals(family)).to_owned()
    };
    let tokens = of_family((access_token::Entity.into_iden(), access_token::Column::FamilyId.into_iden()));
    let refresh_tokens = of_family((refresh_token::Entity.into_iden(), refresh_token::Column::FamilyId.into_iden()));
    let codes = of_family((authorization_code::Entity.into_iden(), authorization_code::Column::FamilyId.into_iden()))
        .and_where(Expr::col((authorization_code::Entity, authorization_code::Column::ExpiresAt)).gt(now - MARKER))
        .to_owned();
    token_family::Entity::find()
        .filter(token_family::Column::CreatedAt.lte(now - MARKER))
        .filter(Expr::exists(tokens).not())
        .filter(Expr::exists(refresh_tokens).not())
        .filter(Expr::exists(codes).not())
        .order_by_asc(token_family::Column::CreatedAt)
}

/// Expiry touches no token: a session stays while a family refers to it, which would take it for ended otherwise.
fn free_sessions(now: Time) -> Select<session::Entity> {
    let families = Query::select()
        .expr(Expr::val(1))
        .from(token_family::Entity)
        .and_where(
            Expr::col((token_family::Entity, token_family::Column::SessionId))
                .equals((session::Entity, session::Column::Id)),
        )
        .to_owned();
    session::Entity::find()
        .filter(session::Column::ExpiresAt.lte(now - MARKER))
        .filter(Expr::exists(families).not())
        .order_by_asc(session::Column::ExpiresAt)
}

async fn delete<E: EntityTrait>(tx: &Tx, rows: Select<E>, key: E::Column, limit: u32) -> Result<u64, Error> {
    let batch = rows.select_only().column(key).limit(u64::from(limit)).into_query();
    Ok(E::delete_many().filter(key.in_subquery(batch)).exec(tx).await?.rows_affected)
}
