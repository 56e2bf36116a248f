//! Links that are sent by mail: to confirm an address, to call off a way back in.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, string, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(EmailLinks::Table)
                    .col(uuid(EmailLinks::Id).primary_key())
                    .col(string(EmailLinks::Kind))
                    .col(uuid(EmailLinks::UserId))
                    .col(blob(EmailLinks::TokenHash).unique_key())
                    .col(string(EmailLinks::Email))
                    .col(timestamp_with_time_zone(EmailLinks::CreatedAt))
                    .col(timestamp_with_time_zone(EmailLinks::ExpiresAt))
                    .col(timestamp_with_time_zone_null(EmailLinks::UsedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(EmailLinks::Table, EmailLinks::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("idx_email_links_user_id", EmailLinks::UserId),
            ("idx_email_links_email", EmailLinks::Email),
            ("idx_email_links_expires_at", EmailLinks::ExpiresAt),
        ] {
            manager.create_index(Index::create().name(name).table(EmailLinks::Table).col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(EmailLinks::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum EmailLinks {
    Table,
    Id,
    Kind,
    UserId,
    TokenHash,
    Email,
    CreatedAt,
    ExpiresAt,
    UsedAt,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}
