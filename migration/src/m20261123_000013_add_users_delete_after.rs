//! People can delete their account; for a while they can think better of it.

use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table.table(Users::Table).add_column(timestamp_with_time_zone_null(Users::DeleteAfter));
        manager.alter_table(table).await?;
        let mut index = Index::create();
        index.name("idx_users_delete_after").table(Users::Table).col(Users::DeleteAfter);
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_users_delete_after").table(Users::Table).to_owned()).await?;
        let mut table = Table::alter();
        table.table(Users::Table).drop_column(Users::DeleteAfter);
        manager.alter_table(table).await
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    DeleteAfter,
}
