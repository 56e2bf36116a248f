//! Configuration: defaults, a TOML file, the environment; parsed once into checked values.

mod database;
mod duration;
mod issuer;
mod load;
mod logging;
mod oidc;
mod problem;
mod rate_limit;
mod registration;
mod security;
mod server;
mod session;
mod webauthn;

use serde::Deserialize;

pub use database::Database;
pub use duration::Lifetime;
pub use issuer::Issuer;
pub use load::{Sources, load};
pub use logging::{Format, Logging};
pub use oidc::Oidc;
pub use problem::{Error, Problem};
pub use rate_limit::RateLimit;
pub use registration::{Registration, SignUp};
pub use security::Security;
pub use server::Server;
pub use session::Session;
pub use webauthn::{RelyingParty, WebAuthn};

/// Every section, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Raw {
    /// Address, issuer, data directory.
    pub server: Server,
    /// Where the truth is kept.
    pub database: Database,
    /// Passkeys.
    pub webauthn: WebAuthn,
    /// Tokens and codes.
    pub oidc: Oidc,
    /// How people get in.
    pub registration: Registration,
    /// Browser sessions.
    pub session: Session,
    /// Keys at rest.
    pub security: Security,
    /// Limits on callers.
    pub rate_limit: RateLimit,
    /// What is written to stderr.
    pub logging: Logging,
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
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The database URL has a password; what was written redacts its own.
        f.debug_struct("Config").field("raw", &self.raw).finish_non_exhaustive()
    }
}

impl Config {
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
        problem::collect(&mut problems, raw.server.check_listen());
        problem::collect(&mut problems, raw.database.check_url());
        if raw.rate_limit.enabled {
            problems.push(Problem::new("rate_limit.enabled", "limits are not built yet: put them into the proxy"));
        }
        if raw.webauthn.challenge_lifetime.get() > chrono::Duration::hours(1) {
            problems.push(Problem::new("webauthn.challenge_lifetime", "at most one hour"));
        }
        if raw.registration.sign_up == SignUp::Token {
            let detail = "\"token\" is not supported by this version; use \"closed\" or \"open\"";
            problems.push(Problem::new("registration.sign_up", detail));
        }
        let database_url = raw.database.url_or_file(&raw.server.data_dir);
        match (issuer, relying_party, trusted_proxies) {
            (Some(issuer), Some(relying_party), Some(trusted_proxies)) if problems.is_empty() => {
                Ok(Self { raw, issuer, relying_party, database_url, trusted_proxies })
            }
            _ => Err(Error { problems }),
        }
    }
}

#[cfg(test)]
mod tests;
