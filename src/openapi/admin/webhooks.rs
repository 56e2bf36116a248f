//! Where events are told.

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    AdminRefusal, AdminScope, AdminTag, Administration,
    shapes::{
        AgeSort, CreatedWebhookAnswer, DeliveriesAnswer, PutWebhook, TestAnswer, TimeSort, WebhookAnswer,
        WebhooksAnswer,
    },
};
use crate::{
    admin::api::webhooks,
    http::{Call, json},
    openapi::{
        describe::{Answer, Described, DescribedBody, PlainJson},
        portal::Done,
    },
};

/// Where events are told.
#[derive(Default)]
pub struct AdminWebhooksApi;

#[OpenApi]
impl AdminWebhooksApi {
    /// Lists webhooks
    ///
    /// A page of them, without their secrets.
    #[oai(path = "/api/admin/v1/webhooks", method = "get", tag = "AdminTag::Webhooks", operation_id = "list_webhooks")]
    async fn list_webhooks(
        &self,
        call: Data<&Call>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<AgeSort>>>,
        #[oai(scope = "AdminScope::SettingsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<WebhooksAnswer, AdminRefusal>> {
        json(webhooks::list)(call.0.clone()).await.into()
    }

    /// Makes a webhook
    ///
    /// Its secret is told once. Events are those of the audit log, in the transaction of what they tell; a message comes again until
    /// it is answered with a 2xx, nine times within a day.
    #[oai(
        path = "/api/admin/v1/webhooks",
        method = "post",
        tag = "AdminTag::Webhooks",
        operation_id = "create_webhook"
    )]
    async fn create_webhook(
        &self,
        call: Data<&Call>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::SettingsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutWebhook>>,
    ) -> Answer<Result<CreatedWebhookAnswer, AdminRefusal>> {
        json(webhooks::create)(call.0.clone()).await.into()
    }

    /// Shows a webhook
    ///
    /// Without its secret, with the tag that `If-Match` of a change takes.
    #[oai(
        path = "/api/admin/v1/webhooks/:webhook",
        method = "get",
        tag = "AdminTag::Webhooks",
        operation_id = "get_webhook"
    )]
    async fn get_webhook(
        &self,
        call: Data<&Call>,
        #[oai(name = "webhook")] _webhook: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::SettingsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<WebhookAnswer, AdminRefusal>> {
        json(webhooks::show)(call.0.clone()).await.into()
    }

    /// Changes a webhook
    ///
    /// All of it but its secret.
    #[oai(
        path = "/api/admin/v1/webhooks/:webhook",
        method = "put",
        tag = "AdminTag::Webhooks",
        operation_id = "put_webhook"
    )]
    async fn put_webhook(
        &self,
        call: Data<&Call>,
        #[oai(name = "webhook")] _webhook: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::SettingsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutWebhook>>,
    ) -> Answer<Result<WebhookAnswer, AdminRefusal>> {
        json(webhooks::put)(call.0.clone()).await.into()
    }

    /// Removes a webhook
    ///
    /// With what is on its way, and the log of its deliveries.
    #[oai(
        path = "/api/admin/v1/webhooks/:webhook",
        method = "delete",
        tag = "AdminTag::Webhooks",
        operation_id = "delete_webhook"
    )]
    async fn delete_webhook(
        &self,
        call: Data<&Call>,
        #[oai(name = "webhook")] _webhook: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::SettingsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(webhooks::delete)(call.0.clone()).await.into()
    }

    /// Sends a test
    ///
    /// A message of the type `webhook.test`, also to a webhook that is switched off.
    #[oai(
        path = "/api/admin/v1/webhooks/:webhook/test",
        method = "post",
        tag = "AdminTag::Webhooks",
        operation_id = "test_webhook"
    )]
    async fn test_webhook(
        &self,
        call: Data<&Call>,
        #[oai(name = "webhook")] _webhook: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::SettingsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<TestAnswer, AdminRefusal>> {
        json(webhooks::test)(call.0.clone()).await.into()
    }

    /// Lists deliveries
    ///
    /// Each try of the last seven days, the newest first.
    #[oai(
        path = "/api/admin/v1/webhooks/:webhook/deliveries",
        method = "get",
        tag = "AdminTag::Webhooks",
        operation_id = "list_webhook_deliveries"
    )]
    async fn list_webhook_deliveries(
        &self,
        call: Data<&Call>,
        #[oai(name = "webhook")] _webhook: Described<Path<Uuid>>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<TimeSort>>>,
        #[oai(scope = "AdminScope::SettingsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<DeliveriesAnswer, AdminRefusal>> {
        json(webhooks::deliveries)(call.0.clone()).await.into()
    }
}
