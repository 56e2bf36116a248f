//! People read what happened to them newest first, by id: the index has that order.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create();
        index.name("idx_audit_log_subject_id").table(AuditLog::Table).col(AuditLog::Subject).col(AuditLog::Id);
        manager.create_index(index).await?;
        manager.drop_index(Index::drop().name("idx_audit_log_subject_at").table(AuditLog::Table).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create();
        index.name("idx_audit_log_subject_at").table(AuditLog::Table).col(AuditLog::Subject).col(AuditLog::At);
        manager.create_index(index).await?;
        manager.drop_index(Index::drop().name("idx_audit_log_subject_id").table(AuditLog::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum AuditLog {
    Table,
    Id,
    Subject,
    At,
}
