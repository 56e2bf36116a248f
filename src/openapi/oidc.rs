//! OAuth 2.0 and OpenID Connect.

use poem::web::Data;
use poem_openapi::{
    OpenApi, Tags,
    param::{Path, Query},
    payload::Form,
};

use super::{
    authorization::{AuthorizationRequest, AuthorizeAnswer},
    claims::UserInfoAnswer,
    describe::{Answer, Described, DescribedBody, PlainJson},
    errors::OAuthRefusal,
    metadata::{KeysAnswer, MetadataAnswer},
    registration::{ClientInformation, RegisteredAnswer, RegistrationAnswer, RemovedAnswer},
    security::{AccessToken, ClientAuthentication, RegistrationToken, Scope},
    tokens::{
        IntrospectionAnswer, IntrospectionRequest, RevocationAnswer, RevocationRequest, TokenAnswer, TokenRequest,
    },
};
use crate::{
    http::{Call, oauth, page},
    oidc::{authorization::endpoint, discovery, introspection, registration as clients, revocation, token, userinfo},
};

/// Parts of the document.
#[derive(Tags)]
pub enum OidcTag {
    /// What the provider can do, and its keys.
    Metadata,
    /// Asking people, by sending them.
    Authorization,
    /// Codes into tokens.
    Tokens,
    /// Who signed in.
    UserInfo,
    /// Clients that register themselves.
    Registration,
}

/// The OIDC document.
pub struct OidcApi;

