//! `/admin/clients`: apps.

use askama::Template;
use poem::Response;
use serde_json::Value;
use uuid::Uuid;

use super::{Line, next, open, refusal::Refusal};
use crate::{
    admin::{
        api::{self, conditional},
        listing::Listing,
        objects::ClientObject,
    },
    guides::{self, Guide},
    http::{Call, Code, Frame, House, Moment, PageError, render},
    protocol::{
        administration::{Area, Right},
        client::{Client, returns_to},
    },
    store::{
        audit_log, client, client_error, client_group, group,
        page::{Order, Window},
    },
    urls,
};

/// Lines about an app.
const LINES: u64 = 20;

#[derive(Template)]
#[template(path = "admin/admin_clients.html")]
struct ClientsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    search: String,
    enabled: String,
    groups: Vec<String>,
    presets: Vec<(String, &'static str)>,
    preset: Option<Preset>,
    clients: Vec<Row>,
    next: Option<String>,
}

/// What a guide registers, to be made one's own.
struct Preset {
    name: &'static str,
    guide: String,
    origin: &'static str,
    /// Where the app is, if that is known.
    address: String,
    whole: String,
    client_name: String,
    redirect_uris: String,
}

impl Preset {
    fn new(frame: &Frame, guide: &'static Guide, issuer: &str) -> Self {
        let preset = guide.preset_of(issuer);
        let text = |name: &str| preset[name].as_str().unwrap_or_default().to_owned();
        let uris = preset["redirect_uris"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Self {
            name: &guide.name,
            guide: frame.path(&urls::DOCS_GUIDE.replace(":guide", &guide.slug)),
            origin: &guide.origin,
            address: if guide.is_ours() { issuer.to_owned() } else { String::new() },
            whole: preset.to_string(),
            client_name: text("client_name"),
            redirect_uris: uris.collect::<Vec<_>>().join("\n"),
        }
    }
}

struct Row {
    url: String,
    name: String,
    client_id: String,
    host: String,
    enabled: bool,
    is_restricted: bool,
    dynamic: bool,
}

#[derive(Template)]
#[template(path = "admin/admin_client.html")]
struct ClientPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    client: Client,
    tag: String,
    path: String,
    whole: String,
    secrets: Vec<(Uuid, Moment)>,
    groups: Vec<(String, bool)>,
    redirect_uris: String,
    post_logout_redirect_uris: String,
    scope: String,
    blocks: Vec<(&'static str, String)>,
    guides: Vec<(String, &'static str)>,
    has_secret: bool,
    lines: Vec<Line>,
    refusals: Vec<Refusal>,
    claims_url: String,
    test_url: String,
    back: String,
}

/// All apps.
///
/// # Errors
/// A page.
pub async fn list(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Clients).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let listing = Listing::read_for_page(&call, &api::clients::SORTS, &["q", "enabled", "preset"])?;
    let store = call.app.store.read();
    let rows = client::page(&store, (listing.filter("q"), listing.flag("enabled")?), &listing.window()).await?;
    let page = listing.page(&call, rows, client::position)?;
    let may_write = opened.may(Area::Clients);
    let frame = opened.frame;
    let preset = listing.filter("preset").and_then(guides::find);
    let link = |guide: &'static Guide| (format!("?preset={}", guide.slug), guide.name.as_str());
    let row = |client: Client| Row {
        url: frame.path(&urls::ADMIN_CLIENT.replace(":client_id", &client.client_id)),
        host: client.redirect_uris.first().map(|uri| returns_to(uri)).unwrap_or_default(),
        enabled: client.enabled,
        is_restricted: client.details.group_restricted,
        dynamic: client.details.dynamic,
        name: client.client_name,
        client_id: client.client_id,
    };
    Ok(render(&ClientsPage {
        may_write,
        search: listing.filter("q").unwrap_or_default().to_owned(),
        enabled: listing.filter("enabled").unwrap_or_default().to_owned(),
        groups: if may_write { group::names(&store).await? } else { Vec::new() },
        presets: guides::all().iter().map(link).collect(),
        preset: preset.map(|guide| Preset::new(&frame, guide, call.app.config.issuer.as_str())),
        next: next(&call, page.next),
        clients: page.items.into_iter().map(row).collect(),
        portal: opened.portal,
        frame,
    }))
}

/// One app.
///
/// # Errors
/// A page.
pub async fn show(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Clients).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let client_id = call.segment::<String>("client_id").ok_or(Code::NotFound)?;
    let store = call.app.store.read();
    let found = client::find_by_client_id(&store, &client_id).await?.ok_or(Code::NotFound)?;
    let reaches = found.is_mighty();
    let may_write = opened.may(Area::Clients) && (!reaches || opened.acting.allow_everything().is_ok());
    let lines = if opened.acting.may(Area::Audit, Right::Read) {
        let filter = audit_log::Filter { client: Some(client_id.clone()), ..audit_log::Filter::default() };
        let window = Window { order: Order::NEWEST, after: None, limit: LINES };
        audit_log::page(&store, &filter, &window).await?
    } else {
        Vec::new()
    };
    let own = client_group::list_names(&store, found.id).await?;
    let all = group::list(&store).await?.into_iter();
    let secrets = client::list_secrets(&store, found.id).await?.into_iter();
    let object = ClientObject::read(&store, &found).await?;
    let refusals = client_error::list(&store, found.id, call.now()).await?.into_iter();
    let frame = opened.frame;
    Ok(render(&ClientPage {
        may_write,
        tag: conditional::tag(&object)?,
        path: format!("/clients/{client_id}"),
        // What a form leaves as it is goes back with what it changes.
        whole: serde_json::to_string(&object).map_err(|_| PageError::internal())?,
        secrets: secrets.map(|(id, at)| (id, at.into())).collect(),
        groups: all.map(|group| (own.contains(&group.name), group.name)).map(|(is_own, name)| (name, is_own)).collect(),
        redirect_uris: found.redirect_uris.join("\n"),
        post_logout_redirect_uris: found.details.post_logout_redirect_uris.join("\n"),
        scope: found.scopes.to_string(),
        blocks: blocks(&call, &found),
        guides: guides_of(&frame, &found),
        has_secret: found.token_endpoint_auth_method.has_secret(),
        lines: super::lines(&call, &frame, &lines).await?,
        refusals: refusals.map(Refusal::from).collect(),
        test_url: frame.path(&urls::ADMIN_CLIENT_TEST.replace(":client_id", &client_id)),
        claims_url: frame.path(&urls::ADMIN_CLIENT_CLAIMS.replace(":client_id", &client_id)),
        back: frame.path(urls::ADMIN_CLIENTS),
        client: found,
        portal: opened.portal,
        frame,
    }))
}

