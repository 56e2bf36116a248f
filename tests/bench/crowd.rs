//! A service that has been used for years: a hundred thousand people, a million lines of what happened.

use chrono::{DateTime, Duration, Utc};
use claviger::clock::{Clock, SystemClock};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, IntoActiveModel,
    TransactionTrait,
};
use serde_json::json;
use uuid::Uuid;

/// How many people there are. Everything else follows from that.
#[derive(Clone, Copy)]
pub struct Size(pub u64);

/// A page of each list is full.
pub const PAGE: Size = Size(100);
/// As the goal of the measurement has it.
pub const CROWD: Size = Size(100_000);

impl Size {
    pub const fn lines(self) -> u64 {
        self.0 * 10
    }
}

/// Rows of one statement: SQLite takes 32766 parameters.
const BATCH: u64 = 1_000;

/// The one group that everybody who is in any is in.
pub const GROUP: Uuid = id(DateTime::UNIX_EPOCH, 1);

/// A UUIDv7 of that time.
const fn id(at: DateTime<Utc>, number: u64) -> Uuid {
    #[expect(clippy::cast_sign_loss, reason = "nothing here is older than 1970")]
    let time = at.timestamp_millis() as u128;
    Uuid::from_u128(time << 80 | 7 << 76 | 2 << 62 | number as u128)
}

/// Fills a database that has its schema.
pub async fn fill(url: &str, size: Size) {
    let database = Database::connect(url).await.unwrap();
    let now = SystemClock.now();
    let crowd = Crowd { database, now, began: now - Duration::days(90), people: size.0, lines: size.lines() };
    let people = size.0;
    crowd.all(people, |n| crowd.user(n)).await;
    // Every third person has a second passkey, and every hundredth none.
    crowd.all(people, |n| crowd.credential(n, n + u64::from(n.is_multiple_of(100)))).await;
    crowd.all(people / 3, |n| crowd.credential(people + n, n * 3)).await;
    crowd.all(100, |n| crowd.group(n)).await;
    crowd.all(people / 10, |n| crowd.member(n)).await;
    crowd.all(people.div_ceil(5).max(100).min(people), |n| crowd.session(n)).await;
    crowd.all(crowd.lines, |n| crowd.line(n)).await;
    if crowd.database.get_database_backend() == DbBackend::Postgres {
        // As it does by itself, some time later.
        crowd.database.execute_unprepared("VACUUM ANALYZE").await.unwrap();
    }
    crowd.database.close().await.unwrap();
}

struct Crowd {
    database: DatabaseConnection,
    now: DateTime<Utc>,
    began: DateTime<Utc>,
    people: u64,
    lines: u64,
}

impl Crowd {
    async fn all<M>(&self, count: u64, row: impl Fn(u64) -> M)
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
    {
        let transaction = self.database.begin().await.unwrap();
        for begin in (0..count).step_by(usize::try_from(BATCH).unwrap()) {
            let rows = (begin..count.min(begin + BATCH)).map(|n| row(n).into_active_model());
            M::Entity::insert_many(rows).exec_without_returning(&transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }

    /// When that of so many happened, evenly over the time.
    fn at(&self, number: u64, of: u64) -> DateTime<Utc> {
        let span = (self.now - self.began).num_milliseconds();
        let part = span * i64::try_from(number).unwrap() / i64::try_from(of).unwrap();
        self.began + Duration::milliseconds(part)
    }

    fn user(&self, n: u64) -> entity::user::Model {
        let at = self.at(n, self.people);
        let roles = if n.is_multiple_of(10_000) { json!(["auditor"]) } else { json!([]) };
        entity::user::Model {
            id: id(at, n),
            username: format!("user-{:05}", n * 7_919 % self.people),
            sub: format!("sub-{n}"),
            user_handle: n.to_be_bytes().repeat(4),
            display_name: Some(format!("Somebody {n}")),
            email: Some(format!("user-{n}@example.org")),
            email_verified: true,
            claims: json!({}),
            roles,
            enabled: !n.is_multiple_of(500),
            delete_after: None,
            passkeys: 0,
            created_at: at,
            updated_at: at,
        }
    }

    fn credential(&self, n: u64, owner: u64) -> entity::credential::Model {
        let at = self.at(owner, self.people);
        entity::credential::Model {
            id: id(at, n),
            user_id: id(at, owner),
            credential_id: [&n.to_be_bytes()[..], &[7; 24]].concat(),
            cose_key: vec![0; 150],
            sign_count: 0,
            backup_eligible: true,
            backup_state: true,
            user_verified: true,
            aaguid: Uuid::nil(),
            transports: json!(["internal"]),
            attestation_format: "none".to_owned(),
            attestation_trust: "none".to_owned(),
            name: None,
            created_at: at,
            last_used_at: Some(at),
            revoked_at: None,
        }
    }

    fn group(&self, n: u64) -> entity::group::Model {
        let (id, at) = if n == 0 { (GROUP, self.began) } else { (id(self.began, n), self.began) };
        entity::group::Model {
            id,
            name: format!("group-{n:03}"),
            passkey_policy: json!({}),
            created_at: at,
            updated_at: at,
        }
    }

    fn member(&self, n: u64) -> entity::membership::Model {
        let user_id = id(self.at(n, self.people), n);
        entity::membership::Model { user_id, group_id: GROUP, created_at: self.began, expires_at: None }
    }

    fn session(&self, n: u64) -> entity::session::Model {
        let at = self.now - Duration::hours(1) + Duration::milliseconds(i64::try_from(n).unwrap());
        entity::session::Model {
            id: id(at, n),
            user_id: id(self.at(n, self.people), n),
            credential_id: None,
            token_hash: [&n.to_be_bytes()[..], &[7; 24]].concat(),
            auth_time: at,
            acr: Some("phr".to_owned()),
            amr: json!(["hwk", "user", "mfa"]),
            ip: Some("192.0.2.1".to_owned()),
            user_agent: None,
            created_at: at,
            last_seen_at: at,
            expires_at: self.now + Duration::days(30),
            ended_at: None,
        }
    }

    fn line(&self, n: u64) -> entity::audit_event::Model {
        let at = self.at(n, self.lines);
        let person = n * 7_919 % self.people;
        let event =
            ["session.authenticated", "authorization_code.issued", "authorization_code.redeemed", "token.refreshed"];
        let failed = n.is_multiple_of(97);
        entity::audit_event::Model {
            id: id(at, n),
            at,
            event: event[usize::try_from(n % 4).unwrap()].to_owned(),
            outcome: if failed { "failure" } else { "success" }.to_owned(),
            actor: None,
            subject: Some(id(self.at(person, self.people), person)),
            client: Some(format!("app-{}", n % 50)),
            session: None,
            ip: Some(format!("192.0.2.{}", n % 250)),
            user_agent: None,
            request_id: Some(format!("request-{n}")),
            details: json!({}),
        }
    }
}