#[OpenApi]
impl OidcApi {
    /// Provider metadata
    ///
    /// OpenID Connect Discovery 4; appended to the issuer.
    #[oai(
        path = "/.well-known/openid-configuration",
        method = "get",
        tag = "OidcTag::Metadata",
        operation_id = "openid_configuration"
    )]
    async fn openid_configuration(&self, call: Data<&Call>) -> Answer<Result<MetadataAnswer, OAuthRefusal>> {
        oauth(discovery::get)(call.0.clone()).await.into()
    }

    /// Authorization server metadata
    ///
    /// RFC 8414 3; inserted between the issuer's host and path. The same document.
    #[oai(
        path = "/.well-known/oauth-authorization-server",
        method = "get",
        tag = "OidcTag::Metadata",
        operation_id = "oauth_authorization_server"
    )]
    async fn oauth_authorization_server(&self, call: Data<&Call>) -> Answer<Result<MetadataAnswer, OAuthRefusal>> {
        oauth(discovery::get)(call.0.clone()).await.into()
    }

    /// Keys
    ///
    /// RFC 7517 5.
    #[oai(path = "/oauth2/jwks", method = "get", tag = "OidcTag::Metadata", operation_id = "jwks")]
    async fn jwks(&self, call: Data<&Call>) -> Answer<Result<KeysAnswer, OAuthRefusal>> {
        oauth(discovery::jwks)(call.0.clone()).await.into()
    }

    /// Authorization
    ///
    /// OIDC Core 3.1.2: where an app sends people, with PKCE.
    #[expect(clippy::too_many_arguments, reason = "parameters of the specification")]
    #[oai(path = "/oauth2/authorize", method = "get", tag = "OidcTag::Authorization", operation_id = "authorize")]
    async fn authorize(
        &self,
        call: Data<&Call>,
        #[oai(name = "response_type")] _response_type: Described<Query<String>>,
        #[oai(name = "client_id")] _client_id: Described<Query<String>>,
        #[oai(name = "redirect_uri")] _redirect_uri: Described<Query<Option<String>>>,
        #[oai(name = "scope")] _scope: Described<Query<String>>,
        #[oai(name = "state")] _state: Described<Query<Option<String>>>,
        #[oai(name = "nonce")] _nonce: Described<Query<Option<String>>>,
        #[oai(name = "code_challenge")] _code_challenge: Described<Query<Option<String>>>,
        #[oai(name = "code_challenge_method")] _method: Described<Query<Option<String>>>,
        #[oai(name = "prompt")] _prompt: Described<Query<Option<String>>>,
        #[oai(name = "max_age")] _max_age: Described<Query<Option<u32>>>,
        #[oai(name = "ui_locales")] _ui_locales: Described<Query<Option<String>>>,
        #[oai(name = "login_hint")] _login_hint: Described<Query<Option<String>>>,
        #[oai(name = "response_mode")] _response_mode: Described<Query<Option<String>>>,
        #[oai(name = "id_token_hint")] _id_token_hint: Described<Query<Option<String>>>,
        #[oai(name = "acr_values")] _acr_values: Described<Query<Option<String>>>,
        #[oai(name = "claims")] _claims: Described<Query<Option<String>>>,
        #[oai(name = "resource")] _resource: Described<Query<Option<String>>>,
        #[oai(name = "request")] _request: Described<Query<Option<String>>>,
        #[oai(name = "request_uri")] _request_uri: Described<Query<Option<String>>>,
    ) -> Answer<AuthorizeAnswer> {
        page(endpoint::get)(call.0.clone()).await.into()
    }

    /// Authorization by form
    ///
    /// The same parameters in a form; answers with a redirect to the same by GET.
    #[oai(
        path = "/oauth2/authorize",
        method = "post",
        tag = "OidcTag::Authorization",
        operation_id = "authorize_by_form"
    )]
    async fn authorize_by_form(
        &self,
        call: Data<&Call>,
        _form: DescribedBody<Form<AuthorizationRequest>>,
    ) -> Answer<AuthorizeAnswer> {
        page(endpoint::post)(call.0.clone()).await.into()
    }

    /// Tokens
    ///
    /// RFC 6749 4.1.3, 4.4.2 and 6: exchanges a code, once; a refresh token, for its successor; or nothing but the client.
    #[oai(path = "/oauth2/token", method = "post", tag = "OidcTag::Tokens", operation_id = "token")]
    async fn token(
        &self,
        call: Data<&Call>,
        _client: Described<ClientAuthentication>,
        _form: DescribedBody<Form<TokenRequest>>,
    ) -> Answer<Result<TokenAnswer, OAuthRefusal>> {
        oauth(token::endpoint::post)(call.0.clone()).await.into()
    }

    /// Introspection
    ///
    /// RFC 7662 2: what was issued to the caller, or is meant for its resource.
    #[oai(path = "/oauth2/introspect", method = "post", tag = "OidcTag::Tokens", operation_id = "introspect")]
    async fn introspect(
        &self,
        call: Data<&Call>,
        _client: Described<ClientAuthentication>,
        _form: DescribedBody<Form<IntrospectionRequest>>,
    ) -> Answer<Result<IntrospectionAnswer, OAuthRefusal>> {
        oauth(introspection::post)(call.0.clone()).await.into()
    }

    /// Revocation
    ///
    /// RFC 7009 2: a refresh token takes along all that came from it.
    #[oai(path = "/oauth2/revoke", method = "post", tag = "OidcTag::Tokens", operation_id = "revoke")]
    async fn revoke(
        &self,
        call: Data<&Call>,
        _client: Described<ClientAuthentication>,
        _form: DescribedBody<Form<RevocationRequest>>,
    ) -> Answer<Result<RevocationAnswer, OAuthRefusal>> {
        oauth(revocation::post)(call.0.clone()).await.into()
    }

    /// Register
    ///
    /// RFC 7591 3, where `oidc.dynamic_registration` lets strangers or holders of a registration token.
    #[oai(path = "/oauth2/register", method = "post", tag = "OidcTag::Registration", operation_id = "register")]
    async fn register(
        &self,
        call: Data<&Call>,
        _token: Described<RegistrationToken>,
        _body: DescribedBody<PlainJson<ClientInformation>>,
    ) -> Answer<Result<RegisteredAnswer, OAuthRefusal>> {
        oauth(clients::endpoint::post)(call.0.clone()).await.into()
    }

    /// Read a registration
    ///
    /// RFC 7592 2.1.
    #[oai(
        path = "/oauth2/register/:client_id",
        method = "get",
        tag = "OidcTag::Registration",
        operation_id = "read_registration"
    )]
    async fn read_registration(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        _token: Described<RegistrationToken>,
    ) -> Answer<Result<RegistrationAnswer, OAuthRefusal>> {
        oauth(clients::management::get)(call.0.clone()).await.into()
    }

    /// Change a registration
    ///
    /// RFC 7592 2.2: replaces everything.
    #[oai(
        path = "/oauth2/register/:client_id",
        method = "put",
        tag = "OidcTag::Registration",
        operation_id = "change_registration"
    )]
    async fn change_registration(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        _token: Described<RegistrationToken>,
        _body: DescribedBody<PlainJson<ClientInformation>>,
    ) -> Answer<Result<RegistrationAnswer, OAuthRefusal>> {
        oauth(clients::management::put)(call.0.clone()).await.into()
    }

    /// Remove a registration
    ///
    /// RFC 7592 2.3: with all that was issued to the client.
    #[oai(
        path = "/oauth2/register/:client_id",
        method = "delete",
        tag = "OidcTag::Registration",
        operation_id = "remove_registration"
    )]
    async fn remove_registration(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        _token: Described<RegistrationToken>,
    ) -> Answer<Result<RemovedAnswer, OAuthRefusal>> {
        oauth(clients::management::delete)(call.0.clone()).await.into()
    }

    /// Claims
    ///
    /// OIDC Core 5.3: who the token is about.
    #[oai(path = "/oauth2/userinfo", method = "get", tag = "OidcTag::UserInfo", operation_id = "userinfo")]
    async fn userinfo(
        &self,
        call: Data<&Call>,
        #[oai(scope = "Scope::Openid")] _token: Described<AccessToken>,
    ) -> Answer<Result<UserInfoAnswer, OAuthRefusal>> {
        oauth(userinfo::get)(call.0.clone()).await.into()
    }

    /// Claims by POST
    ///
    /// The same.
    #[oai(path = "/oauth2/userinfo", method = "post", tag = "OidcTag::UserInfo", operation_id = "userinfo_by_post")]
    async fn userinfo_by_post(
        &self,
        call: Data<&Call>,
        #[oai(scope = "Scope::Openid")] _token: Described<AccessToken>,
    ) -> Answer<Result<UserInfoAnswer, OAuthRefusal>> {
        oauth(userinfo::post)(call.0.clone()).await.into()
    }
}
