//! Discovery, the authorization request, and what comes back verified.

use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::CLIENT_ID;
use crate::crypto::mac::from_base64url;

/// The app's view of the provider.
pub(super) struct RelyingParty {
    issuer: String,
    redirect_uri: String,
    discovered: OnceCell<(CoreProviderMetadata, reqwest::Client)>,
}

/// What the app must remember until the person comes back.
pub(super) struct Pending {
    /// Where to send the person.
    pub url: String,
    /// Must come back.
    pub state: String,
    nonce: String,
    code_verifier: String,
}

/// Who signed in: only what was verified.
#[derive(Clone)]
pub(super) struct Person {
    /// Claims of the ID token.
    pub id_token: Value,
    /// Claims of userinfo.
    pub userinfo: Value,
}

/// What went wrong, for a developer to read.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

impl RelyingParty {
    pub(super) fn new(issuer: &str, redirect_uri: &str) -> Self {
        Self { issuer: issuer.to_owned(), redirect_uri: redirect_uri.to_owned(), discovered: OnceCell::new() }
    }

    /// The provider's address, for the sign-out link.
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Begins a sign-in: PKCE, state and nonce are fresh each time.
    pub(super) async fn start(&self) -> Result<Pending, Failure> {
        let (metadata, _) = self.discover().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(CLIENT_ID.to_owned()), None)
            .set_redirect_uri(RedirectUrl::new(self.redirect_uri.clone())?);
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Pending {
            url: url.to_string(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            code_verifier: verifier.into_secret(),
        })
    }

    /// Redeems the code and verifies the ID token: signature, issuer, audience, time, nonce, `at_hash`.
    pub(super) async fn finish(&self, pending: Pending, code: String) -> Result<Person, Failure> {
        let (metadata, http) = self.discover().await?;
        let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(CLIENT_ID.to_owned()), None)
            .set_redirect_uri(RedirectUrl::new(self.redirect_uri.clone())?);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.code_verifier))
            .request_async(http)
            .await?;
        let id_token = tokens.id_token().ok_or("the provider sent no ID token")?;
        let verifier = client.id_token_verifier();
        let claims = id_token.claims(&verifier, &Nonce::new(pending.nonce))?;
        let expected = claims.access_token_hash().ok_or("the ID token has no at_hash")?;
        let key = id_token.signing_key(&verifier)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
        if actual != *expected {
            return Err("the access token is not the one of the ID token".into());
        }
        let subject = claims.subject().clone();
        let request = client.user_info(tokens.access_token().clone(), Some(subject))?;
        let userinfo: CoreUserInfoClaims = request.request_async(http).await?;
        Ok(Person { id_token: payload(&id_token.to_string())?, userinfo: serde_json::to_value(userinfo)? })
    }

    async fn discover(&self) -> Result<&(CoreProviderMetadata, reqwest::Client), Failure> {
        self.discovered
            .get_or_try_init(|| async {
                let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
                let issuer = IssuerUrl::new(self.issuer.clone())?;
                let metadata = CoreProviderMetadata::discover_async(issuer, &http).await?;
                Ok((metadata, http))
            })
            .await
    }
}

/// All claims of an ID token that was verified before.
fn payload(id_token: &str) -> Result<Value, Failure> {
    let payload = id_token.split('.').nth(1).and_then(from_base64url).ok_or("the ID token is malformed")?;
    Ok(serde_json::from_slice(&payload)?)
}
