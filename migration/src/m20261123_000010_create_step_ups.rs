//! Step-ups: a passkey shown once more, for one thing to be done.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(StepUps::Table)
                    .col(uuid(StepUps::Id).primary_key())
                    .col(blob(StepUps::TokenHash).unique_key())
                    .col(uuid(StepUps::SessionId))
                    .col(uuid(StepUps::UserId))
                    .col(uuid(StepUps::CredentialId))
                    .col(string(StepUps::Action))
                    .col(string_null(StepUps::Target))
                    .col(timestamp_with_time_zone(StepUps::CreatedAt))
                    .col(timestamp_with_time_zone(StepUps::ExpiresAt))
                    .col(timestamp_with_time_zone_null(StepUps::UsedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(StepUps::Table, StepUps::SessionId)
                            .to(Sessions::Table, Sessions::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("idx_step_ups_expires_at").table(StepUps::Table).col(StepUps::ExpiresAt);
        manager.create_index(index).await?;
        let mut index = Index::create();
        index.name("idx_step_ups_session_id").table(StepUps::Table).col(StepUps::SessionId);
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(StepUps::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum StepUps {
    Table,
    Id,
    TokenHash,
    SessionId,
    UserId,
    CredentialId,
    Action,
    Target,
    CreatedAt,
    ExpiresAt,
    UsedAt,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
}
