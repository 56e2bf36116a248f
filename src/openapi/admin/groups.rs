//! Groups, and who belongs to them until when.
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
        AgeSort, CreatedGroupAnswer, GroupAnswer, GroupsAnswer, MemberAnswer, MembersAnswer, NameSort, PutGroup,
        PutMember,
    },
};
use crate::{
    admin::api::groups,
    http::{Call, json},
    openapi::{
        describe::{Answer, Described, DescribedBody, PlainJson},
        portal::Done,
    },
};

/// Groups, and who belongs to them until when.
#[derive(Default)]
pub struct AdminGroupsApi;

#[OpenApi]
impl AdminGroupsApi {
    /// Lists groups
    ///
    /// A page of them.
    #[oai(path = "/api/admin/v1/groups", method = "get", tag = "AdminTag::Groups", operation_id = "list_groups")]
    async fn list_groups(
        &self,
        call: Data<&Call>,
        /// The beginning of a name, in capital or small letters
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
        _sort: Described<Query<Option<NameSort>>>,
        #[oai(scope = "AdminScope::GroupsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<GroupsAnswer, AdminRefusal>> {
        json(groups::list)(call.0.clone()).await.into()
    }

    /// Makes a group
    ///
    /// Without members. Two groups never have the same name.
    #[oai(path = "/api/admin/v1/groups", method = "post", tag = "AdminTag::Groups", operation_id = "create_group")]
    async fn create_group(
        &self,
        call: Data<&Call>,
        /// The same answer to the same request for a day
        #[oai(name = "Idempotency-Key")]
        _key: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::GroupsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutGroup>>,
    ) -> Answer<Result<CreatedGroupAnswer, AdminRefusal>> {
        json(groups::create)(call.0.clone()).await.into()
    }

    /// Shows a group
    ///
    /// With the tag that `If-Match` of a change takes.
    #[oai(path = "/api/admin/v1/groups/:group", method = "get", tag = "AdminTag::Groups", operation_id = "get_group")]
    async fn get_group(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::GroupsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<GroupAnswer, AdminRefusal>> {
        json(groups::show)(call.0.clone()).await.into()
    }

    /// Changes a group
    ///
    /// Demands that would lock members out are refused with their number, unless `lock_out` says it.
    #[oai(path = "/api/admin/v1/groups/:group", method = "put", tag = "AdminTag::Groups", operation_id = "put_group")]
    async fn put_group(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::GroupsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutGroup>>,
    ) -> Answer<Result<GroupAnswer, AdminRefusal>> {
        json(groups::put)(call.0.clone()).await.into()
    }

    /// Removes a group
    ///
    /// Its members stay people.
    #[oai(
        path = "/api/admin/v1/groups/:group",
        method = "delete",
        tag = "AdminTag::Groups",
        operation_id = "delete_group"
    )]
    async fn delete_group(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::GroupsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(groups::delete)(call.0.clone()).await.into()
    }

    /// Lists members
    ///
    /// A page of those who belong to it now.
    #[oai(
        path = "/api/admin/v1/groups/:group/members",
        method = "get",
        tag = "AdminTag::Groups",
        operation_id = "list_members"
    )]
    async fn list_members(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
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
        #[oai(scope = "AdminScope::GroupsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<MembersAnswer, AdminRefusal>> {
        json(groups::members)(call.0.clone()).await.into()
    }

    /// Shows a membership
    ///
    /// With the tag that `If-Match` of a change takes. One that is over is not found.
    #[oai(
        path = "/api/admin/v1/groups/:group/members/:user",
        method = "get",
        tag = "AdminTag::Groups",
        operation_id = "get_member"
    )]
    async fn get_member(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        #[oai(scope = "AdminScope::GroupsRead")] _caller: Described<Administration>,
    ) -> Answer<Result<MemberAnswer, AdminRefusal>> {
        json(groups::show_member)(call.0.clone()).await.into()
    }

    /// Makes somebody a member
    ///
    /// In place of what was so before; until then, or for good.
    #[oai(
        path = "/api/admin/v1/groups/:group/members/:user",
        method = "put",
        tag = "AdminTag::Groups",
        operation_id = "put_member"
    )]
    async fn put_member(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::GroupsWrite")] _caller: Described<Administration>,
        _body: DescribedBody<PlainJson<PutMember>>,
    ) -> Answer<Result<MemberAnswer, AdminRefusal>> {
        json(groups::put_member)(call.0.clone()).await.into()
    }

    /// Makes somebody no member any more
    ///
    /// At once: what the group gave them ends. The person and the group stay.
    #[oai(
        path = "/api/admin/v1/groups/:group/members/:user",
        method = "delete",
        tag = "AdminTag::Groups",
        operation_id = "delete_member"
    )]
    async fn delete_member(
        &self,
        call: Data<&Call>,
        #[oai(name = "group")] _group: Described<Path<Uuid>>,
        #[oai(name = "user")] _user: Described<Path<Uuid>>,
        /// The tag of what was seen: another change meanwhile is answered 412
        #[oai(name = "If-Match")]
        _if_match: Described<Header<Option<String>>>,
        #[oai(scope = "AdminScope::GroupsWrite")] _caller: Described<Administration>,
    ) -> Answer<Result<Done, AdminRefusal>> {
        json(groups::delete_member)(call.0.clone()).await.into()
    }
}
