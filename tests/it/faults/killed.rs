//! kill -9 in the middle of everything: what was acknowledged is there afterwards.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Database, Statement};
use tokio::sync::watch;

use super::{ledger, rounds};
use crate::harness::{database, place::Place, remote::Remote};

const PEOPLE: usize = 8;

/// Moments of the kill, from the first sign-up to well into the sessions: after so many steps that were acknowledged to
/// anybody, while all others are amid theirs.
const MOMENTS: [usize; 6] = [40, 1, 10, 80, 20, 160];

/// How much was acknowledged before the kills.
#[derive(Debug, Default)]
struct Facts {
    registered: usize,
    redeemed: usize,
    in_doubt: usize,
    signed_out: usize,
}

impl Facts {
    fn add(&mut self, accounts: &[ledger::Account]) {
        for account in accounts {
            self.registered += usize::from(account.registered);
            self.redeemed += account.redeemed.len();
            self.in_doubt += account.in_doubt.len();
            self.signed_out += account.signed_out.len();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_a_kill() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_REGISTRATION__SIGN_UP", "open");
    place.set("CLAVIGER_RATE_LIMIT__ENABLED", "false");
    let client = ledger::client(&place);
    let mut serving = place.serve();
    let remote = Remote::new(&serving.address);
    let mut facts = Facts::default();
    for round in 0..rounds(2) {
        let (steps, mut done) = watch::channel(0);
        let people = (0..PEOPLE).map(|person| {
            let (remote, client, steps) = (remote.clone(), client.clone(), steps.clone());
            tokio::spawn(async move { ledger::live(&remote, &client, &format!("p-{round}-{person}"), &steps).await })
        });
        let people: Vec<_> = people.collect();
        drop(steps);
        let moment = done.wait_for(|steps| *steps >= MOMENTS[round % MOMENTS.len()]);
        let moment = tokio::time::timeout(Duration::from_mins(5), moment).await.expect("nobody gets on");
        moment.expect("everybody stopped before the kill");
        serving.signal("-KILL");
        serving.ended();
        let mut accounts = Vec::new();
        for person in people {
            accounts.push(person.await.unwrap());
        }
        facts.add(&accounts);
        serving = place.serve();
        remote.move_to(&serving.address);
        ledger::verify(&remote, &client, accounts).await;
    }
    println!("{facts:?}");
    assert!(
        facts.registered > 0 && facts.redeemed + facts.signed_out + facts.in_doubt > 0,
        "nothing was acknowledged, so nothing was shown: {facts:?}"
    );
    if database::postgres().is_none() {
        drop(serving);
        let database = Database::connect(place.database_url()).await.unwrap();
        let statement = Statement::from_string(database.get_database_backend(), "PRAGMA integrity_check");
        let row = database.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "ok");
    }
}
