//! Jobs, and the index by which old token families are found.

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, json, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Jobs::Table)
                    .col(uuid(Jobs::Id).primary_key())
                    .col(string(Jobs::Kind))
                    .col(string_null(Jobs::UniqueKey).unique_key())
                    .col(json(Jobs::Payload))
                    .col(timestamp_with_time_zone(Jobs::RunAt))
                    .col(integer(Jobs::Attempts))
                    .col(uuid_null(Jobs::LeasedBy))
                    .col(timestamp_with_time_zone_null(Jobs::LeasedUntil))
                    .col(string_null(Jobs::LastError))
                    .col(timestamp_with_time_zone(Jobs::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_jobs_run_at").table(Jobs::Table).col(Jobs::RunAt).to_owned())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_token_families_created_at")
                    .table(TokenFamilies::Table)
                    .col(TokenFamilies::CreatedAt)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("idx_token_families_created_at").table(TokenFamilies::Table).to_owned())
            .await?;
        manager.drop_table(Table::drop().table(Jobs::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Jobs {
    Table,
    Id,
    Kind,
    UniqueKey,
    Payload,
    RunAt,
    Attempts,
    LeasedBy,
    LeasedUntil,
    LastError,
    CreatedAt,
}

#[derive(DeriveIden)]
enum TokenFamilies {
    Table,
    CreatedAt,
}
