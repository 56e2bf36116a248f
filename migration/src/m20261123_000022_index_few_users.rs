//! The few that lists pick out of many: whoever holds a role or is switched off, what failed, and how many passkeys somebody has.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Their indexes, and which rows are in them: as the queries say it, to the letter.
const FEW: [(&str, &str); 2] =
    [("idx_users_with_roles", "CAST(\"roles\" AS text) <> '[]'"), ("idx_users_disabled", "\"enabled\" = FALSE")];

/// The others.
const MORE: [(&str, &str); 2] = [
    ("idx_audit_log_failures", "\"audit_log\" (\"id\") WHERE \"outcome\" = 'failure'"),
    ("idx_credentials_of_users", "\"credentials\" (\"user_id\", \"id\") WHERE \"revoked_at\" IS NULL"),
];

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
        for (name, sql) in MORE {
            manager.get_connection().execute_unprepared(&format!("CREATE INDEX \"{name}\" ON {sql}")).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            // Without it nobody could know that few people hold a role.
            let sql = "CREATE STATISTICS \"users_roles\" ON (CAST(\"roles\" AS text)), \"enabled\" FROM \"users\"";
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP STATISTICS \"users_roles\"").await?;
        }
        for (name, table) in [("idx_audit_log_failures", "audit_log"), ("idx_credentials_of_users", "credentials")] {
            manager.drop_index(Index::drop().name(name).table(Alias::new(table)).to_owned()).await?;
        }
        for (name, _) in FEW {
            manager.drop_index(Index::drop().name(name).table(Alias::new("users")).to_owned()).await?;
        }
        Ok(())
    }
}
