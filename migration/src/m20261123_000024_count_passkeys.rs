//! How many passkeys somebody has, kept with the person: lists find whoever has none or one without looking at everybody.
//!
//! The database keeps the count itself, so that it is right while an older binary still runs beside a newer one.

use sea_orm_migration::{prelude::*, schema::integer, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const FILL: &str = "UPDATE \"users\" SET \"passkeys\" = \"own\".\"passkeys\" FROM (SELECT \"user_id\", COUNT(*) AS \"passkeys\" \
    FROM \"credentials\" WHERE \"revoked_at\" IS NULL GROUP BY \"user_id\") AS \"own\" WHERE \"users\".\"id\" = \"own\".\"user_id\"";

/// What happens to a passkey, which row tells of it, and how the count of its owner changes.
const CHANGES: [(&str, &str, &str); 3] = [
    ("INSERT", "NEW", "+ (NEW.\"revoked_at\" IS NULL)"),
    ("UPDATE OF \"revoked_at\"", "NEW", "+ (NEW.\"revoked_at\" IS NULL) - (OLD.\"revoked_at\" IS NULL)"),
    ("DELETE", "OLD", "- (OLD.\"revoked_at\" IS NULL)"),
];

/// Lists go by name or by age.
const INDEXES: [(&str, &str); 2] = [("idx_users_passkeys_username", "\"username\""), ("idx_users_passkeys_id", "")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table.table(Users::Table).add_column(integer(Users::Passkeys).default(0));
        manager.alter_table(table).await?;
        let connection = manager.get_connection();
        // Whoever writes passkeys meanwhile waits, and is then counted.
        if manager.get_database_backend() == DbBackend::Postgres {
            connection.execute_unprepared("LOCK TABLE \"credentials\" IN SHARE ROW EXCLUSIVE MODE").await?;
        }
        connection.execute_unprepared(FILL).await?;
        for sql in triggers(manager.get_database_backend()) {
            connection.execute_unprepared(&sql).await?;
        }
        // The query builder knows no collations.
        let bytes = match manager.get_database_backend() {
            DbBackend::Postgres => " COLLATE \"C\"",
            _ => "",
        };
        for (name, text) in INDEXES {
            let text = if text.is_empty() { String::new() } else { format!("{text}{bytes}, ") };
            let sql = format!("CREATE INDEX \"{name}\" ON \"users\" (\"passkeys\", {text}\"id\")");
            connection.execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).table(Users::Table).to_owned()).await?;
        }
        for sql in no_triggers(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        let mut table = Table::alter();
        table.table(Users::Table).drop_column(Users::Passkeys);
        manager.alter_table(table).await
    }
}

/// Changing the count by what changed, not counting anew: two changes at once both count.
fn triggers(backend: DbBackend) -> Vec<String> {
    let update = |change: &str, row: &str| {
        format!("UPDATE \"users\" SET \"passkeys\" = \"passkeys\" {change} WHERE \"id\" = {row}.\"user_id\"")
    };
    let mut all = Vec::new();
    for (event, row, change) in CHANGES {
        let name = name_of(event);
        if backend == DbBackend::Postgres {
            // A truth is no number there.
            let change = change.replace(" IS NULL)", " IS NULL)::integer");
            let body = format!("BEGIN {}; RETURN NULL; END", update(&change, row));
            // Whoever restores a copy has another search path.
            let function = format!("CREATE FUNCTION \"{name}\"() RETURNS trigger LANGUAGE plpgsql");
            all.push(format!("{function} SET search_path FROM CURRENT AS $$ {body} $$"));
            all.push(format!(
                "CREATE TRIGGER \"{name}\" AFTER {event} ON \"credentials\" FOR EACH ROW EXECUTE FUNCTION \"{name}\"()"
            ));
        } else {
            let body = update(change, row);
            all.push(format!(
                "CREATE TRIGGER \"{name}\" AFTER {event} ON \"credentials\" FOR EACH ROW BEGIN {body}; END"
            ));
        }
    }
    all
}

fn no_triggers(backend: DbBackend) -> Vec<String> {
    let drop = |(event, ..): (&str, &str, &str)| match backend {
        DbBackend::Postgres => format!("DROP FUNCTION \"{}\"() CASCADE", name_of(event)),
        _ => format!("DROP TRIGGER \"{}\"", name_of(event)),
    };
    CHANGES.into_iter().map(drop).collect()
}

fn name_of(event: &str) -> String {
    let word = event.split(' ').next().unwrap_or(event);
    format!("count_passkeys_on_{}", word.to_lowercase())
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Passkeys,
}
