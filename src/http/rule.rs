//! What a route may: one value per row of the route table.

use crate::limits::Bucket;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody; no cookie is read.
    Public,
    /// A browser; the flow cookie is set when missing.
    Browser,
    /// Whoever is signed in in this browser, or the bearer of a token that was given for it; only to read.
    Session,
    /// A page of ours, by fetch: content type, origin, flow cookie and CSRF token are demanded.
    OwnPage,
    /// Somebody with a role, signed in in this browser, or the bearer of a token for it; to change something, a page of ours or a
    /// token.
    Administration,
    /// A client that authenticates, or says who it is.
    Client,
    /// The bearer of an access token.
    Bearer,
}

/// Who may read answers across origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Nobody.
    None,
    /// Everybody: the answer is public.
    Public,
    /// Pages of registered apps; no cookie is ever read, and credentials never allowed.
    Apps,
}

/// What kind of answer, and so which Content-Security-Policy and error shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// HTML of ours.
    Page,
    /// JSON for pages of ours: errors are problem documents.
    Json,
    /// JSON of the OAuth endpoints.
    OAuth,
    /// An embedded file.
    Asset,
}

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Not at all.
    NoStore,
    /// By everybody, in seconds.
    Public(u32),
    /// For ever: the name has a hash of the content.
    Immutable,
}

/// One row's rule. There is no default: every row says all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Who may call.
    pub access: Access,
    /// Who may read across origins.
    pub cors: Cors,
    /// Kind of answer.
    pub class: Class,
    /// How long it keeps.
    pub cache: Cache,
    /// Longest body in bytes.
    pub body_limit: usize,
    /// Whether GET answers HEAD too: not where it decides or spends something.
    pub answers_head: bool,
    /// What it is counted as against the limits on callers.
    pub bucket: Bucket,
}

const NO_BODY: usize = 0;
const FORM: usize = 16 * 1024;
const CEREMONY: usize = 64 * 1024;

/// A page for people.
pub const PAGE: Rule = Rule {
    access: Access::Browser,
    cors: Cors::None,
    class: Class::Page,
    cache: Cache::NoStore,
    body_limit: NO_BODY,
    answers_head: true,
    bucket: Bucket::Request,
};
/// A page's address that issues codes: HEAD must not.
pub const ISSUING: Rule = Rule { answers_head: false, ..PAGE };
/// A form of an app that only leads on to GET: reads no cookie, sets none.
pub const FORM_TO_GET: Rule = Rule { access: Access::Public, body_limit: FORM, ..PAGE };
/// A JSON call of a page of ours.
pub const OWN_PAGE_CALL: Rule = Rule {
    access: Access::OwnPage,
    cors: Cors::None,
    class: Class::Json,
    cache: Cache::NoStore,
    body_limit: CEREMONY,
    answers_head: false,
    bucket: Bucket::Ceremony,
};
/// A picture in base64, by a page of ours.
pub const PICTURE_UPLOAD: Rule = Rule { body_limit: 1536 * 1024, ..OWN_PAGE_CALL };
/// The endpoints of FIDO's conformance tests: from anywhere, by whoever keeps a cookie.
pub const CONFORMANCE: Rule = Rule { access: Access::Browser, bucket: Bucket::None, ..OWN_PAGE_CALL };
/// What is one's own, as JSON: by the session cookie, whose answers none but pages of ours can read, or by a token.
pub const ACCOUNT_READ: Rule =
    Rule { access: Access::Session, body_limit: NO_BODY, answers_head: true, bucket: Bucket::Request, ..OWN_PAGE_CALL };
/// The administration API, to look.
pub const ADMIN_READ: Rule = Rule { access: Access::Administration, ..ACCOUNT_READ };
/// The administration API, to change something.
pub const ADMIN_WRITE: Rule = Rule { body_limit: CEREMONY, answers_head: false, bucket: Bucket::Request, ..ADMIN_READ };
/// The token endpoint.
pub const TOKEN: Rule = Rule {
    access: Access::Client,
    cors: Cors::Apps,
    class: Class::OAuth,
    cache: Cache::NoStore,
    body_limit: FORM,
    answers_head: true,
    bucket: Bucket::Request,
};
/// Introspection: servers ask, pages never.
pub const INTROSPECTION: Rule = Rule { cors: Cors::None, ..TOKEN };
/// Registration of a client: metadata in JSON, and a row that a stranger may make us write.
pub const REGISTRATION: Rule =
    Rule { access: Access::Public, cors: Cors::None, body_limit: CEREMONY, bucket: Bucket::Ceremony, ..TOKEN };
/// Management of a registration, by its own token.
pub const MANAGEMENT: Rule = Rule { access: Access::Bearer, ..REGISTRATION };
/// UserInfo.
pub const USERINFO: Rule = Rule { access: Access::Bearer, ..TOKEN };
/// Discovery and the JWK Set.
pub const METADATA: Rule = Rule {
    access: Access::Public,
    cors: Cors::Public,
    class: Class::OAuth,
    cache: Cache::Public(300),
    body_limit: NO_BODY,
    answers_head: true,
    bucket: Bucket::None,
};
/// Embedded files.
pub const ASSET: Rule = Rule {
    access: Access::Public,
    cors: Cors::None,
    class: Class::Asset,
    cache: Cache::Immutable,
    body_limit: NO_BODY,
    answers_head: true,
    bucket: Bucket::None,
};
/// For supervisors.
pub const HEALTH: Rule = Rule {
    access: Access::Public,
    cors: Cors::None,
    class: Class::Json,
    cache: Cache::NoStore,
    body_limit: NO_BODY,
    answers_head: true,
    bucket: Bucket::None,
};
/// OpenAPI documents: public, and read by pages of other origins.
pub const DOCUMENT: Rule = Rule { bucket: Bucket::Request, ..METADATA };
/// What browsers look for at the host's root.
pub const WELL_KNOWN: Rule = Rule { class: Class::Json, ..DOCUMENT };
/// Developer pages and their files: no cookie is read, none set.
pub const DEVELOPERS: Rule = Rule { class: Class::Page, cors: Cors::None, ..DOCUMENT };
/// The style sheet of the house: it changes while the server runs, so browsers ask whether it did.
pub const BRAND: Rule = Rule { cache: Cache::Public(0), ..DEVELOPERS };
