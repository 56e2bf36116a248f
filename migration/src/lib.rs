//! Every change of the schema, oldest first. A released migration is never edited.
#![expect(clippy::too_many_lines, reason = "a table is as long as it has columns")]

use sea_orm_migration::prelude::*;

mod m20261122_000001_create_settings;
mod m20261122_000002_create_audit_log;
mod m20261122_000003_create_users;
mod m20261122_000004_create_sessions;
mod m20261122_000005_create_clients;
mod m20261122_000006_create_authorization;
mod m20261122_000007_create_jobs;
mod m20261123_000008_create_refresh_tokens;
mod m20261123_000009_create_registration_tokens;
mod m20261123_000010_create_step_ups;
mod m20261123_000011_create_recovery_codes;
mod m20261123_000012_index_audit_log_by_subject;
mod m20261123_000013_add_users_delete_after;
mod m20261123_000014_create_email_links;
mod m20261123_000015_create_pictures;
mod m20261123_000016_create_groups;
mod m20261123_000017_create_idempotency_keys;
mod m20261123_000018_index_lists;
mod m20261123_000019_create_client_groups;
mod m20261123_000020_create_webhooks;
mod m20261123_000021_create_sign_up_tokens;
mod m20261123_000022_index_few_users;
mod m20261123_000023_create_client_errors;
mod m20261123_000024_count_passkeys;
mod m20261123_000025_fold_lists;
mod m20261124_000026_index_few_users_by_age;
mod m20261124_000027_index_members;

/// The one timeline for SQLite and PostgreSQL.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_settings::Migration),
            Box::new(m20261122_000002_create_audit_log::Migration),
            Box::new(m20261122_000003_create_users::Migration),
            Box::new(m20261122_000004_create_sessions::Migration),
            Box::new(m20261122_000005_create_clients::Migration),
            Box::new(m20261122_000006_create_authorization::Migration),
            Box::new(m20261122_000007_create_jobs::Migration),
            Box::new(m20261123_000008_create_refresh_tokens::Migration),
            Box::new(m20261123_000009_create_registration_tokens::Migration),
            Box::new(m20261123_000010_create_step_ups::Migration),
            Box::new(m20261123_000011_create_recovery_codes::Migration),
            Box::new(m20261123_000012_index_audit_log_by_subject::Migration),
            Box::new(m20261123_000013_add_users_delete_after::Migration),
            Box::new(m20261123_000014_create_email_links::Migration),
            Box::new(m20261123_000015_create_pictures::Migration),
            Box::new(m20261123_000016_create_groups::Migration),
            Box::new(m20261123_000017_create_idempotency_keys::Migration),
            Box::new(m20261123_000018_index_lists::Migration),
            Box::new(m20261123_000019_create_client_groups::Migration),
            Box::new(m20261123_000020_create_webhooks::Migration),
            Box::new(m20261123_000021_create_sign_up_tokens::Migration),
            Box::new(m20261123_000022_index_few_users::Migration),
            Box::new(m20261123_000023_create_client_errors::Migration),
            Box::new(m20261123_000024_count_passkeys::Migration),
            Box::new(m20261123_000025_fold_lists::Migration),
            Box::new(m20261124_000026_index_few_users_by_age::Migration),
            Box::new(m20261124_000027_index_members::Migration),
        ]
    }
}
