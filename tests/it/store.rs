//! `Store::write`: what is committed, and what is not.

use std::{future::Future, sync::Arc, time::Duration};

use claviger::{
    clock::Time,
    store::{Error, Store, setting},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::sync::Notify;

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

/// Those who share a commit share nothing else: what fails is undone alone.
#[tokio::test(flavor = "multi_thread")]
async fn one_who_fails_undoes_nobody_else() {
    let app = TestApp::new().await;
    let now = app.app.now();
    let writes: Vec<_> = (0..90u8)
        .map(|i| {
            let store = app.app.store.clone();
            tokio::spawn(async move {
                store
                    .write(async |tx| {
                        setting::put(tx, &format!("test-{i}"), &[i], now).await?;
                        if i % 3 == 0 {
                            return Err(Error::Decode("on purpose"));
                        }
                        if i % 3 == 1 {
                            let _ = tx.execute_unprepared("INSERT INTO no_such_table VALUES (1)").await;
                        }
                        Ok(())
                    })
                    .await
            })
        })
        .collect();
    for (i, write) in writes.into_iter().enumerate() {
        assert_eq!(write.await.unwrap().is_ok(), i % 3 == 2, "{i}");
        let kept = setting::find(&app.app.store.read(), &format!("test-{i}")).await.unwrap();
        assert_eq!(kept.is_some(), i % 3 == 2, "{i}");
    }
}

/// Puts a value, says so, and goes on when it may.
async fn put_and_wait(store: Store, name: &'static str, now: Time, (said, may): (Arc<Notify>, Arc<Notify>)) {
    let write = store.write(async |tx| {
        setting::put(tx, name, b"x", now).await?;
        said.notify_one();
        may.notified().await;
        Ok::<_, Error>(())
    });
    write.await.unwrap();
}

/// On SQLite one wait for the disk serves all who wait. None is answered before, and one who leaves takes nobody along.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_amid_a_shared_commit_takes_nobody_along() {
    let app = TestApp::new().await;
    let (store, now) = (app.app.store.clone(), app.app.now());
    if !store.is_sqlite() {
        return;
    }
    // However slow this machine is.
    store.share_commits_for(Duration::from_mins(1)).await;
    let signals = || (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (first_signals, second_signals) = (signals(), signals());
    let mut first = tokio::spawn(put_and_wait(store.clone(), "test", now, first_signals.clone()));
    first_signals.0.notified().await;
    let second = tokio::spawn(put_and_wait(store.clone(), "second", now, second_signals.clone()));
    let third = tokio::spawn(put_and_wait(store.clone(), "third", now, signals()));
    while store.waiting_writers() < 2 {
        tokio::task::yield_now().await;
    }
    third.abort();
    first_signals.1.notify_one();
    second_signals.0.notified().await;
    assert_eq!(value(&app).await, None, "the first is not on the disk");
    let early = tokio::time::timeout(Duration::from_millis(50), &mut first).await;
    assert!(early.is_err(), "nor was it answered");
    second.abort();
    first.await.unwrap();
    assert!(value(&app).await.is_some());
    assert_eq!(setting::find(&store.read(), "second").await.unwrap(), None);
    store.write(async |tx| setting::put(tx, "fourth", b"4", now).await).await.unwrap();
}

/// A future that is dropped once it was polled so often.
async fn leave_after<F: Future>(polls: usize, future: F) {
    let mut future = Box::pin(future);
    let mut count = 0;
    std::future::poll_fn(|context| {
        count += 1;
        if count > polls {
            return std::task::Poll::Ready(());
        }
        future.as_mut().poll(context).map(|_| ())
    })
    .await;
}

/// Wherever somebody leaves, at the beginning, amid a statement or at the end: whoever was answered has their row, and whoever
/// was refused has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_true_whenever_somebody_leaves() {
    let app = TestApp::new().await;
    let (store, now) = (app.app.store.clone(), app.app.now());
    for round in 0..40usize {
        let mut writes = Vec::new();
        for i in 0..6usize {
            let (leaver, honest) = (store.clone(), store.clone());
            tokio::spawn(leave_after(round % 13 + i % 4, async move {
                leaver
                    .write(async |tx| {
                        setting::put(tx, &format!("left-{round}-{i}"), b"x", now).await?;
                        setting::put(tx, &format!("left-{round}-{i}-more"), b"x", now).await
                    })
                    .await
            }));
            let name = format!("kept-{round}-{i}");
            writes.push((
                name.clone(),
                tokio::spawn(async move { honest.write(async |tx| setting::put(tx, &name, b"x", now).await).await }),
            ));
        }
        for (name, write) in writes {
            let answer = write.await.unwrap();
            let kept = setting::find(&store.read(), &name).await.unwrap().is_some();
            assert_eq!(answer.is_ok(), kept, "{name}: {answer:?}");
            assert!(answer.is_ok(), "{name}: {answer:?}");
        }
    }
}

/// A full disk undoes whole transactions of SQLite: whoever was answered has their row, nobody else has, and it passes.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_to_those_it_concerns() {
    let app = TestApp::new().await;
    let (store, now) = (app.app.store.clone(), app.app.now());
    if !store.is_sqlite() {
        return;
    }
    let full = "PRAGMA cache_spill = 1; PRAGMA cache_size = 2; PRAGMA max_page_count = 1";
    store.write(async |tx| Ok::<_, Error>(tx.execute_unprepared(full).await.map(|_| ())?)).await.unwrap();
    let writes: Vec<_> = (0..40usize)
        .map(|i| {
            let store = store.clone();
            let value = vec![7; if i % 4 == 0 { 200_000 } else { 1 }];
            tokio::spawn(async move {
                store.write(async |tx| setting::put(tx, &format!("test-{i}"), &value, now).await).await
            })
        })
        .collect();
    let mut refused = 0;
    for (i, write) in writes.into_iter().enumerate() {
        let written = write.await.unwrap();
        let kept = setting::find(&store.read(), &format!("test-{i}")).await.unwrap().is_some();
        assert_eq!(written.is_ok(), kept, "{i}: {written:?}");
        refused += usize::from(written.is_err());
    }
    assert!(refused > 0, "the disk was never full");
    let free = "PRAGMA max_page_count = 1000000";
    store.write(async |tx| Ok::<_, Error>(tx.execute_unprepared(free).await.map(|_| ())?)).await.unwrap();
    store.write(async |tx| setting::put(tx, "test", &vec![7; 200_000], now).await).await.unwrap();
    assert_eq!(value(&app).await.map(|value| value.len()), Some(200_000));
}

/// PostgreSQL's codes are in no error text; what passes by itself must not be told as our fault.
#[tokio::test]
async fn errors_are_sorted_by_their_codes() {
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

/// Otherwise SQLite plans most statements anew at every run (`.cargo/config.toml`).
#[tokio::test]
async fn sqlite_is_built_to_plan_a_statement_once() {
    let app = TestApp::new().await;
    let store = &app.app.store;
    if !store.is_sqlite() {
        return;
    }
    let options = [("ENABLE_QPSG", true), ("DEFAULT_MEMSTATUS=0", true), ("ENABLE_MEMORY_MANAGEMENT", false)];
    for (option, is_wanted) in options {
        let sql = format!("SELECT sqlite_compileoption_used('{option}') AS used");
        let row = store.read().query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap().unwrap();
        assert_eq!(row.try_get::<bool>("", "used").unwrap(), is_wanted, "{option}");
    }
}
