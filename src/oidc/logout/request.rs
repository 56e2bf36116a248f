//! What an app asks for with a sign-out (OIDC RP-Initiated Logout 2).

use std::sync::Arc;

use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::{
    http::Call,
    oidc::{
        id_token_hint::{self, Hint},
        issue,
    },
    protocol::{client::Client, parameters::Parameters},
    store,
};

/// What remains once every part was looked at. What is wrong is as if it had not been sent: people can sign out whatever
/// their app does, but go nowhere that it did not register.
pub(super) struct LogoutRequest {
    client: Option<Arc<Client>>,
    hint: Option<Hint>,
    redirect_uri: Option<String>,
    state: Option<String>,
}

impl LogoutRequest {
    pub(super) async fn read(call: &Call, parameters: &Parameters) -> Result<Self, store::Error> {
        let named = parameters.find("client_id");
        let hint = parameters.find("id_token_hint").map(|token| id_token_hint::read(&call.app, token));
        // A hint that is not ours, or another client's than the request names, spoils the whole.
        let hint = match hint {
            Some(None) => return Ok(Self::nothing()),
            Some(Some(hint)) if named.is_some_and(|named| named != hint.client_id) => return Ok(Self::nothing()),
            hint => hint.flatten(),
        };
        let client_id = hint.as_ref().map(|hint| hint.client_id.as_str()).or(named);
        let client = match client_id {
            Some(client_id) => call.app.clients.find(client_id).await?.filter(|client| client.enabled),
            None => None,
        };
        let registered = |uri: &&str| client.as_ref().is_some_and(|client| client.has_post_logout_redirect_uri(uri));
        let redirect_uri = parameters.find("post_logout_redirect_uri").filter(registered).map(str::to_owned);
        let state = parameters.find("state").map(str::to_owned);
        Ok(Self { client, hint, redirect_uri, state })
    }

    fn nothing() -> Self {
        Self { client: None, hint: None, redirect_uri: None, state: None }
    }

    /// Whether it shows that this session is meant: then nobody need be asked.
    pub(super) fn means(&self, call: &Call, session: Uuid) -> bool {
        let (Some(client), Some(hint)) = (&self.client, &self.hint) else { return false };
        hint.sid.as_ref().is_some_and(|sid| *sid == issue::sid(&call.app, client, session))
    }

    /// Whether it shows one of our ID tokens. Without, nobody is sent anywhere who was not asked.
    pub(super) fn has_hint(&self) -> bool {
        self.hint.is_some()
    }

    /// Where people go afterwards: what was registered, with `state` and nothing else.
    pub(super) fn location(&self) -> Option<String> {
        let uri = self.redirect_uri.as_ref()?;
        let Some(state) = &self.state else { return Some(uri.clone()) };
        let joint = if uri.contains('?') { '&' } else { '?' };
        let query = Serializer::new(String::new()).append_pair("state", state).finish();
        Some(format!("{uri}{joint}{query}"))
    }
}
