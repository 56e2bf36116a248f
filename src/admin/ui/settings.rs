//! `/admin/settings`: where events are told.

use askama::Template;
use poem::Response;
use url::Url;

use super::open;
use crate::{
    admin::{api::conditional, objects::WebhookObject},
    http::{Call, Frame, House, Moment, PageError, render},
    protocol::administration::Area,
    store::{
        page::{Order, Window},
        webhook::{self, Stored, Webhook},
    },
};

/// Deliveries of each.
const LINES: u64 = 10;

#[derive(Template)]
#[template(path = "admin/admin_settings.html")]
struct SettingsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    webhooks: Vec<Row>,
}

struct Row {
    path: String,
    tag: String,
    host: String,
    url: String,
    events: String,
    enabled: bool,
    turned: String,
    deliveries: Vec<Delivery>,
}

struct Delivery {
    event: String,
    outcome: String,
    words: String,
    error: String,
    attempt: i32,
    at: Moment,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Settings).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let store = call.app.store.read();
    let may_write = opened.may(Area::Settings);
    let mut webhooks = Vec::new();
    for one in webhook::list(&store).await? {
        let window = Window { order: Order::NEWEST, after: None, limit: LINES };
        let deliveries = webhook::page_of_attempts(&store, one.id, &window).await?;
        webhooks.push(Row::new(&opened.frame, one, deliveries)?);
    }
    Ok(render(&SettingsPage { may_write, webhooks, portal: opened.portal, frame: opened.frame }))
}

impl Row {
    fn new(frame: &Frame, one: Webhook, deliveries: Vec<Stored>) -> Result<Self, PageError> {
        let turned = serde_json::json!({ "url": one.url, "events": one.events, "enabled": !one.enabled });
        Ok(Self {
            path: format!("/webhooks/{}", one.id),
            tag: conditional::tag(&WebhookObject::from(&one))?,
            host: Url::parse(&one.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default(),
            events: one.events.join(" "),
            enabled: one.enabled,
            turned: turned.to_string(),
            deliveries: deliveries.into_iter().map(|stored| Delivery::new(frame, stored)).collect(),
            url: one.url,
        })
    }
}

impl Delivery {
    fn new(frame: &Frame, stored: Stored) -> Self {
        Self {
            words: frame.t(&format!("admin-delivery-{}", stored.outcome.replace('_', "-"))),
            event: stored.event,
            outcome: stored.outcome,
            error: stored.error.unwrap_or_default(),
            attempt: stored.attempt,
            at: stored.at.into(),
        }
    }
}
