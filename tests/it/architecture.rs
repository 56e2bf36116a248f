//! The layer rule and the sizes of files. This table is the truth: a new top-level module is ranked here.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A module may name `crate::X` only when the rank of X is lower; equal ranks never name each other.
const RANKS: &[&[&str]] = &[
    &["clock", "crypto"],
    &["protocol"],
    &["config"],
    &["urls", "words", "logging"],
    &["store"],
    &["attestation", "policy", "keys", "audit", "limits", "mail", "metrics", "outbound", "guides"],
    &["app"],
    &["http", "listen"],
    &["session", "registration", "claims"],
    &["webauthn"],
    &["oidc", "account", "admin"],
    &["jobs", "openapi"],
    &["router"],
    &["demo"],
    &["cli"],
    &["main", "lib"],
];

/// Inside a rank these see each other in this order.
const WITHIN: &[(&str, &str)] = &[("crypto", "clock")];

/// Which modules may name an external crate.
const OWNERS: &[(&str, &[&str])] = &[
    ("sea_orm", &["store"]),
    ("sqlx", &["store"]),
    ("sea_orm_migration", &["store"]),
    ("entity", &["store"]),
    ("migration", &["store"]),
    (
        "poem",
        &[
            "words", "http", "listen", "session", "webauthn", "oidc", "account", "admin", "openapi", "router", "demo",
            "cli",
        ],
    ),
    ("poem_openapi", &["openapi"]),
    ("lettre", &["config", "mail", "protocol"]),
    ("askama", &["mail", "http", "webauthn", "oidc", "account", "admin", "openapi", "demo"]),
    ("webauthn_rs_core", &["webauthn", "app"]),
    ("webauthn_rs_proto", &["webauthn"]),
    ("fido_mds", &["attestation"]),
    ("webauthn_attestation_ca", &["attestation", "webauthn"]),
    ("serde_cbor_2", &["webauthn"]),
    ("openidconnect", &["demo"]),
    ("argon2", &["crypto"]),
    ("qrcode", &["webauthn"]),
    ("aws_lc_rs", &["crypto", "keys", "listen"]),
    ("hyper", &["listen"]),
    ("hyper_util", &["listen"]),
    ("tokio_rustls", &["listen", "cli"]),
    ("governor", &["limits"]),
    ("tracing_subscriber", &["logging"]),
    ("prometheus_client", &["metrics"]),
    ("reqwest", &["outbound", "demo", "cli"]),
    ("jsonwebtoken", &["protocol"]),
];

/// Siblings in oidc/: the shared ones in order, the rest closed to each other.
const OIDC_SHARED: [&str; 6] =
    ["replay", "client_authentication", "id_token_hint", "access_token", "id_token", "issue"];

const LIMIT: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(directory: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn sources(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in folders {
        files(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|rank| rank.contains(&module))
}

/// Segments of a source file below src, `mod.rs` style never used.
fn segments(path: &Path) -> Vec<String> {
    let below = path.strip_prefix(root().join("src")).unwrap().with_extension("");
    below.iter().map(|part| part.to_str().unwrap().to_owned()).collect()
}

/// The code of a file: no comments, no test module.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Every path that begins with `crate`, use trees expanded.
fn crate_paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest: String = code[at + 7..].chars().filter(|c| !c.is_whitespace()).take(4000).collect();
        expand(&rest, &[], &mut found);
    }
    found
}

/// Reads one tree `a::{b,c::d}` from the front of `text`; gives what is left.
fn expand<'a>(text: &'a str, before: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let mut path = before.to_vec();
    let mut rest = text;
    loop {
        if let Some(mut inner) = rest.strip_prefix('{') {
            while !inner.is_empty() && !inner.starts_with('}') {
                inner = expand(inner, &path, found);
                inner = inner.strip_prefix(',').unwrap_or(inner);
            }
            return inner.strip_prefix('}').unwrap_or(inner);
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            found.push(path);
            return rest.get(1..).unwrap_or_default();
        }
        path.push(rest[..end].to_owned());
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(next) => rest = next,
            None => {
                found.push(path);
                return rest;
            }
        }
    }
}

