//! Tokens with which people make accounts for themselves.

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    AdminRefusal, AdminScope, AdminTag, Administration,
    shapes::{AgeSort, CreateSignUpToken, CreatedSignUpTokenAnswer, InvitationsAnswer, SignUpTokensAnswer},
};
use crate::{
    admin::api::{invitations, sign_up_tokens},
    http::{Call, json},
    openapi::{
        describe::{Answer, Described, DescribedBody, PlainJson},
        portal::Done,
    },
};

/// Tokens with which people make accounts for themselves.
#[derive(Default)]
pub struct AdminSignUpTokensApi;

#[OpenApi]
impl AdminSignUpTokensApi {
    /// Lists invitations
    ///
    /// Links to a first passkey that can still be used: who is waited for, and until when.
    #[oai(
        path = "/api/admin/v1/invitations",
        method = "get",
        tag = "AdminTag::Invitations",
        operation_id = "list_invitations"
    )]
    async fn list_invitations(
        &self,
        call: Data<&Call>,
        /// The beginning of a user name
        #[oai(name = "q")]
        _q: Described<Query<Option<String>>>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<AgeSort>>>,
        #[oai(scope = "AdminScope::InvitationsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<InvitationsAnswer, AdminRefusal>> {
        json(invitations::list)(call.0.clone()).await.into()
    }

    /// Lists sign-up tokens
    ///
    /// Those that are not over, used up ones too.
    #[oai(
        path = "/api/admin/v1/sign-up-tokens",
        method = "get",
        tag = "AdminTag::Invitations",
        operation_id = "list_sign_up_tokens"
    )]
    async fn list_sign_up_tokens(
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
        #[oai(scope = "AdminScope::InvitationsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<SignUpTokensAnswer, AdminRefusal>> {
        json(sign_up_tokens::list)(call.0.clone()).await.into()
    }

    /// Makes a sign-up token
    ///
    /// Whoever holds it makes an account for themselves, so many times, until then; where `registration.sign_up` is `token` or `open`.
    #[oai(
        path = "/api/admin/v1/sign-up-tokens",
        method = "post",
        tag = "AdminTag::Invitations",
        operation_id = "create_sign_up_token"
    )]
    async fn create_sign_up_token(
        &self,
        call: Data<&Call>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::InvitationsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<CreateSignUpToken>>,
    ) -> Answer<Result<CreatedSignUpTokenAnswer, AdminRefusal>> {
        json(sign_up_tokens::create)(call.0.clone()).await.into()
    }

    /// Removes a sign-up token
    ///
    /// Nobody makes an account by it from then on; accounts that were made stay.
    #[oai(
        path = "/api/admin/v1/sign-up-tokens/:token",
        method = "delete",
        tag = "AdminTag::Invitations",
        operation_id = "delete_sign_up_token"
    )]
    async fn delete_sign_up_token(
        &self,
        call: Data<&Call>,
        #[oai(name = "token")] _token: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::InvitationsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(sign_up_tokens::delete)(call.0.clone()).await.into()
    }
}
