//! What people have: passkeys, sessions, consents.

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{
    AdminRefusal, AdminScope, AdminTag, Administration,
    shapes::{AdminSessionsAnswer, AgeSort, AllSessionsAnswer, ConsentsAnswer, CredentialsAnswer},
};
use crate::{
    admin::api::{consents, credentials, sessions},
    http::{Call, json},
    openapi::{
        describe::{Answer, Described},
        portal::Done,
    },
};

/// What people have: passkeys, sessions, consents.
#[derive(Default)]
pub struct AdminHoldingsApi;

#[OpenApi]
impl AdminHoldingsApi {
    /// Lists somebody's passkeys
    ///
    /// Oldest first, and whether each still meets what is asked of passkeys. No key is told.
    #[oai(
        path = "/api/admin/v1/users/:user/credentials",
        method = "get",
        tag = "AdminTag::Credentials",
        operation_id = "list_credentials"
    )]
    async fn list_credentials(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::CredentialsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<CredentialsAnswer, AdminRefusal>> {
        json(credentials::list)(call.0.clone()).await.into()
    }

    /// Takes a passkey away
    ///
    /// What it began ends. The last one of a person goes too: make them a way back in.
    #[oai(
        path = "/api/admin/v1/users/:user/credentials/:credential",
        method = "delete",
        tag = "AdminTag::Credentials",
        operation_id = "revoke_credential"
    )]
    async fn revoke_credential(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(name = "credential")] _credential: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::CredentialsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(credentials::revoke)(call.0.clone()).await.into()
    }

    /// Lists sessions
    ///
    /// Those of everybody that are within their limits.
    #[oai(path = "/api/admin/v1/sessions", method = "get", tag = "AdminTag::Sessions", operation_id = "list_sessions")]
    async fn list_sessions(
        &self,
        call: Data<&Call>,
        /// Of this person alone
        #[oai(name = "user")]
        _user: Described<Query<Option<Uuid>>>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<AgeSort>>>,
        #[oai(scope = "AdminScope::SessionsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<AllSessionsAnswer, AdminRefusal>> {
        json(sessions::list)(call.0.clone()).await.into()
    }

    /// Lists somebody's sessions
    ///
    /// Those that count, the one that was used last first.
    #[oai(
        path = "/api/admin/v1/users/:user/sessions",
        method = "get",
        tag = "AdminTag::Sessions",
        operation_id = "list_sessions_of_user"
    )]
    async fn list_sessions_of_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::SessionsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<AdminSessionsAnswer, AdminRefusal>> {
        json(sessions::list_of_user)(call.0.clone()).await.into()
    }

    /// Ends all sessions of a person
    ///
    /// Their tokens die, and apps that they signed in to are told.
    #[oai(
        path = "/api/admin/v1/users/:user/sessions",
        method = "delete",
        tag = "AdminTag::Sessions",
        operation_id = "end_sessions_of_user"
    )]
    async fn end_sessions_of_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::SessionsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(sessions::end_all)(call.0.clone()).await.into()
    }

    /// Ends a session of a person
    ///
    /// Its tokens die, and apps that it signed in to are told.
    #[oai(
        path = "/api/admin/v1/users/:user/sessions/:session",
        method = "delete",
        tag = "AdminTag::Sessions",
        operation_id = "end_session_of_user"
    )]
    async fn end_session_of_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(name = "session")] _session: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::SessionsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(sessions::end)(call.0.clone()).await.into()
    }

    /// Lists what somebody allowed apps
    ///
    /// By the name of the app.
    #[oai(
        path = "/api/admin/v1/users/:user/consents",
        method = "get",
        tag = "AdminTag::Consents",
        operation_id = "list_consents"
    )]
    async fn list_consents(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::ConsentsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<ConsentsAnswer, AdminRefusal>> {
        json(consents::list)(call.0.clone()).await.into()
    }

    /// Takes back what somebody allowed an app
    ///
    /// Its tokens for them die, and it must ask again.
    #[oai(
        path = "/api/admin/v1/users/:user/consents/:client_id",
        method = "delete",
        tag = "AdminTag::Consents",
        operation_id = "withdraw_consent_of_user"
    )]
    async fn withdraw_consent_of_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        #[oai(scope = "AdminScope::ConsentsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(consents::withdraw)(call.0.clone()).await.into()
    }
}
