//! Migrations: with rows between the steps, down and up, two starters at once, columns as the entities say.

use claviger::store::{Error, Store, migrate, setting};
use entity::user;
use migration::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait, IntoActiveModel, Iterable, Statement};
use sea_orm_migration::MigratorTrait;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{database::Copy, start};

async fn connect(copy: &Copy) -> DatabaseConnection {
    let url = if copy.url.starts_with("sqlite") { format!("{}?mode=rwc", copy.url) } else { copy.url.clone() };
    Database::connect(url).await.unwrap()
}

/// A person as an early version would have stored them.
fn person() -> user::Model {
    user::Model {
        id: Uuid::from_u128(1),
        username: "alice".into(),
        sub: "sub".into(),
        user_handle: vec![7; 32],
        display_name: None,
        email: None,
        email_verified: false,
        claims: json!({}),
        roles: json!(["administrator"]),
        enabled: true,
        created_at: start(),
        updated_at: start(),
    }
}

#[tokio::test]
async fn every_step_keeps_the_rows_of_the_steps_before() {
    let copy = Copy::empty().await;
    let database = connect(&copy).await;
    let steps = Migrator::migrations().len();
    for step in 0..steps {
        Migrator::up(&database, Some(1)).await.unwrap();
        if step == 2 {
            user::Entity::insert(person().into_active_model()).exec(&database).await.unwrap();
        }
        if step > 2 {
            let found = user::Entity::find().one(&database).await.unwrap();
            assert_eq!(found, Some(person()), "after step {step}");
        }
    }
    let pending = Migrator::get_pending_migrations(&database).await.unwrap();
    assert!(pending.is_empty());
}

#[tokio::test]
async fn down_and_up_again_is_the_same_schema() {
    let copy = Copy::empty().await;
    let database = connect(&copy).await;
    Migrator::up(&database, None).await.unwrap();
    Migrator::down(&database, None).await.unwrap();
    Migrator::up(&database, None).await.unwrap();
    user::Entity::insert(person().into_active_model()).exec(&database).await.unwrap();
}

#[tokio::test]
async fn two_starters_at_once_migrate_once() {
    let copy = Copy::empty().await;
    let (a, b) = (Store::connect(&copy.url).await.unwrap(), Store::connect(&copy.url).await.unwrap());
    let (first, second) = tokio::join!(migrate::up(&a, start()), migrate::up(&b, start()));
    first.unwrap();
    second.unwrap();
    assert_eq!(migrate::pending(&a).await.unwrap(), 0);
}

#[tokio::test]
async fn a_schema_of_the_future_is_refused() {
    let copy = Copy::new().await;
    let store = Store::connect(&copy.url).await.unwrap();
    migrate::check(&store).await.unwrap();
    store.write(async |tx| setting::put(tx, "readable_from", b"9999", start()).await).await.unwrap();
    assert!(matches!(migrate::check(&store).await, Err(Error::TooNew { .. })));
    assert!(matches!(migrate::up(&store, start()).await, Err(Error::TooNew { .. })));
}

/// Selecting each column proves that it is there under that name.
#[tokio::test]
async fn entities_and_schema_have_the_same_columns() {
    let copy = Copy::new().await;
    let database = connect(&copy).await;
    macro_rules! check {
        ($($entity:ident),+) => {$(
            let expected = entity::$entity::Column::iter().count();
            let name = sea_orm::EntityName::table_name(&entity::$entity::Entity);
            entity::$entity::Entity::find().all(&database).await.unwrap();
            assert_eq!(columns(&database, name).await, expected, "{name}");
        )+};
    }
    check!(
        access_token,
        audit_event,
        authorization_code,
        authorization_request,
        challenge,
        client,
        client_secret,
        consent,
        credential,
        data_key,
        enrollment_link,
        session,
        session_client,
        setting,
        signing_key,
        token_family,
        user
    );
}

async fn columns(database: &DatabaseConnection, table: &str) -> usize {
    let backend = database.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        _ => format!("SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"),
    };
    database.query_all_raw(Statement::from_string(backend, sql)).await.unwrap().len()
}
