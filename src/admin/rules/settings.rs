//! What is said while the server runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    admin::acting::Acting,
    app::App,
    audit::Event,
    config::{Said, Settings},
    http::{Code, Problem},
    store::{Tx, said},
};

/// Characters of a value at most.
const MAX: usize = 500;

/// What shall be said: by section and key, as in the file of the configuration. What is left out, or null, is as configured.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutSettings {
    /// `[registration]`
    pub registration: Option<BTreeMap<String, Option<String>>>,
    /// `[branding]`
    pub branding: Option<BTreeMap<String, Option<String>>>,
}

impl PutSettings {
    /// Dotted keys with what is said of them.
    #[must_use]
    pub fn said(&self) -> Vec<(String, Option<String>)> {
        let sections = [("registration", &self.registration), ("branding", &self.branding)];
        let text = |value: &Option<String>| value.clone().filter(|text| !text.trim().is_empty());
        let keys =
            sections.into_iter().flat_map(|(section, keys)| keys.iter().flatten().map(move |key| (section, key)));
        keys.map(|(section, (key, value))| (format!("{section}.{key}"), text(value))).collect()
    }
}

/// Settings as they are told: what holds, what of it is said here, and what only the configuration says.
#[derive(Clone, Debug, Serialize)]
pub struct SettingsObject {
    #[serde(flatten)]
    sections: BTreeMap<&'static str, Map<String, Value>>,
    /// Keys that are said while the server runs.
    pub said: Vec<String>,
    /// Keys that the configuration says, and nobody else.
    pub configured: Vec<String>,
}

impl SettingsObject {
    /// As they are with this.
    #[must_use]
    pub fn new(app: &App, said: &Said) -> Self {
        let (settings, _) = Settings::over(&app.config, said);
        let is_written = |key: &String| app.config.written.contains(key);
        Self {
            sections: settings.show(),
            said: said.keys().filter(|key| !is_written(key)).cloned().collect(),
            configured: Settings::keys().into_iter().filter(is_written).collect(),
        }
    }

    /// What holds of a key.
    #[must_use]
    pub fn value(&self, section: &str, key: &str) -> Option<&str> {
        self.sections.get(section)?.get(key)?.as_str()
    }
}

/// Says these, and no others.
///
/// # Errors
/// `invalid_request`, or when the database fails.
pub async fn update(tx: &Tx, acting: &Acting<'_>, before: &Said, asked: &PutSettings) -> Result<Said, Problem> {
    let mut after: Said = asked.said().into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    // What the configuration says meanwhile rests, and is nobody's to see or to lose.
    let rests = before.iter().filter(|(key, _)| acting.app.config.written.contains(*key));
    for (key, value) in rests {
        after.entry(key.clone()).or_insert_with(|| value.clone());
    }
    change(tx, acting, before, &after).await?;
    Ok(after)
}

/// Says what is said of these, and leaves the others.
///
/// # Errors
/// `invalid_request`, or when the database fails.
pub async fn merge(tx: &Tx, acting: &Acting<'_>, before: &Said, asked: &PutSettings) -> Result<Said, Problem> {
    let mut after = before.clone();
    for (key, value) in asked.said() {
        match value {
            Some(value) => after.insert(key, value),
            None => after.remove(&key),
        };
    }
    change(tx, acting, before, &after).await?;
    Ok(after)
}

async fn change(tx: &Tx, acting: &Acting<'_>, before: &Said, after: &Said) -> Result<(), Problem> {
    let refuse = |detail: String| Err(Problem::detailed(Code::InvalidRequest, detail));
    if let Some((key, _)) = after.iter().find(|(_, text)| text.chars().count() > MAX || text.contains(char::is_control))
    {
        return refuse(format!("{key}: at most {MAX} characters in one line"));
    }
    let (_, problems) = Settings::over(&acting.app.config, after);
    // What was said before the configuration said otherwise rests.
    if let Some(problem) = problems.into_iter().find(|problem| before.get(&problem.key) != after.get(&problem.key)) {
        return refuse(problem.to_string());
    }
    if before == after {
        return Ok(());
    }
    said::put(tx, after, acting.now).await?;
    let keys = before.keys().chain(after.keys());
    let differs = keys.filter(|key| before.get(*key) != after.get(*key));
    let details = differs.map(|key| (key.clone(), json!({ "before": before.get(key), "after": after.get(key) })));
    acting.record(tx, Event::SettingsUpdated, None, Value::Object(details.collect()));
    Ok(())
}
