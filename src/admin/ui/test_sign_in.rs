//! `/admin/clients/{client_id}/test`: whether an app gets through a sign-in, told while somebody tries.

use askama::Template;
use chrono::DateTime;
use poem::Response;
use url::Url;

use super::{open, refusal::Refusal};
use crate::{
    audit::Event,
    clock::Time,
    guides,
    http::{Call, Code, Frame, House, Moment, PageError, render, see_other},
    protocol::{administration::Area, client::Client},
    store::{
        Reader, audit_log, client, client_error,
        page::{Order, Window},
    },
    urls,
};

/// When the trial began: microseconds since 1970.
const SINCE: &str = "since";

/// What has to happen, in this order.
const STEPS: [(Event, &str); 2] =
    [(Event::AuthorizationCodeIssued, "admin-test-issued"), (Event::AuthorizationCodeRedeemed, "admin-test-redeemed")];

#[derive(Template)]
#[template(path = "admin/admin_test.html")]
struct TestPage {
    frame: Frame,
    portal: House,
    name: String,
    /// Where the app begins a sign-in, as far as that is known.
    start: Option<String>,
    steps: Vec<Step>,
    is_over: bool,
    refusals: Vec<Refusal>,
    again: String,
    claims_url: String,
    back: String,
}

/// Something that has to happen.
struct Step {
    words: String,
    at: Option<Moment>,
}

/// Shows how far the trial is.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Clients).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let client_id = call.segment::<String>("client_id").ok_or(Code::NotFound)?;
    let store = call.app.store.read();
    let found = client::find_by_client_id(&store, &client_id).await?.ok_or(Code::NotFound)?;
    let frame = opened.frame;
    let begun = call.query_value(SINCE).and_then(|text| DateTime::from_timestamp_micros(text.parse().ok()?));
    let begun = begun.filter(|begun| (DateTime::UNIX_EPOCH..=call.now()).contains(begun));
    let path = frame.path(&urls::ADMIN_CLIENT_TEST.replace(":client_id", &client_id));
    let Some(begun) = begun else {
        return Ok(see_other(&format!("{path}?{SINCE}={}", call.now().timestamp_micros())));
    };
    let mut steps = Vec::new();
    for (event, words) in STEPS {
        let at = first(&store, &client_id, event, begun).await?;
        steps.push(Step { words: frame.t(words), at: at.map(Moment::from) });
    }
    let errors = client_error::list(&store, found.id, call.now()).await?.into_iter();
    Ok(render(&TestPage {
        start: start(&call, &found),
        is_over: steps.iter().all(|step| step.at.is_some()),
        steps,
        refusals: errors.filter(|(_, seen)| seen.at >= begun).map(Refusal::once).collect(),
        again: path,
        claims_url: frame.path(&urls::ADMIN_CLIENT_CLAIMS.replace(":client_id", &client_id)),
        back: frame.path(&urls::ADMIN_CLIENT.replace(":client_id", &client_id)),
        name: found.client_name,
        portal: opened.portal,
        frame,
    }))
}

/// When that succeeded first.
async fn first(store: &Reader<'_>, client_id: &str, event: Event, begun: Time) -> Result<Option<Time>, PageError> {
    let filter = audit_log::Filter {
        event: Some(event.as_str().to_owned()),
        outcome: Some("success".to_owned()),
        client: Some(client_id.to_owned()),
        since: Some(begun),
        ..audit_log::Filter::default()
    };
    let window = Window { order: Order::OLDEST, after: None, limit: 1 };
    Ok(audit_log::page(store, &filter, &window).await?.first().map(|(_, line)| line.at))
}

/// Where a sign-in begins: as the app says it (OIDC Core 4), or its front door.
fn start(call: &Call, client: &Client) -> Option<String> {
    if let Some(mut url) = client.initiate_login_uri.as_deref().and_then(|uri| Url::parse(uri).ok()) {
        url.query_pairs_mut().append_pair("iss", call.app.config.issuer.as_str());
        return Some(url.into());
    }
    // The port of an app on somebody's own machine is its own.
    let is_elsewhere = |uri: &&String| !uri.starts_with("http://127.0.0.1") && !uri.starts_with("http://[::1]");
    let of_redirect = || client.redirect_uris.iter().filter(is_elsewhere).find_map(|uri| guides::origin(uri));
    client.client_uri.clone().or_else(of_redirect)
}
