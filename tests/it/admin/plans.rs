//! Every list is read by an index, on both databases: the plans of the very statements that are sent.

use std::sync::Mutex;

use claviger::{
    protocol::role::Role,
    store::{
        self, Error, Reader, audit_log, client, client_error, enrollment_link, group,
        page::{Key, Order, Position, Window},
        session, sign_up_token, user, webhook,
    },
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use uuid::Uuid;

use crate::harness::TestApp;

/// Remembers what is asked.
struct Remembering<'a> {
    inner: Reader<'a>,
    asked: Mutex<Vec<Statement>>,
}

#[async_trait::async_trait]
impl ConnectionTrait for Remembering<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.asked.lock().unwrap().push(statement.clone());
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.asked.lock().unwrap().push(statement.clone());
        self.inner.query_all_raw(statement).await
    }
}

/// The plan of a statement, as the database tells it. PostgreSQL reads small tables whole whenever it may, and sorts them.
async fn plan(app: &TestApp, statement: &Statement, may_sort: bool) -> String {
    let backend = app.app.store.read().get_database_backend();
    let explained = match backend {
        DbBackend::Sqlite => format!("EXPLAIN QUERY PLAN {}", statement.sql),
        _ => format!("EXPLAIN {}", statement.sql),
    };
    let statement = Statement { sql: explained, ..statement.clone() };
    let rows = app.app.store.write(async |tx| {
        if backend == DbBackend::Postgres {
            let ways = ["seqscan", "bitmapscan", "sort"];
            for way in &ways[..if may_sort { 2 } else { 3 }] {
                tx.execute_unprepared(&format!("SET LOCAL enable_{way} = off")).await?;
            }
        }
        Ok::<_, Error>(tx.query_all_raw(statement).await?)
    });
    let column = if backend == DbBackend::Sqlite { 3 } else { 0 };
    let lines = rows.await.unwrap().into_iter().map(|row| row.try_get_by_index::<String>(column).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether nothing is read whole, and, where it matters, nothing is sorted.
fn is_good(plan: &str, may_sort: bool) -> bool {
    let whole = plan.lines().any(|line| {
        let line = line.trim();
        line.contains("Seq Scan") || (line.starts_with("SCAN ") && !line.contains("USING"))
    });
    let sorts = plan.contains("TEMP B-TREE FOR ORDER BY") || plan.contains("Sort Key");
    !whole && (may_sort || !sorts)
}

/// Every statement is read by an index: where few rows are wanted, of that name or looked up by that column, since a walk
/// through another one would meet all of them.
async fn hold<T>(
    app: &TestApp,
    what: &str,
    (may_sort, by): (bool, &str),
    ask: impl AsyncFnOnce(&Remembering<'_>) -> Result<T, store::Error>,
) {
    let spy = Remembering { inner: app.app.store.read(), asked: Mutex::default() };
    ask(&spy).await.unwrap();
    let asked = spy.asked.into_inner().unwrap();
    assert!(!asked.is_empty(), "{what} asks nothing");
    for statement in asked {
        let plan = plan(app, &statement, may_sort).await;
        assert!(is_good(&plan, may_sort) && plan.contains(by), "{what} by {by}:\n{}\n{plan}", statement.sql);
    }
}

#[tokio::test]
async fn every_list_is_read_by_an_index() {
    let app = TestApp::new().await;
    let now = app.app.now();
    let id = Uuid::from_u128(7);
    let orders = [Order::TEXT, Order { descending: true, ..Order::TEXT }, Order::OLDEST, Order::NEWEST];
    for order in orders {
        let last = Position::by_text("m".to_owned(), id);
        for after in [None, Some(last.clone()), Some(Position { is_second: true, ..last })] {
            let window = Window { order, after, limit: 51 };
            let people = [
                (user::Wanted::default(), (false, "")),
                (user::Wanted { enabled: Some(true), ..user::Wanted::default() }, (false, "")),
                (user::Wanted { search: Some("al".to_owned()), ..user::Wanted::default() }, (order.key == Key::Id, "")),
                (
                    user::Wanted { group: Some(id), ..user::Wanted::default() },
                    (true, "idx_memberships_group_id_user_id"),
                ),
                (user::Wanted { enabled: Some(false), ..user::Wanted::default() }, (false, "idx_users_disabled")),
                (
                    user::Wanted { role: Some(Role::Auditor), ..user::Wanted::default() },
                    (false, "idx_users_with_roles"),
                ),
                (user::Wanted { passkeys: Some(1), ..user::Wanted::default() }, (false, "idx_users_passkeys")),
            ];
            for (wanted, how) in people {
                let name = format!("people {wanted:?} {window:?}");
                hold(&app, &name, how, async |spy| user::page(spy, &wanted, &window, now).await).await;
            }
            for search in [None, Some("al")] {
                let by_age = search.is_some() && order.key == Key::Id;
                hold(&app, "groups", (by_age, ""), async |spy| group::page(spy, search, &window).await).await;
                let wanted = (search, None);
                hold(&app, "clients", (by_age, ""), async |spy| client::page(spy, wanted, &window).await).await;
            }
        }
    }
    hold(&app, "refusals", (true, "idx_client_errors_same"), async |spy| client_error::list(spy, id, now).await).await;
    hold(&app, "administrators", (true, "idx_users_with_roles"), async |spy| {
        user::has_administrator(spy, |_, _| true).await
    })
    .await;
    for order in [Order::OLDEST, Order::NEWEST] {
        for after in [None, Some(Position::by_age(id))] {
            let window = Window { order, after, limit: 51 };
            let text = |text: &str| Some(text.to_owned());
            let filters = [
                (audit_log::Filter::default(), ""),
                (
                    audit_log::Filter { event: text("user.created"), ..audit_log::Filter::default() },
                    "idx_audit_log_event",
                ),
                (audit_log::Filter { subject: Some(id), ..audit_log::Filter::default() }, "idx_audit_log_subject_id"),
                (audit_log::Filter { actor: Some(id), ..audit_log::Filter::default() }, "idx_audit_log_actor"),
                (audit_log::Filter { client: text("a"), ..audit_log::Filter::default() }, "idx_audit_log_client"),
                (audit_log::Filter { ip: text("192.0.2.1"), ..audit_log::Filter::default() }, "idx_audit_log_ip"),
                (
                    audit_log::Filter { request_id: text("r"), ..audit_log::Filter::default() },
                    "idx_audit_log_request_id",
                ),
                (
                    audit_log::Filter { outcome: text("failure"), ..audit_log::Filter::default() },
                    "idx_audit_log_failures",
                ),
                (
                    audit_log::Filter { outcome: text("failure"), since: Some(now), ..audit_log::Filter::default() },
                    "idx_audit_log_failures",
                ),
                (audit_log::Filter { until: Some(now), ..audit_log::Filter::default() }, ""),
            ];
            for (filter, by) in filters {
                let may_sort = filter.request_id.is_some();
                let name = format!("the log {filter:?} {window:?}");
                hold(&app, &name, (may_sort, by), async |spy| audit_log::page(spy, &filter, &window).await).await;
            }
            for (user, how) in [(None, (false, "")), (Some(id), (true, "idx_sessions_user_id"))] {
                let live = (now, now);
                hold(&app, "sessions", how, async |spy| session::page(spy, user, live, &window).await).await;
            }
            for (search, may_sort) in [(None, false), (Some("al"), true)] {
                hold(&app, "invitations", (may_sort, ""), async |spy| {
                    enrollment_link::page_of_invitations(spy, search, &window, now).await
                })
                .await;
            }
            hold(&app, "sign-up tokens", (false, ""), async |spy| sign_up_token::page(spy, now, &window).await).await;
            hold(&app, "webhooks", (false, ""), async |spy| webhook::page(spy, &window).await).await;
            hold(&app, "deliveries", (false, "idx_webhook_deliveries_webhook_id"), async |spy| {
                webhook::page_of_attempts(spy, id, &window).await
            })
            .await;
            for search in [None, Some("al")] {
                hold(&app, "members", (true, "memberships"), async |spy| {
                    group::page_of_members(spy, (id, search), &window, now).await
                })
                .await;
            }
        }
    }
}

/// The watcher sees what it shall see.
#[tokio::test]
async fn a_list_without_an_index_is_noticed() {
    let app = TestApp::new().await;
    let statement = Statement::from_string(
        app.app.store.read().get_database_backend(),
        "SELECT id FROM users WHERE display_name > 'x' ORDER BY display_name",
    );
    let plan = plan(&app, &statement, false).await;
    assert!(!is_good(&plan, false), "{plan}");
}
