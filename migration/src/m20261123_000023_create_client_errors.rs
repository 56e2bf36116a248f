//! What apps were refused.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, text, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(ClientErrors::Table)
                    .col(uuid(ClientErrors::Id).primary_key())
                    .col(uuid(ClientErrors::ClientId))
                    .col(string(ClientErrors::Day))
                    .col(string(ClientErrors::Endpoint))
                    .col(string(ClientErrors::Error))
                    .col(text(ClientErrors::Description))
                    .col(string(ClientErrors::Reason))
                    .col(text(ClientErrors::Detail))
                    .col(big_integer(ClientErrors::Count))
                    .col(timestamp_with_time_zone(ClientErrors::At))
                    .col(timestamp_with_time_zone(ClientErrors::ExpiresAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(ClientErrors::Table, ClientErrors::ClientId)
                            .to(Clients::Table, Clients::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let same = Index::create()
            .unique()
            .name("idx_client_errors_same")
            .table(ClientErrors::Table)
            .col(ClientErrors::ClientId)
            .col(ClientErrors::Day)
            .col(ClientErrors::Endpoint)
            .col(ClientErrors::Error)
            .col(ClientErrors::Description)
            .col(ClientErrors::Reason)
            .to_owned();
        manager.create_index(same).await?;
        let expires_at = Index::create()
            .name("idx_client_errors_expires_at")
            .table(ClientErrors::Table)
            .col(ClientErrors::ExpiresAt)
            .to_owned();
        manager.create_index(expires_at).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(ClientErrors::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum ClientErrors {
    Table,
    Id,
    ClientId,
    Day,
    Endpoint,
    Error,
    Description,
    Reason,
    Detail,
    Count,
    At,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
}
