//! Lists by texts that people write as they like: capital letters do not matter where they are sorted and searched.
//!
//! The indexes before stay: a binary of before may run beside this one, and taking them away would wait for its readers while
//! they wait for whatever else is changed with it.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Indexes, tables and texts.
const TEXTS: [(&str, &str, &str); 3] = [
    ("idx_users_email_folded", "users", "email"),
    ("idx_groups_name_folded", "groups", "name"),
    ("idx_clients_client_name_folded", "clients", "client_name"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // As the queries say it, to the letter: "C" knows capital letters of ASCII alone, as SQLite does. The query builder
        // knows no collations.
        let bytes = match manager.get_database_backend() {
            DbBackend::Postgres => " COLLATE \"C\"",
            _ => "",
        };
        for (name, table, column) in TEXTS {
            let sql = format!("CREATE INDEX \"{name}\" ON \"{table}\" (lower(\"{column}\"{bytes}), \"id\")");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in TEXTS {
            manager.drop_index(Index::drop().name(name).table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}