/// Guides that have this app's own values.
fn guides_of(frame: &Frame, client: &Client) -> Vec<(String, &'static str)> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", &client.client_id);
    if let Some(origin) = client.redirect_uris.first().and_then(|uri| guides::origin(uri)) {
        query.append_pair("app", &origin);
    }
    let query = query.finish();
    let link = |guide: &'static Guide| {
        let path = frame.path(&urls::DOCS_GUIDE.replace(":guide", &guide.slug));
        (format!("{path}?{query}"), guide.name.as_str())
    };
    guides::all().iter().map(link).collect()
}

/// What a developer copies, in the shapes that apps read.
fn blocks(call: &Call, client: &Client) -> Vec<(&'static str, String)> {
    let issuer = call.app.config.issuer.as_str();
    let (client_id, scope) = (&client.client_id, client.scopes.to_string());
    let secret = client.token_endpoint_auth_method.has_secret();
    let env = |line: &str| if secret { line.to_owned() } else { String::new() };
    vec![
        (
            "env",
            format!(
                "OIDC_ISSUER={issuer}\nOIDC_CLIENT_ID={client_id}\n{}OIDC_SCOPES=\"{scope}\"",
                env("OIDC_CLIENT_SECRET=…\n")
            ),
        ),
        (
            "YAML",
            format!(
                "oidc:\n  issuer: {issuer}\n  client_id: {client_id}\n{}  scopes: \"{scope}\"",
                env("  client_secret: …\n")
            ),
        ),
        (
            "JavaScript",
            format!(
                "import * as client from 'openid-client';\n\nconst config = await client.discovery(\n  new URL('{issuer}'), '{client_id}'{},\n);",
                if secret { ", process.env.OIDC_CLIENT_SECRET" } else { "" }
            ),
        ),
    ]
}
