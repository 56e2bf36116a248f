//! Tokens with which people make accounts.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, integer, json, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(SignUpTokens::Table)
                    .col(uuid(SignUpTokens::Id).primary_key())
                    .col(binary(SignUpTokens::TokenHash).unique_key())
                    .col(json(SignUpTokens::Groups))
                    .col(integer(SignUpTokens::Uses))
                    .col(integer(SignUpTokens::Used))
                    .col(timestamp_with_time_zone(SignUpTokens::CreatedAt))
                    .col(timestamp_with_time_zone(SignUpTokens::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        let expires_at = Index::create()
            .name("idx_sign_up_tokens_expires_at")
            .table(SignUpTokens::Table)
            .col(SignUpTokens::ExpiresAt)
            .to_owned();
        manager.create_index(expires_at).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SignUpTokens::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum SignUpTokens {
    Table,
    Id,
    TokenHash,
    Groups,
    Uses,
    Used,
    CreatedAt,
    ExpiresAt,
}
