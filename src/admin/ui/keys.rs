//! `/admin/keys`: what signs tokens.

use askama::Template;
use poem::Response;

use super::open;
use crate::{
    http::{Call, Frame, House, Moment, PageError, render},
    protocol::administration::Area,
    store::signing_key,
};

#[derive(Template)]
#[template(path = "admin/admin_keys.html")]
struct KeysPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    keys: Vec<Row>,
}

struct Row {
    kid: String,
    algorithm: &'static str,
    state: &'static str,
    words: String,
    since: Moment,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Keys).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let keys = signing_key::list(&call.app.store.read(), &call.app.data_keys.signing_keys).await?;
    let may_write = opened.may(Area::Keys);
    let frame = opened.frame;
    let row = |key: &signing_key::SigningKey| Row {
        kid: key.kid.clone(),
        algorithm: key.algorithm.as_str(),
        state: key.state.as_str(),
        words: frame.t(&format!("admin-key-{}", key.state.as_str())),
        since: key.retired_at.or(key.activated_at).unwrap_or(key.created_at).into(),
    };
    Ok(render(&KeysPage { may_write, keys: keys.iter().map(row).collect(), portal: opened.portal, frame }))
}
