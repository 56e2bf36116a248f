//! Migrations: with rows between the steps, down and up, two starters at once, columns as the entities say.

mod counted_passkeys;

use std::collections::BTreeMap;

use claviger::store::{Error, Store, migrate, setting};
use migration::Migrator;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, IntoActiveModel, Iterable,
    Statement,
};
use sea_orm_migration::MigratorTrait;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{database::Copy, start};

async fn connect(copy: &Copy) -> DatabaseConnection {
    let url = if copy.url.starts_with("sqlite") { format!("{}?mode=rwc", copy.url) } else { copy.url.clone() };
    Database::connect(url).await.unwrap()
}

/// Rows as the version of each step would have stored them; every migration has its own.
#[expect(clippy::too_many_lines, reason = "a row for every table")]
async fn insert_samples(step: usize, database: &DatabaseConnection) {
    let id = Uuid::from_u128;
    let at = start();
    // A table that has grown since: only the columns of its time.
    macro_rules! insert_then {
        ($($entity:ident { $($field:ident: $value:expr),+ $(,)? })+) => {{ $(
            let row = entity::$entity::ActiveModel { $($field: Set($value),)+ ..Default::default() };
            entity::$entity::Entity::insert(row).exec_without_returning(database).await.unwrap();
        )+ }};
    }
    macro_rules! insert {
        ($($entity:ident { $($field:ident: $value:expr),+ $(,)? })+) => {{ $(
            entity::$entity::Entity::insert(entity::$entity::Model { $($field: $value),+ }.into_active_model())
                .exec_without_returning(database).await.unwrap();
        )+ }};
    }
    match step {
        0 => insert! {
            setting { name: "x".into(), value: vec![1], updated_at: at }
            data_key { id: id(1), purpose: "x".into(), wrapped: vec![1], key_encryption_key_id: "k".into(), created_at: at }
            signing_key {
                id: id(1), kid: "k".into(), algorithm: "RS256".into(), state: "active".into(), private_key: vec![1],
                public_jwk: json!({}), created_at: at, activated_at: Some(at), retired_at: None,
            }
        },
        1 => insert! {
            audit_event {
                id: id(1), at: at, event: "x".into(), outcome: "success".into(), actor: None, subject: None,
                client: None, session: None, ip: None, user_agent: None, request_id: None, details: json!(null),
            }
        },
        2 => {
            insert_then! {
            user {
                id: id(1), username: "alice".into(), sub: "sub".into(), user_handle: vec![7; 32], display_name: None,
                email: None, email_verified: false, claims: json!({}), roles: json!(["administrator"]), enabled: true,
                created_at: at, updated_at: at,
            }
            }
            insert! {
            credential {
                id: id(1), user_id: id(1), credential_id: vec![1], cose_key: vec![1], sign_count: 0,
                backup_eligible: true, backup_state: true, user_verified: true, aaguid: id(0), transports: json!([]),
                attestation_format: "none".into(), attestation_trust: "none".into(), name: None, created_at: at,
                last_used_at: None, revoked_at: None,
            }
            challenge { challenge_hash: vec![1], spent_at: at, expires_at: at }
            enrollment_link {
                id: id(1), kind: "invitation".into(), user_id: id(1), token_hash: vec![1], created_at: at,
                expires_at: at, used_at: None, revoked_at: None,
            }
            }
        }
        3 => insert! {
            session {
                id: id(1), user_id: id(1), credential_id: None, token_hash: vec![1], auth_time: at, acr: None,
                amr: json!([]), ip: None, user_agent: None, created_at: at, last_seen_at: at, expires_at: at,
                ended_at: None,
            }
        },
        4 => {
            insert_then! {
                client {
                    id: id(1), client_id: "a".into(), client_name: "A".into(), token_endpoint_auth_method: "none".into(),
                    redirect_uris: json!([]), scopes: json!([]), require_pkce: true, require_consent: true,
                    subject_type: "public".into(), sector_identifier: None,
                    id_token_signed_response_alg: "RS256".into(), release_unverified_email: false, client_uri: None,
                    initiate_login_uri: None, enabled: true, created_at: at, updated_at: at,
                }
                client_secret { id: id(1), client_id: id(1), secret_hash: vec![1], created_at: at, revoked_at: None }
            }
            insert! {
                session_client { session_id: id(1), client_id: id(1), last_at: at }
                consent {
                    id: id(1), user_id: id(1), client_id: id(1), granted: json!([]), declined: json!([]),
                    created_at: at, updated_at: at,
                }
            }
        }
        5 => {
            insert_then! {
                token_family {
                    id: id(1), client_id: id(1), user_id: id(1), session_id: None, head: id(1), scopes: json!([]),
                    offline: false, created_at: at, revoked_at: None,
                }
                access_token {
                    id: id(1), token_hash: vec![1], family_id: Some(id(1)), scopes: json!([]), created_at: at,
                    expires_at: at,
                }
            }
            insert! {
                authorization_request {
                    id: id(1), flow_hash: vec![1], client_id: id(1), parameters: json!({}), ceremony: json!(null),
                    consent: json!(null), created_at: at, expires_at: at, spent_at: None,
                }
                authorization_code {
                    id: id(1), code_hash: vec![1], family_id: id(1), client_id: id(1), user_id: id(1),
                    session_id: id(1), redirect_uri: None, code_challenge: None, scopes: json!([]), nonce: None,
                    auth_time: at, acr: None, amr: json!([]), created_at: at, expires_at: at, spent_at: None,
                }
            }
        }
        6 => insert! {
            job {
                id: id(1), kind: "x".into(), unique_key: None, payload: json!({}), run_at: at, attempts: 0,
                leased_by: None, leased_until: None, last_error: None, created_at: at,
            }
        },
        7 => insert! {
            refresh_token {
                id: id(1), token_hash: vec![1], family_id: id(1), parent: id(1), created_at: at, expires_at: at,
            }
            resource {
                id: id(1), identifier: "https://api.example/".into(), scopes: json!([]),
                access_token_format: "opaque".into(), client_id: Some(id(1)), created_at: at, updated_at: at,
            }
            replayed_jti { jti_hash: vec![1], expires_at: at }
            access_token {
                id: id(2), token_hash: vec![2], family_id: None, client_id: Some(id(1)), audience: json!([]),
                scopes: json!([]), created_at: at, expires_at: at,
            }
        },
        8 => insert! {
            registration_token {
                id: id(1), token_hash: vec![1], created_at: at, expires_at: at, used_at: None,
            }
            client_logo { client_id: id(1), png: vec![1], fetched_at: at }
        },
        9 => insert! {
            step_up {
                id: id(1), token_hash: vec![1], session_id: id(1), user_id: id(1), credential_id: id(1),
                action: "x".into(), target: None, created_at: at, expires_at: at, used_at: None,
            }
        },
        10 => insert! {
            recovery_code { id: id(1), user_id: id(1), code_hash: "x".into(), created_at: at, used_at: None }
        },
        11 | 12 | 17 | 21 | 23 | 24 | 25 | 26 => {}
        13 => insert! {
            email_link {
                id: id(1), kind: "verification".into(), user_id: id(1), token_hash: vec![1], email: "a@b.example".into(),
                created_at: at, expires_at: at, used_at: None,
            }
        },
        14 => insert! {
            picture { user_id: id(1), name: "x".into(), png: vec![1], updated_at: at }
        },
        15 => insert! {
            group { id: id(1), name: "x".into(), passkey_policy: json!({}), created_at: at, updated_at: at }
            membership { user_id: id(1), group_id: id(1), created_at: at, expires_at: None }
        },
        16 => insert! {
            idempotency_key { key_hash: vec![1], request_hash: vec![2], answer: "x".into(), expires_at: at }
        },
        18 => insert! {
            client_group { client_id: id(1), group_id: id(1) }
        },
        19 => insert! {
            webhook {
                id: id(1), url: "x".into(), events: json!([]), secret: vec![1], enabled: true, created_at: at, updated_at: at,
            }
            webhook_delivery {
                id: id(1), webhook_id: id(1), event: "x".into(), message_id: id(1), attempt: 1, outcome: "delivered".into(),
                error: None, at: at, expires_at: at,
            }
        },
        20 => insert! {
            sign_up_token {
                id: id(1), token_hash: vec![1], groups: json!([]), uses: 1, used: 0, created_at: at, expires_at: at,
            }
        },
        22 => insert! {
            client_error {
                id: id(1), client_id: id(1), day: "2026-01-31".into(), endpoint: "token".into(), error: "invalid_grant".into(),
                description: "x".into(), reason: String::new(), detail: String::new(), count: 1, at: at, expires_at: at,
            }
        },
        step => panic!("migration {step} has no sample rows"),
    }
}

