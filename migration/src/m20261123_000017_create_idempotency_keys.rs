//! Requests that made something and may come again.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, text, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(IdempotencyKeys::Table)
                    .col(binary(IdempotencyKeys::KeyHash).primary_key())
                    .col(binary(IdempotencyKeys::RequestHash))
                    .col(text(IdempotencyKeys::Answer))
                    .col(timestamp_with_time_zone(IdempotencyKeys::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        let expires_at = Index::create()
            .name("idx_idempotency_keys_expires_at")
            .table(IdempotencyKeys::Table)
            .col(IdempotencyKeys::ExpiresAt)
            .to_owned();
        manager.create_index(expires_at).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(IdempotencyKeys::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum IdempotencyKeys {
    Table,
    KeyHash,
    RequestHash,
    Answer,
    ExpiresAt,
}
