//! Settings, data keys and signing keys: what a server needs before its first request.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, json, string, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Settings::Table)
                    .col(string(Settings::Name).primary_key())
                    .col(blob(Settings::Value))
                    .col(timestamp_with_time_zone(Settings::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(DataKeys::Table)
                    .col(uuid(DataKeys::Id).primary_key())
                    .col(string(DataKeys::Purpose).unique_key())
                    .col(blob(DataKeys::Wrapped))
                    .col(string(DataKeys::KeyEncryptionKeyId))
                    .col(timestamp_with_time_zone(DataKeys::CreatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(SigningKeys::Table)
                    .col(uuid(SigningKeys::Id).primary_key())
                    .col(string(SigningKeys::Kid).unique_key())
                    .col(string(SigningKeys::Algorithm))
                    .col(string(SigningKeys::State))
                    .col(blob(SigningKeys::PrivateKey))
                    .col(json(SigningKeys::PublicJwk))
                    .col(timestamp_with_time_zone(SigningKeys::CreatedAt))
                    .col(timestamp_with_time_zone_null(SigningKeys::ActivatedAt))
                    .col(timestamp_with_time_zone_null(SigningKeys::RetiredAt))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(SigningKeys::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(DataKeys::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Settings::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Settings {
    Table,
    Name,
    Value,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum DataKeys {
    Table,
    Id,
    Purpose,
    Wrapped,
    KeyEncryptionKeyId,
    CreatedAt,
}

#[derive(DeriveIden)]
enum SigningKeys {
    Table,
    Id,
    Kid,
    Algorithm,
    State,
    PrivateKey,
    PublicJwk,
    CreatedAt,
    ActivatedAt,
    RetiredAt,
}
