//! What parameters are that many operations take: said once, by name.

use serde_json::Value;

use crate::admin::listing;

/// Where it stands, its name, and what it is.
const WORDS: [(&str, &str, &str); 33] = [
    ("header", "X-CSRF-Token", "As the page that calls was given it, so that no other page can call"),
    (
        "header",
        "X-Step-Up",
        "The proof that a passkey was shown for this, good once; without it, an answer says `step_up_required`",
    ),
    ("path", "client_id", "The app, by its `client_id`"),
    ("path", "credential", "The passkey, by its `id`"),
    ("path", "group", "The group, by its `id`"),
    ("path", "kid", "The key, by its `kid`"),
    ("path", "passkey", "The passkey, by its `id`"),
    ("path", "request", "The request of the app, as the page was given it"),
    ("path", "secret", "The secret, by its `id`; it is none itself"),
    ("path", "session", "The session, by its `id`"),
    ("path", "token", "The sign-up token, by its `id`; it is none itself"),
    ("path", "user", "The person, by their `id`"),
    ("path", "webhook", "The webhook, by its `id`"),
    ("query", "acr_values", "Classes of authentication, the one that is liked best first (OIDC Core 3.1.2.1)"),
    ("query", "before", "The `id` of the last row of the page before"),
    ("query", "claims", "Claims by name, as JSON (OIDC Core 5.5)"),
    ("query", "client_id", "The app (RFC 6749 2.2)"),
    ("query", "code_challenge", "The hash of a secret that redeems the code (RFC 7636 4.2)"),
    ("query", "code_challenge_method", "How it was hashed: `S256` (RFC 7636 4.3)"),
    ("query", "id_token_hint", "An ID token of before, of whoever is expected (OIDC Core 3.1.2.1)"),
    ("query", "login_hint", "Who may want to sign in (OIDC Core 3.1.2.1)"),
    ("query", "max_age", "How many seconds ago they may have signed in (OIDC Core 3.1.2.1)"),
    ("query", "nonce", "Comes back in the ID token (OIDC Core 3.1.2.1)"),
    ("query", "prompt", "What people must be asked, if anything (OIDC Core 3.1.2.1)"),
    ("query", "redirect_uri", "Where the answer goes: one that is registered (RFC 6749 3.1.2)"),
    ("query", "request", "The request as a signed JWT (RFC 9101 5.1)"),
    ("query", "request_uri", "Where the request is to be fetched (RFC 9101 5.2)"),
    ("query", "resource", "For which API the access token shall be (RFC 8707 2)"),
    ("query", "response_mode", "How the answer comes back (OAuth 2.0 Multiple Response Types 2.1)"),
    ("query", "response_type", "What the answer holds: `code` (RFC 6749 3.1.1)"),
    ("query", "scope", "What is asked for: words with spaces between, `openid` among them (OIDC Core 3.1.2.1)"),
    ("query", "state", "Comes back in the answer (RFC 6749 4.1.1)"),
    ("query", "ui_locales", "Languages, the one that is liked best first (OIDC Core 3.1.2.1)"),
];

/// Says what a parameter is that says nothing of itself, and how many rows a page has.
pub(super) fn describe(operation: &mut Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        if parameter["name"] == "limit" {
            let schema = &mut parameter["schema"];
            (schema["minimum"], schema["maximum"], schema["default"]) =
                (1.into(), listing::MOST.into(), listing::USUAL.into());
        }
        let is_it = |(place, name, _): &&(_, _, _)| parameter["in"] == *place && parameter["name"] == *name;
        if parameter["description"].is_null()
            && let Some((_, _, words)) = WORDS.iter().find(is_it)
        {
            parameter["description"] = (*words).into();
        }
    }
}
