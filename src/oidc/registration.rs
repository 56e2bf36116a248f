//! Dynamic client registration (RFC 7591, OpenID Connect Dynamic Client Registration) and its management (RFC 7592).

mod answer;
pub mod endpoint;
pub mod logo;
pub mod management;
