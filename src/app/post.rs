//! Letters are written where what they tell happens, in its transaction.

use uuid::Uuid;

use super::App;
use crate::{
    mail::{self, Facts, Letter, Notice, Outgoing, Sender},
    store::{
        Tx,
        task::{self, NewTask},
        user::User,
    },
    words::Locale,
};

impl App {
    /// Tells somebody, at their confirmed address if they have one: a mistyped one is a stranger's.
    pub fn notify(&self, tx: &Tx, user: &User, words: &Locale, notice: &Notice, facts: Facts) {
        if let Some(to) = user.email.as_ref().filter(|_| user.email_verified) {
            let facts = Facts { username: Some(user.username.clone()), ..facts };
            self.post(tx, (user.id, to), words, notice, &facts);
        }
    }

    /// Puts a letter into the outbox. One that can't be written undoes nothing of what it tells.
    pub fn post(&self, tx: &Tx, to: (Uuid, &str), words: &Locale, notice: &Notice, facts: &Facts) {
        if let Some(task) = self.letter(to, words, notice, facts) {
            task::insert_later(tx, task, self.now());
        }
    }

    /// The task that sends a letter; `None` where no mail is sent.
    #[must_use]
    pub fn letter(&self, (user, to): (Uuid, &str), words: &Locale, notice: &Notice, facts: &Facts) -> Option<NewTask> {
        self.mail.as_ref()?;
        let (id, now) = (self.uuid(), self.now());
        let settings = self.settings();
        let accent = settings.branding.accent.as_deref();
        let sender = Sender { product: &self.config.relying_party.name, accent, urls: &self.urls };
        let payload = Letter::new(sender, words, notice, facts).map_err(|error| error.to_string()).and_then(|letter| {
            let outgoing = Outgoing::new(to.to_owned(), letter);
            let sealed = mail::seal(&self.data_keys.sealer, &*self.rng, (id, user), &outgoing, notice.until(now));
            sealed.map_err(|error| error.to_string())
        });
        match payload {
            Ok(payload) => Some(NewTask { id, kind: mail::KIND, unique_key: None, payload, run_at: now }),
            Err(error) => {
                tracing::error!(%error, notice = notice.id(), "a letter could not be written");
                None
            }
        }
    }

    /// The language of letters to somebody: their own, or that of whoever calls.
    #[must_use]
    pub fn language_of(&self, user: &User, otherwise: &Locale) -> Locale {
        match &user.claims.locale {
            Some(locale) => self.words.choose(Some(locale), None),
            None => otherwise.clone(),
        }
    }
}
