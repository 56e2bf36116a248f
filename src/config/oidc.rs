//! `[oidc]`

use super::{duration::Lifetime, problem::Problem, section::section, setting::choice};

choice! {
    /// Who may register clients over the network.
    DynamicRegistration: "\"off\", \"token\" or \"open\"" {
        /// Nobody.
        Off = "off",
        /// Whoever holds a token.
        Token = "token",
        /// Everybody.
        Open = "open",
    }
}

section! {
    /// Tokens and codes.
    Oidc in "oidc" {
        /// How long an authorization code can be redeemed.
        code_lifetime: Lifetime = Lifetime::seconds(60),
        /// How long an access token opens anything.
        access_token_lifetime: Lifetime = Lifetime::seconds(15 * 60),
        /// How long an ID token can be accepted, at most a day.
        id_token_lifetime: Lifetime = Lifetime::seconds(10 * 60),
        /// How long a refresh token can rest unused.
        refresh_idle: Lifetime = Lifetime::days(14),
        /// How long a chain of refresh tokens lasts at most.
        refresh_absolute: Lifetime = Lifetime::days(90),
        /// How long an authorization request waits for a person.
        authorization_request_lifetime: Lifetime = Lifetime::seconds(60 * 60),
        /// Who may register clients over the network: nobody, whoever holds a token (`claviger registration-token create`), or
        /// everybody.
        dynamic_registration: DynamicRegistration = DynamicRegistration::Off,
        /// Response types other than `code`, for old apps that register them: tokens then travel through browsers.
        legacy_response_types: bool = false,
        /// Networks that the server may call though they are private, such as an app's on the same host.
        outbound_allow: Vec<String> = Vec::new(),
        /// A file of certificates in PEM that outbound calls trust beside the public ones.
        outbound_extra_ca: Option<std::path::PathBuf> = None,
    }
}

/// A key that signs no more stays published for so long.
pub const LONGEST_ID_TOKEN: chrono::Duration = chrono::Duration::days(1);

impl Oidc {
    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.id_token_lifetime.get() > LONGEST_ID_TOKEN {
            problems.push(Problem::new("oidc.id_token_lifetime", "at most one day"));
        }
        // Nobody believes in longer ones, and what was revoked must be remembered as long.
        if self.access_token_lifetime.get() > chrono::Duration::days(365) {
            problems.push(Problem::new("oidc.access_token_lifetime", "at most one year"));
        }
        // A code is a bearer secret in a URL (RFC 6749 4.1.2).
        if self.code_lifetime.get() > chrono::Duration::minutes(10) {
            problems.push(Problem::new("oidc.code_lifetime", "at most ten minutes"));
        }
        for text in &self.outbound_allow {
            if text.parse::<ipnet::IpNet>().is_err() {
                let detail = format!("{text} is no network such as 10.0.0.0/8");
                problems.push(Problem::new("oidc.outbound_allow", detail));
            }
        }
        problems
    }
}
