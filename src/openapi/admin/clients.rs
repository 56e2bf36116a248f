//! Apps and their secrets.
#![expect(clippy::too_many_arguments, reason = "an operation has as many as its query and headers")]

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    AdminRefusal, AdminScope, AdminTag, Administration,
    shapes::{
        ClientAnswer, ClientErrorsAnswer, ClientSort, ClientsAnswer, CreatedClientAnswer, PreviewAnswer,
        PreviewRequest, PutClient, SecretAnswer,
    },
};
use crate::{
    admin::api::{clients, preview, refusals},
    http::{Call, json},
    openapi::{
        describe::{Answer, Described, DescribedBody, PlainJson},
        portal::Done,
    },
};

/// Apps and their secrets.
#[derive(Default)]
pub struct AdminClientsApi;

#[OpenApi]
impl AdminClientsApi {
    /// Lists apps
    ///
    /// A page of them, without secrets.
    #[oai(path = "/api/admin/v1/clients", method = "get", tag = "AdminTag::Clients", operation_id = "list_clients")]
    async fn list_clients(
        &self,
        call: Data<&Call>,
        /// The beginning of a name, in capital or small letters
        #[oai(name = "q")]
        _q: Described<Query<Option<String>>>,
        /// Whether they get anything at all
        #[oai(name = "enabled")]
        _enabled: Described<Query<Option<bool>>>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<ClientSort>>>,
        #[oai(scope = "AdminScope::ClientsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<ClientsAnswer, AdminRefusal>> {
        json(clients::list)(call.0.clone()).await.into()
    }

    /// Registers an app
    ///
    /// For members of its groups alone, unless `group_restricted` says otherwise. Its secret is told once.
    /// Scopes that reach accounts or administration are an administrator's to give.
    #[oai(path = "/api/admin/v1/clients", method = "post", tag = "AdminTag::Clients", operation_id = "create_client")]
    async fn create_client(
        &self,
        call: Data<&Call>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::ClientsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutClient>>,
    ) -> Answer<Result<CreatedClientAnswer, AdminRefusal>> {
        json(clients::create)(call.0.clone()).await.into()
    }

    /// Shows an app
    ///
    /// Without secrets, with the tag that `If-Match` of a change takes.
    #[oai(
        path = "/api/admin/v1/clients/:client_id",
        method = "get",
        tag = "AdminTag::Clients",
        operation_id = "get_client"
    )]
    async fn get_client(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        #[oai(scope = "AdminScope::ClientsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<ClientAnswer, AdminRefusal>> {
        json(clients::show)(call.0.clone()).await.into()
    }

    /// Changes an app
    ///
    /// All of it: what is left out is as in a new one, but `groups`, `group_restricted` and `claims`, which stay.
    #[oai(
        path = "/api/admin/v1/clients/:client_id",
        method = "put",
        tag = "AdminTag::Clients",
        operation_id = "put_client"
    )]
    async fn put_client(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::ClientsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutClient>>,
    ) -> Answer<Result<ClientAnswer, AdminRefusal>> {
        json(clients::put)(call.0.clone()).await.into()
    }

    /// Removes an app
    ///
    /// With all that was issued to it.
    #[oai(
        path = "/api/admin/v1/clients/:client_id",
        method = "delete",
        tag = "AdminTag::Clients",
        operation_id = "delete_client"
    )]
    async fn delete_client(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::ClientsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(clients::delete)(call.0.clone()).await.into()
    }

    /// Shows what an app would be told of somebody
    ///
    /// And why a claim would not be there; also by rules that it has not yet. Changes nothing: a page shows no passkey for it.
    #[oai(
        path = "/api/admin/v1/clients/:client_id/preview",
        method = "post",
        tag = "AdminTag::Clients",
        operation_id = "preview_client"
    )]
    async fn preview_client(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        #[oai(scope = "AdminScope::ClientsRead")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PreviewRequest>>,
    ) -> Answer<Result<PreviewAnswer, AdminRefusal>> {
        json(preview::post)(call.0.clone()).await.into()
    }

    /// Lists what an app was refused
    ///
    /// By the endpoints that it or its people called, in a week: a row for each kind, the last first, with the exact OAuth error.
    #[oai(
        path = "/api/admin/v1/clients/:client_id/errors",
        method = "get",
        tag = "AdminTag::Clients",
        operation_id = "list_client_errors"
    )]
    async fn list_client_errors(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        #[oai(scope = "AdminScope::ClientsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<ClientErrorsAnswer, AdminRefusal>> {
        json(refusals::list)(call.0.clone()).await.into()
    }

    /// Makes another secret
    ///
    /// Told once. Two are good at a time: of more, the oldest is good no more.
    #[oai(
        path = "/api/admin/v1/clients/:client_id/secrets",
        method = "post",
        tag = "AdminTag::Clients",
        operation_id = "create_client_secret"
    )]
    async fn create_client_secret(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::ClientsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<SecretAnswer, AdminRefusal>> {
        json(clients::create_secret)(call.0.clone()).await.into()
    }

    /// Takes a secret away
    ///
    /// It proves nothing from then on; the other one, if there is one, still does.
    #[oai(
        path = "/api/admin/v1/clients/:client_id/secrets/:secret",
        method = "delete",
        tag = "AdminTag::Clients",
        operation_id = "revoke_client_secret"
    )]
    async fn revoke_client_secret(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        #[oai(name = "secret")] _secret: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::ClientsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(clients::revoke_secret)(call.0.clone()).await.into()
    }
}
