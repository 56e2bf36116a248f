//! SIGTERM under load: with another instance beside it, nobody notices.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use poem::http::{Method, StatusCode};

use super::{ledger, rounds};
use crate::harness::{
    Browser, SoftPasskey,
    place::{Place, Serving},
    remote::{CUT, Remote},
};

/// As a proxy does it: to the first instance while it takes connections, otherwise to the second.
async fn ask(browsers: &mut [Browser; 2], path: &str) -> StatusCode {
    let first = browsers[0].send(Method::GET, path, &[("accept", "text/html")], vec![]).await.status;
    match first {
        CUT => browsers[1].send(Method::GET, path, &[("accept", "text/html")], vec![]).await.status,
        status => status,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_notices_that_an_instance_stops() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_REGISTRATION__SIGN_UP", "open");
    place.set("CLAVIGER_RATE_LIMIT__ENABLED", "false");
    let client = ledger::client(&place);
    for _ in 0..rounds(1).min(5) {
        let mut stopping: Serving = place.serve();
        let staying = place.serve();
        let remotes = [Remote::new(&stopping.address), Remote::new(&staying.address)];
        let mut browser = Browser::remote(&remotes[1]);
        let name = format!("p{}", staying.child.id());
        assert_eq!(browser.sign_up(&name, &mut SoftPasskey::new()).await.status, StatusCode::OK);
        let (done, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let workers = (0..8).map(|_| {
            let (done, count) = (done.clone(), count.clone());
            let mut browsers = remotes.each_ref().map(|remote| browser.through(remote));
            let query = client.query("");
            tokio::spawn(async move {
                let mut failures = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    for path in ["/account", "/oauth2/jwks", &*format!("/oauth2/authorize?{query}")] {
                        let status = ask(&mut browsers, path).await;
                        count.fetch_add(1, Ordering::Relaxed);
                        if status.is_server_error() || status == CUT {
                            failures.push((path.to_owned(), status));
                        }
                    }
                }
                failures
            })
        });
        let workers: Vec<_> = workers.collect();
        while count.load(Ordering::Relaxed) < 50 {
            tokio::task::yield_now().await;
        }
        stopping.signal("-TERM");
        let status = tokio::task::spawn_blocking(move || stopping.ended()).await.unwrap();
        assert!(status.success());
        done.store(true, Ordering::Relaxed);
        for worker in workers {
            assert_eq!(worker.await.unwrap(), []);
        }
    }
}
