//! Apps on other people's libraries, in the browser, against the binary: each registers itself, signs a person in, refreshes,
//! asks about the person and the token, revokes, signs out, and is told so behind the browser's back.

use std::{path::Path, time::Duration};

use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IntrospectionUrl, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope,
    TokenIntrospectionResponse, TokenResponse,
    core::{
        CoreApplicationType, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreProviderMetadata,
        CoreRegisterErrorResponseType, CoreResponseType, CoreSubjectIdentifierType, CoreUserInfoClaims,
    },
    registration::{AdditionalClientMetadata, ClientRegistrationRequest, EmptyAdditionalClientRegistrationResponse},
    reqwest,
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use crate::{
    harness::{Process, Stage},
    site::Site,
};

const OPEN: (&str, &str) = ("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open");

/// A stage that may call this site, and where apps register themselves.
pub async fn stage(site: &Site) -> Stage {
    let of_site = site.settings();
    let all: Vec<_> = of_site.iter().map(|(name, value)| (*name, value.as_str())).chain([OPEN]).collect();
    let stage = Stage::with(&all).await;
    stage.authenticator().await;
    stage.without_autofill().await;
    stage
}

/// From the app's request through an account and consent.
async fn sign_up_and_allow(stage: &Stage, app: &str) {
    stage.driver.goto(app).await.unwrap();
    stage.click("a[href*='/sign-up']").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "would like to know who you are").await;
    stage.click("button[data-decision=allow]").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_on_openid_client_gets_everything() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/rp/openid_client.mjs");
    assert!(script.exists(), "tests/run installs it");
    let site = Site::new().await;
    let stage = stage(&site).await;
    let settings = site.settings();
    let (_, certificate) = settings.iter().find(|(name, _)| name.ends_with("EXTRA_CA")).unwrap();
    let key = Path::new(certificate).with_file_name("key.pem");
    let environment = [("ISSUER", &*stage.issuer), ("CERTIFICATE", certificate), ("KEY", key.to_str().unwrap())];
    let mut app = Process::start("node", &[script.to_str().unwrap()], &environment, script.parent().unwrap());
    let url = app.line("app: ");
    sign_up_and_allow(&stage, &url).await;
    stage.sees("#result", "alice").await;
    let result = stage.text("#result").await;
    for good in [r#""name":"alice""#, r#""refreshed":true"#, r#""active":true"#, r#""revoked":true"#] {
        assert!(result.contains(good), "{good}: {result}");
    }
    stage.click("#sign-out").await;
    stage.sees("#gone", "bye").await;
    let gone = stage.text("#gone").await;
    assert!(gone.contains(r#""told":true"#) && gone.contains("logout+jwt"), "{gone}");
    stage.open("/account").await;
    stage.sees("h1", "Sign in").await;
    stage.quit().await;
}

/// What the library's own type lacks.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Logout {
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: String,
}

impl AdditionalClientMetadata for Logout {}

type Registration = ClientRegistrationRequest<
    Logout,
    EmptyAdditionalClientRegistrationResponse,
    CoreApplicationType,
    CoreClientAuthMethod,
    CoreRegisterErrorResponseType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Waits for the browser at this path; the query it came with.
