//! People, and their way in.
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
        AdminRole, CreateUser, CreatedUserAnswer, LinkAnswer, MembershipsAnswer, UpdateUser, UserAnswer, UserSort,
        UsersAnswer,
    },
};
use crate::{
    admin::api::{invitations, users},
    http::{Call, json},
    openapi::{
        describe::{Answer, Described, DescribedBody, PlainJson},
        portal::Done,
    },
};

/// People, and their way in.
#[derive(Default)]
pub struct AdminUsersApi;

#[OpenApi]
impl AdminUsersApi {
    /// Lists people
    ///
    /// A page of them. Filters go together: people for whom all of them hold.
    #[oai(path = "/api/admin/v1/users", method = "get", tag = "AdminTag::Users", operation_id = "list_users")]
    async fn list_users(
        &self,
        call: Data<&Call>,
        /// The beginning of a user name or an e-mail address, in capital or small letters. Sorted by `username`, whoever has such
        /// a name comes before whoever has but such an address
        #[oai(name = "q")]
        _q: Described<Query<Option<String>>>,
        /// Whether they get anything at all
        #[oai(name = "enabled")]
        _enabled: Described<Query<Option<bool>>>,
        /// Who holds this role
        #[oai(name = "role")]
        _role: Described<Query<Option<AdminRole>>>,
        /// Who belongs to this group now
        #[oai(name = "group")]
        _group: Described<Query<Option<Uuid>>>,
        /// Who has so many passkeys
        #[oai(name = "passkeys")]
        _passkeys: Described<Query<Option<u32>>>,
        /// Rows of a page
        #[oai(name = "limit")]
        _limit: Described<Query<Option<u64>>>,
        /// The cursor of the page before
        #[oai(name = "after")]
        _after: Described<Query<Option<String>>>,
        /// What comes first
        #[oai(name = "sort")]
        _sort: Described<Query<Option<UserSort>>>,
        #[oai(scope = "AdminScope::UsersRead")] _caller: Described<Administration>,
    ) -> Answer<Result<UsersAnswer, AdminRefusal>> {
        json(users::list)(call.0.clone()).await.into()
    }

    /// Makes an account
    ///
    /// With the link to its first passkey, which is told once. Nobody gives a role that they do not hold.
    #[oai(path = "/api/admin/v1/users", method = "post", tag = "AdminTag::Users", operation_id = "create_user")]
    async fn create_user(
        &self,
        call: Data<&Call>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::UsersWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<CreateUser>>,
    ) -> Answer<Result<CreatedUserAnswer, AdminRefusal>> {
        json(users::create)(call.0.clone()).await.into()
    }

    /// Shows a person
    ///
    /// With the tag that `If-Match` of a change takes.
    #[oai(path = "/api/admin/v1/users/:user", method = "get", tag = "AdminTag::Users", operation_id = "get_user")]
    async fn get_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::UsersRead")] _caller: Described<Administration>,
    ) -> Answer<Result<UserAnswer, AdminRefusal>> {
        json(users::show)(call.0.clone()).await.into()
    }

    /// Changes a person
    ///
    /// What is left out stays, what is null goes (RFC 7396). Whoever is disabled loses sessions and tokens at once.
    #[oai(path = "/api/admin/v1/users/:user", method = "patch", tag = "AdminTag::Users", operation_id = "update_user")]
    async fn update_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::UsersWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<UpdateUser>>,
    ) -> Answer<Result<UserAnswer, AdminRefusal>> {
        json(users::update)(call.0.clone()).await.into()
    }

    /// Removes a person
    ///
    /// At once, with everything that is theirs. Nobody removes the last administrator.
    #[oai(path = "/api/admin/v1/users/:user", method = "delete", tag = "AdminTag::Users", operation_id = "delete_user")]
    async fn delete_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::UsersWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(users::delete)(call.0.clone()).await.into()
    }

    /// Makes a way back in
    ///
    /// For somebody who lost their passkeys: a link to a new one, good once, for 24 hours. Its use ends all that they had.
    #[oai(
        path = "/api/admin/v1/users/:user/recovery-link",
        method = "post",
        tag = "AdminTag::Users",
        operation_id = "create_recovery_link"
    )]
    async fn create_recovery_link(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::UsersWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<LinkAnswer, AdminRefusal>> {
        json(users::recover)(call.0.clone()).await.into()
    }

    /// Makes another link to a first passkey
    ///
    /// That of before is good no more.
    #[oai(
        path = "/api/admin/v1/users/:user/invitation",
        method = "post",
        tag = "AdminTag::Users",
        operation_id = "create_invitation"
    )]
    async fn create_invitation(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::InvitationsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<LinkAnswer, AdminRefusal>> {
        json(users::invite)(call.0.clone()).await.into()
    }

    /// Calls the link to a first passkey back
    ///
    /// It opens nothing from then on. The person stays.
    #[oai(
        path = "/api/admin/v1/users/:user/invitation",
        method = "delete",
        tag = "AdminTag::Invitations",
        operation_id = "revoke_invitation"
    )]
    async fn revoke_invitation(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::InvitationsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(invitations::revoke)(call.0.clone()).await.into()
    }

    /// Lists the groups of a person
    ///
    /// Those that they belong to now, with the end where it has one.
    #[oai(
        path = "/api/admin/v1/users/:user/groups",
        method = "get",
        tag = "AdminTag::Users",
        operation_id = "list_groups_of_user"
    )]
    async fn list_groups_of_user(
        &self,
        call: Data<&Call>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::GroupsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<MembershipsAnswer, AdminRefusal>> {
        json(users::groups)(call.0.clone()).await.into()
    }
}