#[tokio::test]
async fn every_step_keeps_the_rows_of_the_steps_before() {
    let copy = Copy::empty().await;
    let database = connect(&copy).await;
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for step in 0..Migrator::migrations().len() {
        Migrator::up(&database, Some(1)).await.unwrap();
        for (table, rows) in &kept {
            assert_eq!(count(&database, table).await, *rows, "{table} after step {step}");
        }
        insert_samples(step, &database).await;
        for table in tables(&database).await {
            let rows = count(&database, &table).await;
            assert!(rows > 0, "{table} has no sample row");
            kept.insert(table, rows);
        }
    }
    assert_eq!(kept.len(), 35);
}

#[tokio::test]
async fn down_and_up_again_is_the_same_schema() {
    let copy = Copy::empty().await;
    let database = connect(&copy).await;
    Migrator::up(&database, None).await.unwrap();
    let before = schema(&database).await;
    Migrator::down(&database, None).await.unwrap();
    assert!(tables(&database).await.is_empty());
    Migrator::up(&database, None).await.unwrap();
    assert_eq!(schema(&database).await, before);
}

async fn strings(database: &DatabaseConnection, sqlite: &str, postgres: &str) -> Vec<String> {
    let backend = database.get_database_backend();
    let sql = if backend == DbBackend::Sqlite { sqlite } else { postgres };
    let rows = database.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    rows.into_iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let sqlite = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations' AND name NOT LIKE 'sqlite%'";
    let postgres = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'";
    strings(database, sqlite, postgres).await
}

/// Every table and index in words.
async fn schema(database: &DatabaseConnection) -> Vec<String> {
    let sqlite = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'seaql_migrations' ORDER BY name";
    let postgres = "SELECT line FROM (
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT tgname || ' ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace) AS lines ORDER BY line";
    strings(database, sqlite, postgres).await
}

async fn count(database: &DatabaseConnection, table: &str) -> usize {
    let statement = Statement::from_string(database.get_database_backend(), format!("SELECT 1 FROM {table}"));
    database.query_all_raw(statement).await.unwrap().len()
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
        client_error,
        client_group,
        client_logo,
        client_secret,
        consent,
        credential,
        data_key,
        enrollment_link,
        group,
        idempotency_key,
        job,
        membership,
        refresh_token,
        registration_token,
        replayed_jti,
        resource,
        session,
        session_client,
        setting,
        sign_up_token,
        signing_key,
        token_family,
        user,
        webhook,
        webhook_delivery
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
