//! Passkey ceremonies (WebAuthn Level 3): pages, the four JSON endpoints, and the one wrapper over the library.

mod attestation_object;
pub mod authentication;
mod authenticator_data;
mod ceremony;
mod client_data;
pub mod conformance;
#[cfg(any(test, fuzzing))]
mod crafted;
mod credential_json;
pub mod enrollment;
mod finished;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod good_enough;
pub mod link;
pub mod other_browser;
pub mod provider;
pub mod qr;
pub mod recover;
pub mod registration;
mod sealed;
pub mod sign_in;
pub mod sign_up;
pub mod well_known;

/// Words that every page about an app shows.
#[derive(Clone, Debug)]
pub struct ClientWords {
    /// `client_name`.
    pub name: String,
    /// Where people know it from.
    pub host: String,
    /// Stands for a logo.
    pub initial: String,
    /// Path of our copy of its logo.
    pub logo: Option<String>,
    /// How it uses what it is told.
    pub policy_uri: Option<String>,
    /// Its terms.
    pub tos_uri: Option<String>,
}

impl ClientWords {
    /// Of this client, as far as one request goes.
    #[must_use]
    pub fn new(urls: &crate::urls::Urls, client: &crate::protocol::client::Client, redirect_uri: &str) -> Self {
        let initial = client.client_name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        Self {
            name: client.client_name.clone(),
            host: crate::protocol::client::returns_to(redirect_uri),
            initial,
            logo: client.details.logo.as_ref().map(|tag| urls.logo(client.id, tag)),
            policy_uri: client.details.policy_uri.clone(),
            tos_uri: client.details.tos_uri.clone(),
        }
    }
}

/// Longest name of a passkey, in characters.
const MAX_NAME: usize = 64;

/// What a person calls a passkey: without control characters, cut where nobody reads on. `None` for nothing.
#[must_use]
pub fn tidy_name(typed: &str) -> Option<String> {
    let name: String = typed.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
