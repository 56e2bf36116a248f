//! HTTP for every endpoint: what arrives, what may, what goes back. Nothing stock where poem's is unsafe.

pub mod assets;
pub mod bearer;
pub mod brand;
mod call;
pub mod client_ip;
pub mod cookie;
mod cors;
pub mod csrf;
pub mod document;
mod edge;
mod endpoint;
mod guard;
pub mod headers;
pub mod health;
mod house;
mod oauth;
mod page;
pub mod picture;
mod problem;
mod redirect;
pub mod rule;
mod waiting;

pub use call::{Call, Caller, Flow};
pub use edge::Edge;
pub use endpoint::{json, oauth, page};
pub use guard::{Guarded, Row};
pub use headers::posts_to_apps;
pub use house::{House, Moment, Tab};
pub use oauth::OAuthFailure;
pub use page::{Frame, PageError, render};
pub use problem::{Code, Problem};
pub use redirect::{as_query, see_other};
pub use waiting::Waiting;
