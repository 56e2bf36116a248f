//! Standard claims about a person (OIDC Core 5.1) and what each scope releases (5.4).

mod check;

pub use check::{NotAText, tidy_text};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::scope::{ADDRESS, EMAIL, GROUPS, PHONE, PROFILE, ScopeSet};

/// The claims that are kept beside the account's own columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StandardClaims {
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// Casual name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of a profile page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// URL of a web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// YYYY-MM-DD, 0000-MM-DD or YYYY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// tz database name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Whether the number was shown to be theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_verified: Option<bool>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// The address claim (OIDC Core 5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// The whole address, lines apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street and number, lines apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Zip code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Address {
    /// All of it in a line.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let parts = [&self.street_address, &self.postal_code, &self.locality, &self.region, &self.country];
        let joined = || parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        self.formatted.clone().or_else(|| Some(joined()).filter(|text| !text.is_empty()))
    }
}

/// All that can be released about one person.
#[derive(Clone, Debug)]
pub struct Person {
    /// `preferred_username`.
    pub username: String,
    /// `name`.
    pub display_name: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`.
    pub email_verified: bool,
    /// The other standard claims.
    pub claims: StandardClaims,
    /// `updated_at`, in seconds.
    pub updated_at: i64,
}

const PROFILE_CLAIMS: [&str; 11] = [
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
];

/// Every claim that userinfo can carry, for discovery.
#[must_use]
pub fn supported() -> Vec<&'static str> {
    let own = ["sub", "name", "preferred_username", "updated_at", "email", "email_verified"];
    let rest = ["address", "phone_number", "phone_number_verified", "groups", "auth_time", "acr", "amr", "sid"];
    [&own[..], &PROFILE_CLAIMS, &rest].concat()
}

/// The scope that brings a claim (5.4); `None` for those of the protocol itself.
#[must_use]
pub fn scope_of(claim: &str) -> Option<&'static str> {
    match claim {
        "name" | "preferred_username" | "updated_at" => Some(PROFILE),
        "email" | "email_verified" => Some(EMAIL),
        "address" => Some(ADDRESS),
        "phone_number" | "phone_number_verified" => Some(PHONE),
        "groups" => Some(GROUPS),
        name => PROFILE_CLAIMS.contains(&name).then_some(PROFILE),
    }
}

impl Person {
    /// What `scopes` release; an unverified address only when `release_unverified_email`.
    #[must_use]
    pub fn release(&self, scopes: &ScopeSet, release_unverified_email: bool) -> Map<String, Value> {
        let is_allowed = |name: &str| scope_of(name).is_some_and(|scope| scopes.contains(scope));
        self.release_where(is_allowed, release_unverified_email)
    }

    /// What is there of the claims that are allowed.
    #[must_use]
    pub fn release_where(
        &self,
        is_allowed: impl Fn(&str) -> bool,
        release_unverified_email: bool,
    ) -> Map<String, Value> {
        let mut out = match serde_json::to_value(&self.claims) {
            Ok(Value::Object(stored)) => stored,
            _ => Map::new(),
        };
        let name = self.display_name.clone().unwrap_or_else(|| self.username.clone());
        out.insert("name".to_owned(), name.into());
        out.insert("preferred_username".to_owned(), self.username.clone().into());
        out.insert("updated_at".to_owned(), self.updated_at.into());
        if let Some(email) = self.email.as_ref().filter(|_| self.email_verified || release_unverified_email) {
            out.insert("email".to_owned(), json!(email));
            out.insert("email_verified".to_owned(), self.email_verified.into());
        }
        out.retain(|name, _| is_allowed(name));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        let claims = json!({"given_name": "Alice", "phone_number": "+33 1", "address": {"country": "France"}});
        Person {
            username: "alice".into(),
            display_name: None,
            email: Some("a@b.example".into()),
            email_verified: false,
            claims: serde_json::from_value(claims).unwrap(),
            updated_at: 7,
        }
    }

    fn released(scope: &str, unverified: bool) -> Vec<String> {
        let scopes = ScopeSet::parse(scope).unwrap();
        let mut names: Vec<_> = person().release(&scopes, unverified).keys().cloned().collect();
        names.sort();
        names
    }

    #[test]
    fn each_scope_releases_its_own_claims() {
        assert!(released("openid", true).is_empty());
        assert_eq!(released("profile", true), ["given_name", "name", "preferred_username", "updated_at"]);
        assert_eq!(released("address phone", true), ["address", "phone_number"]);
    }

    #[test]
    fn an_unverified_address_stays_unless_the_client_has_leave() {
        assert!(released("email", false).is_empty());
        assert_eq!(released("email", true), ["email", "email_verified"]);
    }

    #[test]
    fn a_full_person_releases_every_standard_claim() {
        let full = json!({
            "given_name": "a", "family_name": "a", "middle_name": "a", "nickname": "a", "profile": "a", "picture": "a",
            "website": "a", "gender": "a", "birthdate": "a", "zoneinfo": "a", "locale": "a", "phone_number": "a",
            "phone_number_verified": true, "address": {"formatted": "a"},
        });
        let person = Person { email_verified: true, claims: serde_json::from_value(full).unwrap(), ..person() };
        let all = ScopeSet::parse("openid profile email address phone").unwrap();
        let released = person.release(&all, false);
        let of_the_protocol = ["sub", "groups", "auth_time", "acr", "amr", "sid"];
        for name in supported().into_iter().filter(|name| !of_the_protocol.contains(name)) {
            assert!(released.contains_key(name), "{name}");
        }
        assert_eq!(released.len() + of_the_protocol.len(), supported().len());
    }
}
