//! What an administrator can say while the server runs, where the configuration does not.

use std::collections::BTreeMap;

use ::config::ValueKind;
use serde_json::{Map, Value};

use super::{Branding, Config, Problem, Registration, reader::Reader, section::Section};

/// Dotted keys with their values, as variables would say them.
pub type Said = BTreeMap<String, String>;

/// Sections that can be adjusted: nothing that was made at start hangs on them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How people get in.
    pub registration: Registration,
    /// What pages look like.
    pub branding: Branding,
}

impl Settings {
    /// Names of all keys.
    #[must_use]
    pub fn keys() -> Vec<String> {
        let of = |section: &str, fields: Vec<super::section::Field>| {
            fields.into_iter().map(|field| format!("{section}.{}", field.name)).collect::<Vec<_>>()
        };
        [of(Registration::NAME, Registration::fields()), of(Branding::NAME, Branding::fields())].concat()
    }

    /// Keys and values by section.
    #[must_use]
    pub fn show(&self) -> BTreeMap<&'static str, Map<String, Value>> {
        let of = |keys: Vec<(&'static str, Option<String>)>| {
            // What is shown of a text is its JSON.
            let value = |text: Option<String>| serde_json::from_str(&text?).ok();
            keys.into_iter().filter_map(|(key, text)| Some((key.to_owned(), value(text)?))).collect()
        };
        [(Registration::NAME, of(self.registration.show())), (Branding::NAME, of(self.branding.show()))].into()
    }

    /// What the configuration says, and where it says nothing, this. What is wrong with a key leaves it as it was.
    #[must_use]
    pub fn over(config: &Config, said: &Said) -> (Self, Vec<Problem>) {
        let mut reader = Reader::default();
        for (key, text) in said {
            match config.written.contains(key) {
                true => reader.problems.push(Problem::new(key, "the configuration says it")),
                false => reader.set("settings", key.clone(), ValueKind::String(text.clone())),
            }
        }
        let configured = &config.raw.branding;
        let registration = config.raw.registration.clone().over(&mut reader);
        let mut branding = configured.clone().over(&mut reader);
        reader.refuse_the_rest();
        let mut problems = reader.problems;
        if let Err(problem) = branding.check() {
            branding.accent.clone_from(&configured.accent);
            problems.push(problem);
        }
        (Self { registration, branding }, problems)
    }
}
