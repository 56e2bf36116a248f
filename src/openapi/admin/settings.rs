//! What can be said while the server runs.

use poem::web::Data;
use poem_openapi::{OpenApi, param::Header};

use super::{
    AdminRefusal, AdminScope, AdminTag, Administration,
    shapes::{PutSettings, SettingsAnswer},
};
use crate::{
    admin::api::settings,
    http::{Call, json},
    openapi::describe::{Answer, Described, DescribedBody, PlainJson},
};

/// What can be said while the server runs.
#[derive(Default)]
pub struct AdminSettingsApi;

#[OpenApi]
impl AdminSettingsApi {
    /// Shows settings
    ///
    /// What holds: as the configuration says it; where it says nothing, as it was said here; or as it is without either.
    #[oai(path = "/api/admin/v1/settings", method = "get", tag = "AdminTag::Settings", operation_id = "get_settings")]
    async fn get_settings(
        &self,
        call: Data<&Call>,
        #[oai(scope = "AdminScope::SettingsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<SettingsAnswer, AdminRefusal>> {
        json(settings::show)(call.0.clone()).await.into()
    }

    /// Changes settings
    ///
    /// All of them: what is left out, or null, is as without it. What the configuration says can't be said here. Every instance
    /// follows within a second.
    #[oai(path = "/api/admin/v1/settings", method = "put", tag = "AdminTag::Settings", operation_id = "put_settings")]
    async fn put_settings(
        &self,
        call: Data<&Call>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::SettingsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutSettings>>,
    ) -> Answer<Result<SettingsAnswer, AdminRefusal>> {
        json(settings::put)(call.0.clone()).await.into()
    }
}
