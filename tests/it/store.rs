//! `Store::write`: what is committed, and what is not.

use claviger::store::{Error, setting};

use crate::harness::{TestApp, database};

async fn value(app: &TestApp) -> Option<Vec<u8>> {
    setting::find(&app.app.store.read(), "test").await.unwrap()
}

#[tokio::test]
async fn ok_commits_and_err_rolls_back() {
    let app = TestApp::new().await;
    let now = app.app.now();
    let store = &app.app.store;
    let failed = store
        .write(async |tx| {
            setting::put(tx, "test", b"1", now).await?;
            Err::<(), _>(Error::Decode("on purpose"))
        })
        .await;
    assert!(matches!(failed, Err(Error::Decode("on purpose"))));
    assert_eq!(value(&app).await, None);
    store.write(async |tx| setting::put(tx, "test", b"2", now).await).await.unwrap();
    assert_eq!(value(&app).await.as_deref(), Some(&b"2"[..]));
}

/// PostgreSQL would answer COMMIT politely and keep nothing, SQLite would keep half.
#[tokio::test]
async fn a_swallowed_database_error_still_rolls_back() {
    use sea_orm::ConnectionTrait;
    let app = TestApp::new().await;
    let now = app.app.now();
    let result = app
        .app
        .store
        .write(async |tx| {
            setting::put(tx, "test", b"1", now).await?;
            let _ = tx.execute_unprepared("INSERT INTO no_such_table VALUES (1)").await;
            Ok::<_, Error>(())
        })
        .await;
    assert!(result.is_err());
    assert_eq!(value(&app).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_wait_for_each_other() {
    let app = TestApp::new().await;
    let now = app.app.now();
    let writes = (0..32u8).map(|i| {
        let store = app.app.store.clone();
        tokio::spawn(
            async move { store.write(async |tx| setting::put(tx, &format!("test-{i}"), &[i], now).await).await },
        )
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().unwrap();
    }
}

/// PostgreSQL's codes are in no error text; what passes by itself must not be told as our fault.
#[tokio::test]
async fn errors_are_sorted_by_their_codes() {
    use sea_orm::ConnectionTrait;
    let app = TestApp::new().await;
    let attempt = async |sql: &str| {
        let failed =
            app.app.store.write(async |tx| Ok::<_, Error>(tx.execute_unprepared(sql).await.map(|_| ())?)).await;
        failed.unwrap_err().is_passing()
    };
    assert!(!attempt("INSERT INTO no_such_table VALUES (1)").await);
    if database::postgres().is_some() {
        for (code, passing) in [("40P01", true), ("40001", true), ("57P01", true), ("08006", true), ("23505", false)] {
            let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$");
            assert_eq!(attempt(&sql).await, passing, "{code}");
        }
    }
}
