//! Pictures that people show of themselves.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, string, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Pictures::Table)
                    .col(uuid(Pictures::UserId).primary_key())
                    .col(string(Pictures::Name).unique_key())
                    .col(blob(Pictures::Png))
                    .col(timestamp_with_time_zone(Pictures::UpdatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Pictures::Table, Pictures::UserId)
                            .to(Users::Table, Users::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Pictures::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Pictures {
    Table,
    UserId,
    Name,
    Png,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}
