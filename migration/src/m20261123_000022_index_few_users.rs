//! The few people that lists pick out of many: whoever holds a role, and whoever is switched off.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Their indexes, and which rows are in them: as the queries say it, to the letter.
const FEW: [(&str, &str); 2] =
    [("idx_users_with_roles", "CAST(\"roles\" AS text) <> '[]'"), ("idx_users_disabled", "\"enabled\" = FALSE")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The query builder knows no collations.
        let bytes = match manager.get_database_backend() {
            DbBackend::Postgres => " COLLATE \"C\"",
            _ => "",
        };
        for (name, rows) in FEW {
            let sql = format!("CREATE INDEX \"{name}\" ON \"users\" (\"username\"{bytes}, \"id\") WHERE {rows}");
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
