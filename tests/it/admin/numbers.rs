//! Numbers that take long to count: kept for whoever starts next, counted by one for all.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use claviger::{
    admin::numbers,
    clock::{Clock, FakeClock},
    protocol::role::Role,
    store::{Error, statistics},
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::harness::{TestApp, start};

const LONG: Duration = Duration::from_secs(1);

/// How many reads that takes.
async fn reads<T>(app: &TestApp, ask: impl AsyncFnOnce() -> T) -> u64 {
    let before = app.app.store.counts().reads;
    ask().await;
    app.app.store.counts().reads - before
}

async fn enabled(app: &TestApp) -> u64 {
    numbers::read(&app.app).await.unwrap().numbers.people.enabled
}

#[tokio::test]
async fn whoever_starts_again_finds_what_was_counted() {
    let first = TestApp::new().await;
    first.person("alice", &[Role::Administrator]).await;
    let slow = Arc::new(FakeClock::slow(start(), LONG));
    let app = first.instance_at(slow.clone()).await;
    assert_eq!(enabled(&app).await, 1);
    first.person("bob", &[]).await;

    slow.advance(TimeDelta::minutes(59));
    let again = first.instance_at(slow.clone()).await;
    assert_eq!(enabled(&again).await, 1, "as it was counted");
    // Even while a job counts, and however often one looks.
    let counting = again.app.counting.lock().await;
    let starting = first.instance_at(slow.clone()).await;
    let its_turn = starting.app.counting.lock().await;
    let both = async { (enabled(&again).await, enabled(&starting).await) };
    assert_eq!(tokio::time::timeout(Duration::from_mins(1), both).await.unwrap(), (1, 1));
    drop((counting, its_turn));
    numbers::count_ahead(&again.app).await.unwrap();
    assert_eq!(enabled(&again).await, 2, "a job counts at once");

    // Another instance need not count what was counted just now.
    first.person("carol", &[]).await;
    slow.advance(TimeDelta::minutes(4));
    let other = first.instance_at(slow.clone()).await;
    let few = reads(&other, async || numbers::count_ahead(&other.app).await.unwrap()).await;
    assert_eq!((few, enabled(&other).await), (1, 2));
    slow.advance(TimeDelta::minutes(1));
    numbers::count_ahead(&other.app).await.unwrap();
    assert_eq!(enabled(&other).await, 3);

    slow.advance(TimeDelta::minutes(61));
    let late = first.instance_at(slow.clone()).await;
    first.person("dave", &[]).await;
    assert_eq!(enabled(&late).await, 4, "what is old is no answer");
}

#[tokio::test]
async fn whoever_comes_while_somebody_counts_waits_for_them() {
    let app = TestApp::new().await;
    app.person("alice", &[Role::Administrator]).await;
    let (one, many) = (app.second_instance().await, app.second_instance().await);
    let of_one = reads(&one, async || enabled(&one).await).await;
    let of_many = reads(&many, async || tokio::join!(enabled(&many), enabled(&many), enabled(&many))).await;
    // Each looks for what was kept.
    assert_eq!(of_many, of_one + 2);
}

#[tokio::test]
async fn what_is_counted_fast_or_cannot_be_read_is_counted() {
    let app = TestApp::new().await;
    app.person("alice", &[Role::Administrator]).await;
    assert_eq!(enabled(&app).await, 1);
    assert!(statistics::find(&app.app.store.read()).await.unwrap().is_none(), "nothing is kept that is counted fast");
    let kept = async |value: &[u8]| {
        let now = app.app.now();
        let put = app.app.store.write(async |tx| claviger::store::setting::put(tx, "statistics", value, now).await);
        put.await.unwrap();
        enabled(&app.second_instance().await).await
    };
    assert_eq!(kept(b"{\"at\":1}").await, 1);
    // Counted by a clock that is ahead.
    let ahead = statistics::Counted {
        at: app.app.now() + TimeDelta::minutes(1),
        ..Arc::unwrap_or_clone(numbers::read(&app.app).await.unwrap())
    };
    let ahead = serde_json::to_value(&ahead).map(|mut told| {
        told["numbers"]["people"]["enabled"] = serde_json::json!(7);
        told.to_string()
    });
    assert_eq!(kept(ahead.unwrap().as_bytes()).await, 1);
}