async fn visited(listener: &TcpListener, path: &str) -> Url {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = vec![0; 16 * 1024];
        let length = stream.read(&mut head).await.unwrap();
        let head = String::from_utf8_lossy(&head[..length]).into_owned();
        let page = "<!doctype html><title>app</title><h1>Back at the app</h1>";
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        let target = head.split(' ').nth(1).unwrap_or_default();
        if target.starts_with(path) {
            return Url::parse(&format!("http://127.0.0.1{target}")).unwrap();
        }
    }
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_on_openidconnect_gets_everything() {
    let site = Site::new().await;
    site.publish("/backchannel", "text/plain", "");
    let stage = stage(&site).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let issuer = IssuerUrl::new(stage.issuer.clone()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer.clone(), &http).await.unwrap();
    let redirect_uri = RedirectUrl::new(format!("{origin}/callback")).unwrap();
    let logout = Logout {
        post_logout_redirect_uris: vec![format!("{origin}/bye")],
        backchannel_logout_uri: site.url("/backchannel"),
    };
    let registered = Registration::new(vec![redirect_uri.clone()], logout)
        .set_grant_types(Some(vec![CoreGrantType::AuthorizationCode, CoreGrantType::RefreshToken]))
        .register_async(metadata.registration_endpoint().unwrap(), &http)
        .await
        .unwrap();
    let (id, secret) = (registered.client_id().clone(), registered.client_secret().unwrap().clone());
    let client = CoreClient::from_provider_metadata(metadata, id.clone(), Some(secret.clone()))
        .set_introspection_url(IntrospectionUrl::new(format!("{}/oauth2/introspect", stage.issuer)).unwrap())
        .set_redirect_uri(redirect_uri);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let (back, ()) = tokio::join!(visited(&listener, "/callback"), sign_up_and_allow(&stage, url.as_str()));
    assert_eq!(parameter(&back, "state"), *state.secret());
    let code = AuthorizationCode::new(parameter(&back, "code"));
    let tokens = client.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&http).await.unwrap();
    let (id_token, checks) = (tokens.id_token().unwrap(), client.id_token_verifier());
    let subject = id_token.claims(&checks, &nonce).unwrap().subject().clone();
    let userinfo = client.user_info(tokens.access_token().clone(), Some(subject.clone())).unwrap();
    let userinfo: CoreUserInfoClaims = userinfo.request_async(&http).await.unwrap();
    assert_eq!(userinfo.preferred_username().unwrap().as_str(), "alice");
    let refresh_token = tokens.refresh_token().unwrap();
    let refreshed = client.exchange_refresh_token(refresh_token).unwrap().request_async(&http).await.unwrap();
    let again = refreshed.id_token().unwrap().claims(&checks, |_: Option<&Nonce>| Ok(())).unwrap();
    assert_eq!(*again.subject(), subject);
    let told = client.introspect(refreshed.access_token()).request_async(&http).await.unwrap();
    assert!(told.active());
    // The library revokes over https alone, and this provider is on http://localhost.
    revoke(&http, &stage, (&id, &secret), refreshed.refresh_token().unwrap().secret()).await;
    let told = client.introspect(refreshed.access_token()).request_async(&http).await.unwrap();
    assert!(!told.active(), "its family is revoked");
    let provider = ProviderMetadataWithLogout::discover_async(issuer, &http).await.unwrap();
    let end_session = provider.additional_metadata().end_session_endpoint.clone().unwrap();
    let bye = LogoutRequest::from(end_session)
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(format!("{origin}/bye")).unwrap())
        .set_state(CsrfToken::new("bye".to_owned()));
    let url = bye.http_get_url().to_string();
    let (back, gone) = tokio::join!(visited(&listener, "/bye"), stage.driver.goto(url));
    gone.unwrap();
    assert_eq!(back.query(), Some("state=bye"), "state and nothing else");
    told_within(&site, Duration::from_secs(20)).await;
    stage.quit().await;
}

async fn revoke(http: &reqwest::Client, stage: &Stage, (id, secret): (&ClientId, &ClientSecret), token: &str) {
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
    let request = http.post(format!("{}/oauth2/revoke", stage.issuer)).basic_auth(id.as_str(), Some(secret.secret()));
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert!(answer.status().is_success());
}

/// The first attempt is made at once; the browser may be back before it has arrived.
async fn told_within(site: &Site, patience: Duration) {
    let begun = std::time::Instant::now();
    while site.asked("/backchannel").is_empty() {
        assert!(begun.elapsed() < patience, "nobody was told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(site.asked("/backchannel")[0].starts_with("logout_token="));
}
