//! What docs/connect/axum.md says, as an app.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Query, State},
    response::Redirect,
    routing::get,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse, UserInfoClaims,
    core::{CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata},
    reqwest,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Groups {
    #[serde(default)]
    groups: Vec<String>,
}
impl AdditionalClaims for Groups {}

struct App {
    client: Client,
    http: reqwest::Client,
    /// The session of the one browser that comes.
    waiting: Mutex<Option<(CsrfToken, Nonce, PkceCodeVerifier)>>,
}

#[derive(Deserialize)]
struct Back {
    code: String,
    state: String,
}

/// Listens; its address.
pub async fn serve(issuer: &str, client_id: &str, client_secret: &str) -> String {
    // A second installation says that there is one already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let issuer = IssuerUrl::new(issuer.to_owned()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
    let secret = ClientSecret::new(client_secret.to_owned());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.to_owned()), Some(secret))
        .set_redirect_uri(RedirectUrl::new(format!("{origin}/callback")).unwrap());
    let app = Arc::new(App { client, http, waiting: Mutex::new(None) });
    let router = Router::new().route("/", get(start)).route("/callback", get(back)).with_state(app);
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

async fn start(State(app): State<Arc<App>>) -> Redirect {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = app
        .client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email", "groups"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    *app.waiting.lock().unwrap() = Some((state, nonce, verifier));
    Redirect::to(url.as_str())
}

async fn back(State(app): State<Arc<App>>, Query(back): Query<Back>) -> Json<Value> {
    let (state, nonce, verifier) = app.waiting.lock().unwrap().take().unwrap();
    assert_eq!(*state.secret(), back.state);
    let code = AuthorizationCode::new(back.code);
    let request = app.client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    let tokens = request.request_async(&app.http).await.unwrap();
    let claims = tokens.id_token().unwrap().claims(&app.client.id_token_verifier(), &nonce).unwrap();
    let subject = claims.subject().clone();
    let userinfo: UserInfoClaims<Groups, CoreGenderClaim> = app
        .client
        .user_info(tokens.access_token().clone(), Some(subject))
        .unwrap()
        .request_async(&app.http)
        .await
        .unwrap();
    let name = userinfo.preferred_username().unwrap().as_str();
    Json(json!({ "name": name, "groups": userinfo.additional_claims().groups }))
}
