//! The audit log.

use sea_orm_migration::{
    prelude::*,
    schema::{json, string, string_null, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(AuditLog::Table)
                    .col(uuid(AuditLog::Id).primary_key())
                    .col(timestamp_with_time_zone(AuditLog::At))
                    .col(string(AuditLog::Event))
                    .col(string(AuditLog::Outcome))
                    .col(uuid_null(AuditLog::Actor))
                    .col(uuid_null(AuditLog::Subject))
                    .col(string_null(AuditLog::Client))
                    .col(uuid_null(AuditLog::Session))
                    .col(string_null(AuditLog::Ip))
                    .col(string_null(AuditLog::UserAgent))
                    .col(string_null(AuditLog::RequestId))
                    .col(json(AuditLog::Details))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_audit_log_at").table(AuditLog::Table).col(AuditLog::At).to_owned())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_audit_log_subject_at")
                    .table(AuditLog::Table)
                    .col(AuditLog::Subject)
                    .col(AuditLog::At)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_audit_log_request_id")
                    .table(AuditLog::Table)
                    .col(AuditLog::RequestId)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AuditLog::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum AuditLog {
    Table,
    Id,
    At,
    Event,
    Outcome,
    Actor,
    Subject,
    Client,
    Session,
    Ip,
    UserAgent,
    RequestId,
    Details,
}
