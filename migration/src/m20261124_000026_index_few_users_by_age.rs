//! The few people who hold a role or are switched off, by age.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Their indexes, and which rows are in them: as the queries say it, to the letter.
const FEW: [(&str, &str); 2] = [
    ("idx_users_with_roles_by_age", "CAST(\"roles\" AS text) <> '[]'"),
    ("idx_users_disabled_by_age", "\"enabled\" = FALSE"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, rows) in FEW {
            let sql = format!("CREATE INDEX \"{name}\" ON \"users\" (\"id\") WHERE {rows}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in FEW {
            manager.drop_index(Index::drop().name(name).table(Alias::new("users")).to_owned()).await?;
        }
        Ok(())
    }
}
