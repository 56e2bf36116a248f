//! The file, in TOML, YAML or JSON: lists `group`, `client` and `webhook`, and a table `settings`. A member that nobody knows is refused: it would change nothing.

use std::{ffi::OsStr, fs, path::Path};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    admin::rules::{clients::PutClient, settings::PutSettings, webhooks::PutWebhook},
    cli::{client::preset, error::CliError},
    protocol::passkey_policy::PasskeyPolicy,
};

/// What a file declares.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "group")]
    pub groups: Vec<GroupEntry>,
    #[serde(rename = "client")]
    pub clients: Vec<ClientEntry>,
    #[serde(rename = "webhook")]
    pub webhooks: Vec<PutWebhook>,
    pub settings: PutSettings,
}

/// A group.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GroupEntry {
    pub name: String,
    pub passkey_policy: Option<PasskeyPolicy>,
    pub lock_out: Option<u64>,
}

/// An app: what the administration API takes, under a `client_id` that stays.
#[derive(Debug, Deserialize)]
pub(super) struct ClientEntry {
    pub client_id: String,
    /// The name of a guide, whose preset it begins with.
    preset: Option<String>,
    /// Where the app of the preset is.
    app: Option<String>,
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// Members that only an administrator says.
const ADMINISTRATORS: [&str; 7] =
    ["require_consent", "require_pkce", "group_restricted", "groups", "release_unverified_email", "claims", "enabled"];

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let refuse = |detail: String| CliError::usage("invalid_request", format!("{}: {detail}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
        let file: Self = match path.extension().and_then(OsStr::to_str) {
            Some("json") => serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?,
            Some("yaml" | "yml") => yaml(&text).map_err(|error| refuse(error.to_string()))?,
            _ => toml::from_str(&text).map_err(|error| refuse(error.to_string()))?,
        };
        let untidy = file.groups.iter().find(|group| group.name.trim() != group.name || group.name.is_empty());
        if let Some(group) = untidy {
            return Err(refuse(format!("group {:?}: a name has no spaces around it", group.name)));
        }
        let kinds = [
            ("group", file.groups.iter().map(|one| &one.name).collect::<Vec<_>>()),
            ("client", file.clients.iter().map(|one| &one.client_id).collect()),
            ("webhook", file.webhooks.iter().map(|one| &one.url).collect()),
        ];
        for (kind, mut names) in kinds {
            names.sort();
            if let Some((twice, _)) = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next) {
                return Err(refuse(format!("{kind} {twice} is there twice")));
            }
        }
        Ok(file)
    }
}

/// YAML 1.2: "no" and "on" are words.
fn yaml(text: &str) -> Result<File, serde_saphyr::Error> {
    serde_saphyr::from_str_with_options(text, serde_saphyr::options! { strict_booleans: true })
}

impl ClientEntry {
    /// What the rules are asked. What is left out is as in a new app; it is for everybody, unless groups are named.
    pub(super) fn asked(&self) -> Result<PutClient, CliError> {
        let refuse =
            |detail: String| CliError::usage("invalid_client_metadata", format!("client {}: {detail}", self.client_id));
        let mut whole = match (&self.preset, &self.app) {
            (Some(name), Some(app)) => preset(name, app)?,
            (None, None) => json!({}),
            _ => return Err(refuse("preset and app go together".to_owned())),
        };
        let base = whole.as_object_mut().ok_or_else(|| refuse("the preset is none".to_owned()))?;
        base.extend(self.members.clone());
        let given: Vec<String> = base.keys().cloned().collect();
        let mut asked: PutClient = serde_json::from_value(whole).map_err(|error| refuse(error.to_string()))?;
        let read = json!(asked.metadata);
        let is_known = |name: &&String| ADMINISTRATORS.contains(&name.as_str()) || read.get(name).is_some();
        if let Some(unknown) = given.iter().find(|name| !is_known(name)) {
            return Err(refuse(format!("nothing is called {unknown}")));
        }
        let groups = asked.groups.take().unwrap_or_default();
        asked.group_restricted = Some(asked.group_restricted.unwrap_or(!groups.is_empty()));
        asked.groups = Some(groups);
        asked.claims = Some(asked.claims.unwrap_or_else(|| json!([])));
        Ok(asked)
    }
}
