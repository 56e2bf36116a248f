//! Registered clients, and what they send.

use base64::{Engine, engine::general_purpose::STANDARD};
use claviger::{
    crypto::token::{self, TokenKind},
    protocol::{
        client::{Client, TokenEndpointAuthMethod},
        client_details::AccessTokenFormat,
        client_metadata::ClientMetadata,
        resource::Resource,
        scope::ScopeSet,
    },
    store::{self, client, resource},
};
use poem::http::{Method, StatusCode};
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
    /// A resource server; `of` may introspect its tokens.
    pub async fn resource(&self, identifier: &str, scopes: &str, format: AccessTokenFormat, of: Option<&Registered>) {
        let resource = Resource {
            id: self.app.uuid(),
            identifier: identifier.to_owned(),
            scopes: ScopeSet::parse(scopes).unwrap(),
            access_token_format: format,
            client_id: of.map(|client| client.client.id),
        };
        let (change, now) = (self.app.uuid(), self.app.now());
        assert!(self.app.store.write(async |tx| resource::insert(tx, change, &resource, now).await).await.unwrap());
        self.app.refresh().await.unwrap();
    }

    /// UserInfo by the token in the header.
    pub async fn userinfo(&self, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        self.browser().send(Method::GET, "/oauth2/userinfo", &[("authorization", &bearer)], vec![]).await
    }

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
            grant_types: Some(["authorization_code", "refresh_token"].map(str::to_owned).to_vec()),
            ..ClientMetadata::default()
        };
        metadata(&mut asked);
        let mut client = asked.into_client(self.app.uuid(), format!("client-{name}")).unwrap();
        adjust(&mut client);
        let method = client.token_endpoint_auth_method;
        let secret = method.has_secret().then(|| token::generate(&*self.app.rng, TokenKind::ClientSecret));
        let now = self.app.now();
        self.app
            .store
            .write(async |tx| {
                assert!(client::insert(tx, self.app.uuid(), &client, now).await?);
                let (id, key) = (self.app.uuid(), (&self.app.data_keys.credentials, &*self.app.rng));
                match &secret {
                    Some(secret) if method == TokenEndpointAuthMethod::ClientSecretJwt => {
                        client::insert_signing_secret(tx, (id, client.id), key, secret, now).await?;
                    }
                    Some(secret) => client::insert_secret(tx, id, client.id, secret.hash, now).await?,
                    None => {}
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

    /// A form post as this client: with its secret, or its name.
    pub async fn post(&self, app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        if self.secret.is_none() {
            fields.push(("client_id", &self.client_id));
        }
        let basic = self.basic();
        let headers: Vec<(&str, &str)> = basic.iter().map(|value| ("authorization", value.as_str())).collect();
        app.browser().form(path, &fields, &headers).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, app: &TestApp, token: &str, changes: &[(&str, &str)]) -> Answer {
        let fields = [&[("grant_type", "refresh_token"), ("refresh_token", token)], changes].concat();
        self.post(app, "/oauth2/token", &fields).await
    }

    /// The Basic header, for a confidential client.
    pub fn basic(&self) -> Option<String> {
        let secret = self.secret.as_ref()?;
        Some(format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.client_id))))
    }
}

/// What a JWT says, whoever signed it.
pub fn payload(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap_or_else(|| panic!("no JWT: {jwt}"));
    serde_json::from_slice(&claviger::crypto::mac::from_base64url(payload).unwrap()).unwrap()
}

/// A member that must be there.
pub fn text(answer: &Answer, member: &str) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()[member].as_str().unwrap_or_else(|| panic!("no {member}: {}", answer.body)).to_owned()
}

/// Tokens of a successful answer.
pub fn tokens(answer: &Answer) -> (String, Value) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let json = answer.json();
    let payload = json["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims = claviger::crypto::mac::from_base64url(payload).unwrap();
    (json["access_token"].as_str().unwrap().to_owned(), serde_json::from_slice(&claims).unwrap())
}
