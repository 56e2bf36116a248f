//! Configuration: defaults, a TOML file, the environment; parsed once into checked values.

mod branding;
mod database;
mod duration;
mod issuer;
mod jobs;
mod keys;
mod load;
mod logging;
mod mail;
mod oidc;
mod problem;
mod rate_limit;
mod reader;
pub mod reference;
mod registration;
pub mod section;
mod security;
mod server;
mod session;
pub mod setting;
mod settings;
mod webauthn;

use std::collections::BTreeSet;

use reader::Reader;
use section::{Field, Section};

pub use branding::Branding;
pub use database::Database;
pub use duration::Lifetime;
pub use issuer::Issuer;
pub use jobs::Jobs;
pub use keys::Keys;
pub use load::{Sources, load, load_without};
pub use logging::{Format, Level, Logging};
pub use mail::{Mail, MailTls};
pub use oidc::{DynamicRegistration, LONGEST_ID_TOKEN, Oidc};
pub use problem::{Error, Problem};
pub use rate_limit::RateLimit;
pub use registration::{Registration, SignUp};
pub use security::Security;
pub use server::Server;
pub use session::Session;
pub use settings::{Said, Settings};
pub use webauthn::{Attestation, ConformanceApi, RelyingParty, WebAuthn};

macro_rules! sections {
    ($($(#[doc = $doc:literal])+ $field:ident: $section:ty,)+) => {
        /// Every section, as written.
        #[derive(Clone, Debug, Default)]
        pub struct Raw {
            $($(#[doc = $doc])+ pub $field: $section,)+
        }

        impl Raw {
            fn read(reader: &mut Reader) -> Self {
                Self { $($field: <$section>::read(reader),)+ }
            }

            /// Every section's name and keys with their values as TOML.
            #[must_use]
            pub fn show(&self) -> Vec<(&'static str, Vec<(&'static str, Option<String>)>)> {
                vec![$((<$section>::NAME, self.$field.show())),+]
            }

            /// Every section's name, what it is about, and its keys.
            fn reference() -> Vec<(&'static str, &'static str, Vec<Field>)> {
                vec![$((<$section>::NAME, <$section>::DOC, <$section>::fields())),+]
            }
        }
    };
}

sections! {
    /// Address, issuer, data directory, limits of connections.
    server: Server,
    /// Where the truth is kept.
    database: Database,
    /// Passkeys.
    webauthn: WebAuthn,
    /// Tokens and codes.
    oidc: Oidc,
    /// How people get in.
    registration: Registration,
    /// Browser sessions.
    session: Session,
    /// Keys at rest.
    security: Security,
    /// Limits on callers.
    rate_limit: RateLimit,
    /// Signing keys.
    keys: Keys,
    /// How mail goes out.
    mail: Mail,
    /// What pages look like.
    branding: Branding,
    /// What is written to stderr.
    logging: Logging,
    /// What the server does on its own.
    jobs: Jobs,
}

/// A configuration that was checked: later code cannot see a bad value.
#[derive(Clone)]
pub struct Config {
    /// As written.
    pub raw: Raw,
    /// `server.public_url`.
    pub issuer: Issuer,
    /// Relying party id, name and origins.
    pub relying_party: RelyingParty,
    /// `database.url`, or the SQLite file in the data directory.
    pub database_url: String,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// What is odd, but no reason to refuse.
    pub warnings: Vec<String>,
    /// Keys that the file or the environment says.
    pub written: BTreeSet<String>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The database URL has a password; what was written redacts its own.
        f.debug_struct("Config").field("raw", &self.raw).finish_non_exhaustive()
    }
}

impl Config {
    /// Whether the endpoints of FIDO's conformance tests are served.
    #[must_use]
    pub fn has_conformance_api(&self) -> bool {
        self.raw.webauthn.conformance_api != ConformanceApi::Off
    }

    /// Checks what was written; all problems at once.
    ///
    /// # Errors
    /// The list of problems.
    pub fn check(raw: Raw) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let issuer = problem::collect(&mut problems, Issuer::parse(&raw.server.public_url));
        let relying_party = issuer
            .as_ref()
            .and_then(|issuer| problem::collect(&mut problems, RelyingParty::parse(&raw.webauthn, issuer)));
        let trusted_proxies = problem::collect(&mut problems, raw.server.trusted_proxies());
        problem::collect(&mut problems, raw.database.check_url());
        problem::collect(&mut problems, raw.jobs.check());
        problem::collect(&mut problems, raw.keys.check());
        problem::collect(&mut problems, raw.branding.check());
        problems.extend(raw.server.check());
        problems.extend(raw.oidc.check());
        problems.extend(raw.mail.check());
        problems.extend(raw.webauthn.check());
        problems.extend(raw.rate_limit.check());
        if raw.webauthn.challenge_lifetime.get() > chrono::Duration::hours(1) {
            problems.push(Problem::new("webauthn.challenge_lifetime", "at most one hour"));
        }
        let database_url = raw.database.url_or_file(&raw.server.data_dir);
        match (issuer, relying_party, trusted_proxies) {
            (Some(issuer), Some(relying_party), Some(trusted_proxies)) if problems.is_empty() => Ok(Self {
                raw,
                issuer,
                relying_party,
                database_url,
                trusted_proxies,
                warnings: Vec::new(),
                written: BTreeSet::new(),
            }),
            _ => Err(Error { problems }),
        }
    }
}

#[cfg(test)]
mod tests;