fn may_name(module: &str, other: &str) -> bool {
    match (rank(module), rank(other)) {
        (Some(mine), Some(theirs)) => module == other || theirs < mine || WITHIN.contains(&(module, other)),
        // Not a module of ours: an item of lib.rs, or a word that the reader took for one.
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[test]
fn use_trees_are_expanded() {
    let found = crate_paths("use crate::{a::{b, c::d}, e}; fn f() { crate::g::h(1) }");
    let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a::b", "a::c::d", "e", "g::h"]);
}

#[test]
fn modules_name_only_lower_ones() {
    let mut breaches = Vec::new();
    for (path, text) in sources(&["src"]) {
        let here = segments(&path);
        assert!(rank(&here[0]).is_some(), "{} has no rank", here[0]);
        for other in crate_paths(&code(&text)) {
            if other.first().is_some_and(|other| !may_name(&here[0], other)) {
                breaches.push(format!("{}: may not name crate::{}", path.display(), other.join("::")));
            }
            if here[0] == "oidc" && other.first().is_some_and(|o| o == "oidc") && here.len() > 1 && other.len() > 1 {
                let shared = |name: &str| OIDC_SHARED.iter().position(|s| *s == name).unwrap_or(OIDC_SHARED.len());
                let known = root().join("src/oidc").join(format!("{}.rs", other[1])).exists();
                if known && other[1] != here[1] && shared(&other[1]) >= shared(&here[1]) {
                    breaches.push(format!("{}: may not name oidc::{}", path.display(), other[1]));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn external_crates_have_their_owners() {
    let mut breaches = Vec::new();
    for (path, text) in sources(&["src"]) {
        let (here, code) = (segments(&path), code(&text));
        for (name, owners) in OWNERS {
            let named = code.match_indices(&format!("{name}::")).any(|(at, _)| {
                let before = code[..at].chars().next_back().unwrap_or(' ');
                !before.is_alphanumeric() && before != '_' && before != ':'
            });
            if named && !owners.contains(&&*here[0]) && here[0] != "main" {
                breaches.push(format!("{}: may not name {name}", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_are_small_and_say_what_they_are() {
    let all = sources(&["src", "entity", "migration", "tests"]);
    let mut lengths: Vec<usize> = Vec::new();
    for (path, text) in &all {
        let lines = text.lines().count();
        assert!(lines <= LIMIT, "{}: {lines} lines, limit {LIMIT}", path.display());
        assert!(path.file_name().unwrap() != "mod.rs", "{}", path.display());
        let is_test_part = path.ends_with("tests.rs");
        let says = if is_test_part { text.contains("#[test]") } else { text.starts_with("//!") };
        assert!(says, "{} does not say what it is", path.display());
        lengths.push(lines);
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 120, "the median file has {} lines", lengths[lengths.len() / 2]);
    assert!(lengths[lengths.len() * 9 / 10] <= 280, "nine in ten files have up to {}", lengths[lengths.len() * 9 / 10]);
}

#[test]
fn banned_crates_stay_out() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for banned in ["openssl-sys", "native-tls"] {
        assert!(!lock.contains(&format!("name = \"{banned}\"")), "{banned} is in Cargo.lock");
    }
    let sources: BTreeMap<&str, usize> =
        lock.lines().filter_map(|line| line.strip_prefix("source = ")).fold(BTreeMap::new(), |mut all, source| {
            *all.entry(source).or_default() += 1;
            all
        });
    assert_eq!(sources.len(), 1, "one source of crates: {sources:?}");
}

/// How long a comparison takes says nothing about a secret: `mac::equal` is the only one.
#[test]
fn secrets_are_compared_in_constant_time() {
    let is_secret = |name: &str| {
        let name =
            name.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').rsplit(['.', ':']).next().unwrap_or("");
        ["hash", "secret", "digest", "tag", "mac", "password"]
            .iter()
            .any(|word| name.split('_').any(|part| part == *word))
    };
    let compared = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.windows(3).any(|w| matches!(w[1], "==" | "!=") && (is_secret(w[0]) || is_secret(w[2])))
    };
    for sample in ["a.token_hash == b {", "if x != &given.secret)", "*mac == x"] {
        assert!(compared(sample), "{sample}");
    }
    for (path, text) in sources(&["src"]) {
        let breach = code(&text).lines().find(|line| compared(line)).map(str::to_owned);
        assert!(breach.is_none(), "{}: {}", path.display(), breach.unwrap_or_default());
    }
}

/// Pages of ours talk to nobody: there is no message that a stranger's frame could listen to or send.
#[test]
fn scripts_send_no_messages_and_write_no_markup() {
    for entry in fs::read_dir(root().join("assets")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "js") {
            let script = fs::read_to_string(&path).unwrap();
            for banned in ["postMessage", "innerHTML", "eval(", "document.write", "new Function"] {
                assert!(!script.contains(banned), "{}: {banned}", path.display());
            }
        }
    }
}

/// The proxy that we show overwrites what callers sent.
#[test]
fn the_sample_proxy_believes_nobody() {
    let compose = fs::read_to_string(root().join("docker-compose.yml")).unwrap();
    assert!(compose.contains("proxy_set_header X-Forwarded-For $$remote_addr"));
    assert!(!compose.contains("proxy_add_x_forwarded_for"));
}
