//! Who makes authenticators, by AAGUID: a name and a picture for people, and never a proof.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;
use uuid::Uuid;

/// What a provider is known by.
#[derive(Clone, Debug, Deserialize)]
pub struct Provider {
    /// As it calls itself.
    pub name: String,
    /// Its picture for light pages, among the embedded files.
    #[serde(default)]
    light: Option<String>,
    /// Its picture for dark pages.
    #[serde(default)]
    dark: Option<String>,
}

impl Provider {
    /// Names of embedded files for light and dark pages, if there is a picture.
    #[must_use]
    pub fn icons(&self) -> Option<(String, String)> {
        let file = |name: &String| format!("providers/{name}");
        Some((file(self.light.as_ref()?), file(self.dark.as_ref()?)))
    }
}

#[derive(Default, Deserialize)]
struct File {
    providers: HashMap<Uuid, Provider>,
}

static PROVIDERS: LazyLock<File> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../assets/aaguids.json")).unwrap_or_default());

/// The provider of that AAGUID; `None` for zeros and for one that is not listed.
#[must_use]
pub fn find(aaguid: Uuid) -> Option<&'static Provider> {
    PROVIDERS.providers.get(&aaguid)
}

/// How people are told of a passkey: as its owner calls it, or after its provider.
#[must_use]
pub fn name_of(given: Option<&str>, aaguid: Uuid) -> Option<String> {
    given.map(str::to_owned).or_else(|| find(aaguid).map(|provider| provider.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_list_is_read() {
        let icloud = find(Uuid::from_u128(0xfbfc_3007_154e_4ecc_8c0b_6e02_0557_d7bd)).unwrap();
        assert!(icloud.name.contains("iCloud") || icloud.name.contains("Apple"), "{}", icloud.name);
        assert!(icloud.icons().is_some());
        assert!(find(Uuid::nil()).is_none());
    }
}
