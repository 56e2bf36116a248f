//! Dynamic client registration: everything that a client can say about itself, tokens that let it, and its logo.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, blob_null, json, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [json(Clients::Details).default("{}").to_owned(), blob_null(Clients::RegistrationAccessTokenHash)]
        {
            let mut table = Table::alter();
            manager.alter_table(table.table(Clients::Table).add_column(column).to_owned()).await?;
        }
        let mut table = Table::alter();
        table.table(ClientSecrets::Table).add_column(blob_null(ClientSecrets::Sealed));
        manager.alter_table(table).await?;
        manager
            .create_table(
                Table::create()
                    .table(RegistrationTokens::Table)
                    .col(uuid(RegistrationTokens::Id).primary_key())
                    .col(blob(RegistrationTokens::TokenHash).unique_key())
                    .col(timestamp_with_time_zone(RegistrationTokens::CreatedAt))
                    .col(timestamp_with_time_zone(RegistrationTokens::ExpiresAt))
                    .col(timestamp_with_time_zone_null(RegistrationTokens::UsedAt))
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("idx_registration_tokens_expires_at").table(RegistrationTokens::Table);
        manager.create_index(index.col(RegistrationTokens::ExpiresAt).to_owned()).await?;
        manager
            .create_table(
                Table::create()
                    .table(ClientLogos::Table)
                    .col(uuid(ClientLogos::ClientId).primary_key())
                    .col(blob(ClientLogos::Png))
                    .col(timestamp_with_time_zone(ClientLogos::FetchedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(ClientLogos::Table, ClientLogos::ClientId)
                            .to(Clients::Table, Clients::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(ClientLogos::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(RegistrationTokens::Table).to_owned()).await?;
        let mut table = Table::alter();
        manager.alter_table(table.table(ClientSecrets::Table).drop_column(ClientSecrets::Sealed).to_owned()).await?;
        for column in [Clients::RegistrationAccessTokenHash, Clients::Details] {
            let mut table = Table::alter();
            manager.alter_table(table.table(Clients::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
    Details,
    RegistrationAccessTokenHash,
}

#[derive(DeriveIden)]
enum ClientSecrets {
    Table,
    Sealed,
}

#[derive(DeriveIden)]
enum RegistrationTokens {
    Table,
    Id,
    TokenHash,
    CreatedAt,
    ExpiresAt,
    UsedAt,
}

#[derive(DeriveIden)]
enum ClientLogos {
    Table,
    ClientId,
    Png,
    FetchedAt,
}