#[tokio::test]
async fn whoever_asks_is_told_even_where_nothing_can_be_kept() {
    let first = TestApp::new().await;
    first.person("alice", &[Role::Administrator]).await;
    let refuse = match first.app.store.read().get_database_backend() {
        DbBackend::Postgres => "ALTER TABLE settings ADD CONSTRAINT none CHECK (name NOT LIKE 'statistics%')",
        _ => {
            "CREATE TRIGGER none BEFORE INSERT ON settings WHEN NEW.name LIKE 'statistics%' BEGIN SELECT RAISE(ABORT, 'no'); END"
        }
    };
    let refused = first.app.store.write(async |tx| Ok::<_, Error>(tx.execute_unprepared(refuse).await?));
    refused.await.unwrap();
    let app = first.instance_at(Arc::new(FakeClock::slow(start(), LONG))).await;
    assert_eq!(enabled(&app).await, 1);
    let again = first.instance_at(Arc::new(FakeClock::slow(start(), LONG))).await;
    numbers::count_ahead(&again.app).await.unwrap();
    assert!(again.app.statistics.load().is_some(), "nor does a job give up");
    assert!(statistics::find(&app.app.store.read()).await.unwrap().is_none());
}

#[tokio::test]
async fn of_instances_that_want_to_count_one_does() {
    let first = TestApp::new().await;
    first.person("alice", &[Role::Administrator]).await;
    let slow = Arc::new(FakeClock::slow(start(), LONG));
    let claim = async || {
        let now = slow.now();
        first.app.store.write(async |tx| statistics::claim(tx, now, Duration::from_mins(4)).await).await.unwrap()
    };
    assert!(claim().await, "another instance counts, and is not done");
    let app = first.instance_at(slow.clone()).await;
    numbers::count_ahead(&app.app).await.unwrap();
    assert!(app.app.statistics.load().is_none());
    slow.advance(TimeDelta::minutes(5));
    numbers::count_ahead(&app.app).await.unwrap();
    assert!(app.app.statistics.load().is_some(), "it never got done");
    assert!(!claim().await);
    slow.advance(TimeDelta::milliseconds(-1));
    assert!(!claim().await, "whoever asked before and wrote after comes second");
    slow.advance(TimeDelta::hours(-1));
    assert!(claim().await, "whoever is ahead of the clock keeps nobody away");
}

#[tokio::test]
async fn whoever_is_back_after_a_while_takes_what_others_counted() {
    let first = TestApp::new().await;
    first.person("alice", &[Role::Administrator]).await;
    let slow = Arc::new(FakeClock::slow(start(), LONG));
    let (app, other) = (first.instance_at(slow.clone()).await, first.instance_at(slow.clone()).await);
    assert_eq!(enabled(&app).await, 1);
    first.person("bob", &[]).await;
    slow.advance(TimeDelta::hours(2));
    numbers::count_ahead(&other.app).await.unwrap();
    let read = reads(&app, async || assert_eq!(enabled(&app).await, 2)).await;
    assert_eq!(read, 1, "it looks for what is kept, and counts nothing");
}

#[tokio::test]
async fn what_cannot_be_counted_is_not_tried_by_everybody_who_waits() {
    let first = TestApp::new().await;
    first.person("alice", &[Role::Administrator]).await;
    let rename = async |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        let renamed = first.app.store.write(async |tx| Ok::<_, Error>(tx.execute_unprepared(&sql).await?));
        renamed.await.unwrap();
    };
    rename("audit_log", "away").await;
    let app = first.second_instance().await;
    let of_many = reads(&app, async || {
        let told = tokio::join!(numbers::read(&app.app), numbers::read(&app.app), numbers::read(&app.app));
        // Whoever of them came first.
        let told = [told.0, told.1, told.2].map(|told| told.expect_err("nothing can be counted"));
        assert_eq!(told.iter().filter(|error| matches!(error, Error::Unavailable(_))).count(), 2, "{told:?}");
    });
    // Each looks for what is kept; one counts people, and what is not there.
    assert_eq!(of_many.await, 3 + 4 + 1);
    // Nor does a job keep others from it that failed.
    let slow = Arc::new(FakeClock::slow(start(), LONG));
    let (failing, other) = (first.instance_at(slow.clone()).await, first.instance_at(slow).await);
    numbers::count_ahead(&failing.app).await.unwrap_err();
    rename("away", "audit_log").await;
    assert_eq!(enabled(&app).await, 1, "at once");
    numbers::count_ahead(&other.app).await.unwrap();
    assert!(other.app.statistics.load().is_some());
}

/// Whoever asks may leave before it is counted, as a request does that takes too long.
#[tokio::test]
async fn what_somebody_began_to_count_is_counted() {
    let app = TestApp::new().await;
    let before = numbers::read(&app.app).await.unwrap();
    app.advance(5);
    let turn = app.app.counting.lock().await;
    tokio::select! {
        biased;
        _ = numbers::read(&app.app) => panic!("it is not its turn"),
        () = std::future::ready(()) => {}
    }
    drop(turn);
    let counted = async {
        while app.app.statistics.load().as_ref().unwrap().at == before.at {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), counted).await.expect("nobody counts");
}
