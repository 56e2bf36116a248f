//! Mail: what people are told, their address, and the way back by it.

mod address;
mod notices;
mod outbox;
mod recovery;

use claviger::{jobs::send_mail, store::enrollment_link::Kind};

use crate::harness::{
    Browser, SoftPasskey, TestApp,
    postbox::{Letter, Postbox},
};

impl Postbox {
    /// A server that sends its mail here.
    async fn app(&self, settings: &[(&str, &str)]) -> TestApp {
        let own = self.settings();
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        TestApp::with(&own.chain(settings.iter().copied()).collect::<Vec<_>>()).await
    }

    /// From now on it takes nothing, or everything again.
    fn refuse(&self, refuses: bool) {
        self.shared.lock().unwrap().refuses = refuses;
    }

    /// What came since this was last asked, once what is due was sent.
    async fn letters(&self, app: &TestApp) -> Vec<Letter> {
        send_mail::run_due(&app.app).await.unwrap();
        self.take()
    }

    /// The one that came.
    async fn letter(&self, app: &TestApp) -> Letter {
        let mut letters = self.letters(app).await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        letters.remove(0)
    }
}

/// Somebody with a confirmed address, who is signed in on a page whose calls are good.
async fn bob(app: &TestApp) -> (Browser, SoftPasskey) {
    somebody_else(app, "bob").await
}

async fn somebody_else(app: &TestApp, name: &str) -> (Browser, SoftPasskey) {
    let user = app.user(name).await;
    let link = app.link(&user, Kind::Invitation).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.enroll(&link, &mut passkey).await;
    browser.open("/account").await;
    (browser, passkey)
}
