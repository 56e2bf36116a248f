//! Letters wait in the database, sealed, and go out once.

use claviger::{
    jobs::send_mail,
    mail::{Mailer, NotSent, Outgoing},
};
use entity::job;
use sea_orm::{ActiveValue::Set, ColumnTrait, Database, EntityTrait, QueryFilter, QueryOrder};

use super::bob;
use crate::harness::{SoftPasskey, TestApp, postbox::Postbox};

/// Letters that were not sent yet, oldest first.
async fn waiting(app: &TestApp) -> Vec<job::Model> {
    let letters = job::Entity::find().filter(job::Column::Kind.eq("mail")).order_by_asc(job::Column::Id);
    letters.all(&Database::connect(app.url()).await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_letter_is_tried_again_and_given_up_after_a_day() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    postbox.refuse(true);
    bob(&app).await;
    assert!(postbox.letters(&app).await.is_empty());
    postbox.refuse(false);
    assert!(postbox.letters(&app).await.is_empty(), "not before its time");
    app.advance(10);
    let letter = postbox.letter(&app).await;
    app.advance(24 * 3600);
    assert!(postbox.letters(&app).await.is_empty(), "once");
    assert!(app.audit().await.contains(&"mail.sent".to_owned()));
    postbox.refuse(true);
    let (mut browser, mut passkey) = super::somebody_else(&app, "carol").await;
    for pause in [0, 10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600] {
        app.advance(pause);
        assert!(postbox.letters(&app).await.is_empty());
    }
    assert!(app.audit().await.contains(&"!mail.sent".to_owned()));
    postbox.refuse(false);
    app.advance(24 * 3600);
    assert!(postbox.letters(&app).await.is_empty());
    browser.sign_in(&mut passkey).await;
    browser.open("/account").await;
    browser.add_passkey(&mut passkey, &mut SoftPasskey::new()).await;
    assert_ne!(postbox.letter(&app).await.id, letter.id);
}

/// A restart, another instance, both at once: each letter goes out once.
#[tokio::test]
async fn instances_share_the_work() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let other = app.second_instance().await;
    for name in ["carol", "dave", "erin", "frank", "grace"] {
        super::somebody_else(&app, name).await;
    }
    let (one, two) = tokio::join!(send_mail::run_due(&app.app), send_mail::run_due(&other.app));
    one.and(two).unwrap();
    let mut to: Vec<_> = postbox.letters(&app).await.into_iter().map(|letter| letter.to).collect();
    to.sort();
    assert_eq!(to, ["carol", "dave", "erin", "frank", "grace"].map(|name| format!("{name}@example.org")));
}

/// Whoever reads the database reads neither address nor link; a row that was moved or altered is not sent.
#[tokio::test]
async fn waiting_letters_are_sealed() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    super::somebody_else(&app, "carol").await;
    super::somebody_else(&app, "dave").await;
    let rows = waiting(&app).await;
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let payload = row.payload.to_string();
        assert!(!payload.contains("example.org") && !payload.contains("passkey") && row.payload["sealed"].is_string());
    }
    let moved = job::ActiveModel { id: Set(rows[1].id), payload: Set(rows[0].payload.clone()), ..Default::default() };
    job::Entity::update(moved).exec(&Database::connect(app.url()).await.unwrap()).await.unwrap();
    assert_eq!(postbox.letter(&app).await.to, "carol@example.org");
    assert!(app.audit().await.contains(&"!mail.sent".to_owned()));
}

#[tokio::test]
async fn without_a_server_nothing_waits() {
    let app = TestApp::new().await;
    bob(&app).await;
    assert!(waiting(&app).await.is_empty());
}

/// A mail server that takes the connection and says nothing holds up nobody for long.
#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let environment = [
        ("CLAVIGER_MAIL__HOST", "127.0.0.1"),
        ("CLAVIGER_MAIL__PORT", &*port),
        ("CLAVIGER_MAIL__TLS", "none"),
        ("CLAVIGER_MAIL__TIMEOUT", "1s"),
        ("CLAVIGER_MAIL__FROM", "id@example.org"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = crate::harness::config("sqlite://x", &environment);
    let mailer = Mailer::new(&config).unwrap().unwrap();
    let letter =
        Outgoing { to: "a@example.org".to_owned(), subject: String::new(), text: String::new(), html: String::new() };
    assert_eq!(mailer.send(uuid::Uuid::nil(), &letter, crate::harness::start()).await, Err(NotSent::Silent));
    drop(listener);
}
