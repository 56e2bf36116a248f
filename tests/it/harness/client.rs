//! Registered clients, and what they send.

use base64::{Engine, engine::general_purpose::STANDARD};
use claviger::{
    crypto::token::{self, TokenKind},
    protocol::{client::Client, client_metadata::ClientMetadata},
    store::{self, client},
};
use poem::http::StatusCode;
use serde_json::Value;

use super::{Answer, Browser, TestApp};

/// A verifier and its challenge (RFC 7636 appendix B).
pub const S256: (&str, &str) =
    ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

/// A client in the database.
#[derive(Clone)]
pub struct Registered {
    pub client: Client,
    pub client_id: String,
    pub secret: Option<String>,
    pub redirect_uri: String,
}

impl TestApp {
    /// A public client.
    pub async fn public_client(&self, name: &str) -> Registered {
        self.client(name, |client| client.token_endpoint_auth_method = Some("none".to_owned()), |_| ()).await
    }

    /// A confidential client.
    pub async fn confidential_client(&self, name: &str) -> Registered {
        self.client(name, |_| (), |_| ()).await
    }

    pub async fn client(
        &self,
        name: &str,
        metadata: impl FnOnce(&mut ClientMetadata),
        adjust: impl FnOnce(&mut Client),
    ) -> Registered {
        let redirect_uri = format!("https://{name}.example/cb");
        let mut asked = ClientMetadata {
            client_name: Some(name.to_owned()),
            redirect_uris: vec![redirect_uri.clone()],
            ..ClientMetadata::default()
        };
        metadata(&mut asked);
        let mut client = asked.into_client(self.app.uuid(), format!("client-{name}")).unwrap();
        adjust(&mut client);
        let secret = (!client.is_public()).then(|| token::generate(&*self.app.rng, TokenKind::ClientSecret));
        let now = self.app.now();
        self.app
            .store
            .write(async |tx| {
                assert!(client::insert(tx, self.app.uuid(), &client, now).await?);
                if let Some(secret) = &secret {
                    client::insert_secret(tx, self.app.uuid(), client.id, secret.hash, now).await?;
                }
                Ok::<_, store::Error>(())
            })
            .await
            .unwrap();
        self.app.refresh().await.unwrap();
        let secret = secret.map(|secret| secret.token.expose().clone());
        Registered { client_id: client.client_id.clone(), client, secret, redirect_uri }
    }

    pub async fn update_client(&self, registered: &Registered, adjust: impl FnOnce(&mut Client)) {
        let mut client = registered.client.clone();
        adjust(&mut client);
        let now = self.app.now();
        self.app.store.write(async |tx| client::update(tx, self.app.uuid(), &client, now).await).await.unwrap();
        self.app.refresh().await.unwrap();
    }
}

impl Registered {
    /// The query of an authorization request with PKCE.
    pub fn query(&self, extra: &str) -> String {
        let scope = if extra.contains("scope=") { "" } else { "&scope=openid" };
        let joint = if extra.is_empty() { "" } else { "&" };
        let redirect_uri: String = url::form_urlencoded::byte_serialize(self.redirect_uri.as_bytes()).collect();
        format!(
            "response_type=code&client_id={}&redirect_uri={redirect_uri}&state=s{scope}&nonce=n\
             &code_challenge={}&code_challenge_method=S256{joint}{extra}",
            self.client_id, S256.1
        )
    }

    /// Redeems a code as this client would.
    pub async fn redeem(&self, browser: &Browser, code: &str) -> Answer {
        self.redeem_with(browser, code, &[]).await
    }

    /// The same with fields put in, replaced, or (when empty) left out.
    pub async fn redeem_with(&self, browser: &Browser, code: &str, changes: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &*self.redirect_uri),
            ("code_verifier", S256.0),
        ];
        if self.secret.is_none() {
            fields.push(("client_id", &self.client_id));
        }
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let basic = self.basic();
        let headers: Vec<(&str, &str)> = basic.iter().map(|value| ("authorization", value.as_str())).collect();
        browser.form("/oauth2/token", &fields, &headers).await
    }

    /// The Basic header, for a confidential client.
    pub fn basic(&self) -> Option<String> {
        let secret = self.secret.as_ref()?;
        Some(format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.client_id))))
    }
}

/// Tokens of a successful answer.
pub fn tokens(answer: &Answer) -> (String, Value) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let json = answer.json();
    let payload = json["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims = claviger::crypto::mac::from_base64url(payload).unwrap();
    (json["access_token"].as_str().unwrap().to_owned(), serde_json::from_slice(&claims).unwrap())
}
