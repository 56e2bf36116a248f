//! What administration lists, filters and sorts by.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Texts that lists are sorted by and searched in: by their bytes, so that both databases agree, then the id.
const TEXTS: [(&str, &str, &str); 4] = [
    ("idx_users_username_bytes", "users", "username"),
    ("idx_users_email_bytes", "users", "email"),
    ("idx_groups_name_bytes", "groups", "name"),
    ("idx_clients_client_name_bytes", "clients", "client_name"),
];

/// Lines of the audit log of one kind, newest first.
const LINES: [(&str, &str); 4] = [
    ("idx_audit_log_event", "event"),
    ("idx_audit_log_client", "client"),
    ("idx_audit_log_actor", "actor"),
    ("idx_audit_log_ip", "ip"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        // The query builder knows no collations.
        let bytes = match manager.get_database_backend() {
            DbBackend::Postgres => " COLLATE \"C\"",
            _ => "",
        };
        for (name, table, column) in TEXTS {
            let sql = format!("CREATE INDEX \"{name}\" ON \"{table}\" (\"{column}\"{bytes}, \"id\")");
            connection.execute_unprepared(&sql).await?;
        }
        for (name, column) in LINES {
            let index =
                Index::create().name(name).table(AuditLog::Table).col(Alias::new(column)).col(AuditLog::Id).to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in LINES {
            manager.drop_index(Index::drop().name(name).table(AuditLog::Table).to_owned()).await?;
        }
        for (name, table, _) in TEXTS {
            manager.drop_index(Index::drop().name(name).table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum AuditLog {
    Table,
    Id,
}
