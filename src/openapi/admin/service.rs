//! The service itself: its keys, and what happened.
#![expect(clippy::too_many_arguments, reason = "an operation has as many as its query and headers")]

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{
    AdminRefusal, AdminScope, AdminTag, Administration,
    shapes::{AuditAnswer, ExportAnswer, ExportFormat, KeysAnswer, Outcome, RotateKeys, StatisticsAnswer, TimeSort},
};
use crate::{
    admin::api::{audit, audit_export, keys, statistics},
    http::{Call, json},
    openapi::describe::{Answer, Described, DescribedBody, PlainJson},
};

/// The service itself: its keys, and what happened.
#[derive(Default)]
pub struct AdminServiceApi;

#[OpenApi]
impl AdminServiceApi {
    /// Lists signing keys
    ///
    /// Public facts alone: what signs, what is still published, and since when.
    #[oai(path = "/api/admin/v1/keys", method = "get", tag = "AdminTag::Keys", operation_id = "list_keys")]
    async fn list_keys(
        &self,
        call: Data<&Call>,
        #[oai(scope = "AdminScope::KeysRead")] _caller: Described<Administration>,
    ) -> Answer<Result<KeysAnswer, AdminRefusal>> {
        json(keys::list)(call.0.clone()).await.into()
    }

    /// Makes new signing keys
    ///
    /// They are published at once and take over in a day, or at once where `now` is true.
    #[oai(path = "/api/admin/v1/keys/rotation", method = "post", tag = "AdminTag::Keys", operation_id = "rotate_keys")]
    async fn rotate_keys(
        &self,
        call: Data<&Call>,
        #[oai(scope = "AdminScope::KeysWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<RotateKeys>>,
    ) -> Answer<Result<KeysAnswer, AdminRefusal>> {
        json(keys::rotate)(call.0.clone()).await.into()
    }

    /// Takes a signing key away
    ///
    /// At once: nothing that it signed is believed any more.
    #[oai(path = "/api/admin/v1/keys/:kid", method = "delete", tag = "AdminTag::Keys", operation_id = "revoke_key")]
    async fn revoke_key(
        &self,
        call: Data<&Call>,
        #[oai(name = "kid")] _kid: Described<Path<String>>,
        #[oai(scope = "AdminScope::KeysWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<KeysAnswer, AdminRefusal>> {
        json(keys::revoke)(call.0.clone()).await.into()
    }

    /// Lists what happened
    ///
    /// Newest first.
    #[oai(path = "/api/admin/v1/audit", method = "get", tag = "AdminTag::Audit", operation_id = "list_audit")]
    async fn list_audit(
        &self,
        call: Data<&Call>,
        /// One event
        #[oai(name = "event")]
        _event: Described<Query<Option<String>>>,
        /// Whether it was done
        #[oai(name = "outcome")]
        _outcome: Described<Query<Option<Outcome>>>,
        /// Who acted
        #[oai(name = "actor")]
        _actor: Described<Query<Option<Uuid>>>,
        /// To whom it happened
        #[oai(name = "subject")]
        _subject: Described<Query<Option<Uuid>>>,
        /// A `client_id`
        #[oai(name = "client")]
        _client: Described<Query<Option<String>>>,
        /// As an error page told it
        #[oai(name = "request_id")]
        _request_id: Described<Query<Option<String>>>,
        /// Address of the caller
        #[oai(name = "ip")]
        _ip: Described<Query<Option<String>>>,
        /// Not before (RFC 3339)
        #[oai(name = "since")]
        _since: Described<Query<Option<String>>>,
        /// Before (RFC 3339)
        #[oai(name = "until")]
        _until: Described<Query<Option<String>>>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<TimeSort>>>,
        #[oai(scope = "AdminScope::AuditRead")] _caller: Described<Administration>,
    ) -> Answer<Result<AuditAnswer, AdminRefusal>> {
        json(audit::list)(call.0.clone()).await.into()
    }

    /// Exports what happened
    ///
    /// Oldest first, all of it, as a file.
    #[oai(path = "/api/admin/v1/audit/export", method = "get", tag = "AdminTag::Audit", operation_id = "export_audit")]
    async fn export_audit(
        &self,
        call: Data<&Call>,
        /// One event
        #[oai(name = "event")]
        _event: Described<Query<Option<String>>>,
        /// Whether it was done
        #[oai(name = "outcome")]
        _outcome: Described<Query<Option<Outcome>>>,
        /// Who acted
        #[oai(name = "actor")]
        _actor: Described<Query<Option<Uuid>>>,
        /// To whom it happened
        #[oai(name = "subject")]
        _subject: Described<Query<Option<Uuid>>>,
        /// A `client_id`
        #[oai(name = "client")]
        _client: Described<Query<Option<String>>>,
        /// As an error page told it
        #[oai(name = "request_id")]
        _request_id: Described<Query<Option<String>>>,
        /// Address of the caller
        #[oai(name = "ip")]
        _ip: Described<Query<Option<String>>>,
        /// Not before (RFC 3339)
        #[oai(name = "since")]
        _since: Described<Query<Option<String>>>,
        /// Before (RFC 3339)
        #[oai(name = "until")]
        _until: Described<Query<Option<String>>>,
        /// `jsonl` where it is not said
        #[oai(name = "format")]
        _format: Described<Query<Option<ExportFormat>>>,
        #[oai(scope = "AdminScope::AuditRead")] _caller: Described<Administration>,
    ) -> Answer<Result<ExportAnswer, AdminRefusal>> {
        json(audit_export::get)(call.0.clone()).await.into()
    }

    /// Counts sign-ins and people
    ///
    /// Sign-ins of the last thirty days, day by day. On a large service they are counted every few minutes, and may be up to an hour old.
    #[oai(
        path = "/api/admin/v1/statistics",
        method = "get",
        tag = "AdminTag::Statistics",
        operation_id = "get_statistics"
    )]
    async fn get_statistics(
        &self,
        call: Data<&Call>,
        #[oai(scope = "AdminScope::StatisticsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<StatisticsAnswer, AdminRefusal>> {
        json(statistics::get)(call.0.clone()).await.into()
    }
}
