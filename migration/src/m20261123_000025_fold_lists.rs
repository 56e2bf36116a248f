//! Lists by texts that people write as they like: capital letters do not matter where they are sorted and searched.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Each list's index before, the one that takes its place, the table and the text.
const TEXTS: [(&str, &str, &str, &str); 3] = [
    ("idx_users_email_bytes", "idx_users_email_folded", "users", "email"),
    ("idx_groups_name_bytes", "idx_groups_name_folded", "groups", "name"),
    ("idx_clients_client_name_bytes", "idx_clients_client_name_folded", "clients", "client_name"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // As the queries say it, to the letter: "C" knows capital letters of ASCII alone, as SQLite does.
        let bytes = bytes(manager);
        for (before, name, table, column) in TEXTS {
            manager.drop_index(Index::drop().name(before).table(Alias::new(table)).to_owned()).await?;
            let sql = format!("CREATE INDEX \"{name}\" ON \"{table}\" (lower(\"{column}\"{bytes}), \"id\")");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bytes = bytes(manager);
        for (before, name, table, column) in TEXTS {
            manager.drop_index(Index::drop().name(name).table(Alias::new(table)).to_owned()).await?;
            let sql = format!("CREATE INDEX \"{before}\" ON \"{table}\" (\"{column}\"{bytes}, \"id\")");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}

/// The query builder knows no collations.
fn bytes(manager: &SchemaManager<'_>) -> &'static str {
    match manager.get_database_backend() {
        DbBackend::Postgres => " COLLATE \"C\"",
        _ => "",
    }
}
