//! Groups and members.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Object};
use uuid::Uuid;

use crate::openapi::{describe::PlainJson, registration::PasskeyPolicy};

/// A group that somebody belongs to.
#[derive(Object)]
pub struct Membership {
    /// Which.
    pub group_id: Uuid,
    /// As operators call it.
    pub name: String,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Groups of a person.
#[derive(Object)]
pub struct Memberships {
    /// All of them, by name.
    pub items: Vec<Membership>,
}

/// Groups of a person.
#[derive(ApiResponse)]
pub enum MembershipsAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Memberships>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A group.
#[derive(Object)]
pub struct Group {
    /// Names it in the other calls.
    pub id: Uuid,
    /// As operators call it.
    pub name: String,
    /// Which passkeys of its members will do.
    pub passkey_policy: PasskeyPolicy,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// A page of groups.
#[derive(Object)]
pub struct Groups {
    /// Its rows.
    pub items: Vec<Group>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Groups.
#[derive(ApiResponse)]
pub enum GroupsAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Groups>),
}

/// A group.
#[derive(ApiResponse)]
pub enum GroupAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Group>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A group.
#[derive(ApiResponse)]
pub enum CreatedGroupAnswer {
    /// It.
    #[oai(status = 201)]
    Created(PlainJson<Group>),
}

/// A group, as it shall be.
#[derive(Object)]
pub struct PutGroup {
    /// As operators call it.
    pub name: String,
    /// Which passkeys of its members will do.
    pub passkey_policy: Option<PasskeyPolicy>,
    /// How many people may lose their way in by it.
    pub lock_out: Option<u64>,
}

/// Somebody who belongs to a group.
#[derive(Object)]
pub struct Member {
    /// Who.
    pub user_id: Uuid,
    /// Who.
    pub username: String,
    /// Until when; without it, until somebody says so.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A page of members.
#[derive(Object)]
pub struct Members {
    /// Its rows.
    pub items: Vec<Member>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Members.
#[derive(ApiResponse)]
pub enum MembersAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Members>),
}

/// A member.
#[derive(ApiResponse)]
pub enum MemberAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Member>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A membership, as it shall be.
#[derive(Object)]
pub struct PutMember {
    /// Until when; for good without it.
    pub expires_at: Option<DateTime<Utc>>,
    /// 1, if they may lose their way in by it.
    pub lock_out: Option<u64>,
}
