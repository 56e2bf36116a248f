//! `/admin/settings`: what can be said while the server runs, and where events are told.

use askama::Template;
use poem::Response;
use url::Url;

use super::open;
use crate::{
    admin::{api::conditional, objects::WebhookObject, rules::settings::SettingsObject},
    config::{Said, SignUp},
    http::{Call, Frame, House, Moment, PageError, render},
    protocol::administration::Area,
    store::{
        page::{Order, Window},
        said,
        webhook::{self, Stored, Webhook},
    },
};

/// Settings in the order of the page; the first is a choice.
const KEYS: [(&str, &str); 4] = [
    ("registration.sign_up", "admin-setting-sign-up"),
    ("registration.link_lifetime", "admin-setting-link-lifetime"),
    ("branding.accent", "admin-setting-accent"),
    ("branding.contact", "admin-setting-contact"),
];

/// Who may make an account.
const SIGN_UP: [(SignUp, &str); 3] = [
    (SignUp::Closed, "admin-sign-up-closed"),
    (SignUp::Token, "admin-sign-up-token"),
    (SignUp::Open, "admin-sign-up-open"),
];

/// Deliveries of each.
const LINES: u64 = 10;

#[derive(Template)]
#[template(path = "admin/admin_settings.html")]
struct SettingsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    tag: String,
    choices: Vec<Choice>,
    fields: Vec<Field>,
    webhooks: Vec<Row>,
}

/// A setting.
struct Field {
    /// As the API calls it.
    key: &'static str,
    label: String,
    /// What is said here; empty where nothing is.
    said: String,
    /// What holds without.
    otherwise: String,
    is_configured: bool,
}

impl Field {
    fn new(frame: &Frame, (key, label): (&'static str, &str), (said, told): (&Said, &SettingsObject)) -> Self {
        let otherwise = key.split_once('.').and_then(|(section, key)| told.value(section, key));
        Self {
            label: frame.t(label),
            said: said.get(key).cloned().unwrap_or_default(),
            otherwise: otherwise.unwrap_or_default().to_owned(),
            is_configured: told.configured.iter().any(|one| one == key),
            key,
        }
    }
}

/// Who may make an account.
struct Choice {
    name: &'static str,
    words: String,
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
    let said = said::find(&store).await?;
    let told = SettingsObject::new(&call.app, &said);
    let without = SettingsObject::new(&call.app, &Said::default());
    let choices = SIGN_UP.map(|(mode, id)| Choice { name: mode.as_str(), words: opened.frame.t(id) }).into();
    let fields = KEYS.map(|key| Field::new(&opened.frame, key, (&said, &without))).into();
    let mut webhooks = Vec::new();
    for one in webhook::list(&store).await? {
        let window = Window { order: Order::NEWEST, after: None, limit: LINES };
        let deliveries = webhook::page_of_attempts(&store, one.id, &window).await?;
        webhooks.push(Row::new(&opened.frame, one, deliveries)?);
    }
    Ok(render(&SettingsPage {
        may_write,
        tag: conditional::tag(&told)?,
        choices,
        fields,
        webhooks,
        portal: opened.portal,
        frame: opened.frame,
    }))
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
