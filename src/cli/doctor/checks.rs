//! What the doctor looks at.

use std::time::Duration;

use uuid::Uuid;

use super::Finding;
use crate::{
    app::CLOCKS_AGREE,
    attestation::{Files, Metadata},
    cli::{identity, open},
    clock::{Clock, SystemClock},
    config::{Config, DynamicRegistration, MailTls},
    mail::Mailer,
    protocol::signing_algorithm::SigningAlgorithm,
    store::{
        Store,
        connection::sqlite_file,
        credential, data_key,
        group::Demanded,
        migrate,
        signing_key::{self, State},
        user,
    },
    urls,
};

const TIMEOUT: Duration = Duration::from_secs(5);

/// What the configuration alone tells.
pub(super) fn configuration(config: &Config) -> Vec<Finding> {
    let party = &config.relying_party;
    let server = &config.raw.server;
    let behind_proxy = config.issuer.is_https() && server.tls_certificate.is_none();
    let proxy = match (behind_proxy, config.trusted_proxies.len()) {
        (false, _) => Finding::ok("proxy", "none is needed"),
        (true, 0) => Finding::warning(
            "proxy",
            "https comes from a proxy, and server.trusted_proxies is empty: all callers look like the proxy, and share \
             its limits",
        ),
        (true, count) => Finding::ok("proxy", format!("{count} networks are trusted")),
    };
    let limits = match config.raw.rate_limit.enabled {
        true => Finding::ok("limits", "callers are limited"),
        false => Finding::warning("limits", "rate_limit.enabled is off: the proxy must limit callers"),
    };
    let legacy = match config.raw.oidc.legacy_response_types {
        true => Finding::warning("response types", "oidc.legacy_response_types is on: tokens travel through browsers"),
        false => Finding::ok("response types", "code alone"),
    };
    let registration = match config.raw.oidc.dynamic_registration {
        DynamicRegistration::Open => {
            Finding::warning("registration", "oidc.dynamic_registration is open: everybody may register apps")
        }
        DynamicRegistration::Token => Finding::ok("registration", "apps register with a token"),
        DynamicRegistration::Off => Finding::ok("registration", "apps are registered by operators"),
    };
    let conformance = match config.has_conformance_api() {
        true => Finding::problem("conformance", "webauthn.conformance_api: everybody may add passkeys to everybody"),
        false => Finding::ok("conformance", "FIDO's test endpoints are off"),
    };
    vec![legacy, conformance, registration, Finding::ok("origins", party.origins.join(", ")), proxy, limits]
}

/// The database, its clock, and the keys in it.
pub(super) async fn database(config: &Config) -> Vec<Finding> {
    if sqlite_file(&config.database_url).is_some_and(|file| !file.exists()) {
        return vec![Finding::warning("database", "there is none yet; `claviger serve` makes it")];
    }
    let store = match Store::connect(&config.database_url).await {
        Ok(store) => store,
        Err(error) => return vec![Finding::problem("database", error.to_string())],
    };
    let findings = match migrate::is_empty(&store).await {
        Ok(true) => vec![Finding::warning("database", "it is empty; `claviger serve` fills it"), clock(&store).await],
        Ok(false) => vec![
            schema(&store).await,
            clock(&store).await,
            keys(config, &store).await,
            known(config, &store).await,
            ways_in(&store).await,
            policy(config, &store).await,
        ],
        Err(error) => vec![Finding::problem("database", error.to_string())],
    };
    store.close().await;
    findings
}

async fn schema(store: &Store) -> Finding {
    if let Err(error) = migrate::check(store).await {
        return Finding::problem("database", error.to_string());
    }
    match migrate::pending(store).await {
        Ok(0) => Finding::ok("database", "the schema is up to date"),
        Ok(count) => Finding::warning("database", format!("{count} migrations wait for `claviger migrate` or `serve`")),
        Err(error) => Finding::problem("database", error.to_string()),
    }
}

/// Whether passkeys and apps still know this server.
async fn known(config: &Config, store: &Store) -> Finding {
    let party = &config.relying_party.id;
    match identity::change(config, store).await {
        Ok(None) => Finding::ok("rp_id", format!("{party}: changing it makes every passkey useless")),
        Ok(Some((what, people))) => Finding::problem("rp_id", format!("{what}: {people} people would be locked out")),
        Err(error) => Finding::problem("rp_id", error.to_string()),
    }
}

/// Who can get in: nobody may depend on one device, and somebody must be able to help.
async fn ways_in(store: &Store) -> Finding {
    let count = async {
        let has_administrator = user::has_administrator(&store.read(), |_, _| true).await?;
        Ok::<_, crate::store::Error>((credential::count_owners(&store.read()).await?, has_administrator))
    };
    match count.await {
        Ok((0, _)) => Finding::warning("people", "nobody has a passkey yet; `claviger serve` prints the first link"),
        Ok((people, false)) => {
            let detail = format!("{people} people have passkeys, and no administrator does: `claviger user recover`");
            Finding::warning("people", detail)
        }
        Ok((people, true)) => Finding::ok("people", format!("{people} people have passkeys, an administrator too")),
        Err(error) => Finding::problem("people", error.to_string()),
    }
}

async fn clock(store: &Store) -> Finding {
    match store.clock().await {
        Ok(None) => Finding::ok("clock", "the database has this machine's"),
        Ok(Some(theirs)) => {
            let behind = (theirs - SystemClock.now()).num_milliseconds().abs();
            let detail = format!("{behind} ms between this machine and the database");
            if behind > CLOCKS_AGREE.num_milliseconds() {
                Finding::problem("clock", detail)
            } else {
                Finding::ok("clock", detail)
            }
        }
        Err(error) => Finding::problem("clock", error.to_string()),
    }
}

async fn keys(config: &Config, store: &Store) -> Finding {
    let check = async {
        if !data_key::exist(store).await? {
            return Ok(Finding::warning("keys", "there are none yet; `claviger serve` makes them"));
        }
        let encryption_keys = open::encryption_keys(config, store, false)?;
        let data_keys = data_key::load(store, &encryption_keys).await?;
        let keys = signing_key::list(&store.read(), &data_keys.signing_keys).await?;
        let signs =
            |ring| keys.iter().any(|k| k.algorithm == ring && k.state == State::Active && k.private_key.is_some());
        let silent: Vec<_> =
            SigningAlgorithm::ALL.into_iter().filter(|ring| !signs(*ring)).map(SigningAlgorithm::as_str).collect();
        Ok::<_, crate::cli::error::CliError>(match &silent[..] {
            [] => Finding::ok("keys", "the encryption key fits, and every ring can sign"),
            silent => Finding::warning("keys", format!("{} cannot sign; `claviger serve` mends it", silent.join(", "))),
        })
    };
    check.await.unwrap_or_else(|error| Finding::problem("keys", error.to_string()))
}

/// The issuer as apps see it.
pub(super) async fn issuer(config: &Config) -> Finding {
    let url = format!("{}{}", config.issuer.as_str(), urls::OPENID_CONFIGURATION);
    let fetch = async {
        let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        client.get(&url).send().await?.error_for_status()?.json::<serde_json::Value>().await
    };
    match fetch.await {
        Ok(document) if document["issuer"] == config.issuer.as_str() => {
            Finding::ok("issuer", format!("{} answers", config.issuer.as_str()))
        }
        Ok(document) => Finding::problem("issuer", format!("{url} says that it is {}", document["issuer"])),
        Err(error) => {
            let detail = format!("{url} cannot be reached from here: {}", error.without_url());
            Finding::warning("issuer", detail)
        }
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether letters would go out: nobody else tells people that a stranger has come.
pub(super) async fn mail(config: &Config) -> Finding {
    let section = &config.raw.mail;
    let mailer = match Mailer::new(config) {
        Ok(Some(mailer)) => mailer,
        Ok(None) => {
            let detail = "mail.host is not set: nobody is told of a new passkey, and nobody can come back by mail";
            return Finding::warning("mail", detail);
        }
        Err(error) => return Finding::problem("mail", error),
    };
    let server = format!("{}:{}", section.host.as_deref().unwrap_or_default(), section.port());
    match tokio::time::timeout(TIMEOUT, mailer.check()).await {
        Ok(Ok(())) if section.tls == MailTls::None && !is_local(section.host.as_deref().unwrap_or_default()) => {
            let detail = "mail.tls is off: letters, and the password, can be read on their way";
            Finding::warning("mail", format!("{server} answers; {detail}"))
        }
        Ok(Ok(())) if section.recovery && section.recovery_delay.get() < chrono::Duration::hours(1) => {
            let detail = "mail.recovery_delay is short: hardly anybody can call off what they did not ask for";
            Finding::warning("mail", format!("{server} answers; {detail}"))
        }
        Ok(Ok(())) if section.recovery => {
            Finding::ok("mail", format!("{server} answers; people without a passkey can come back by mail"))
        }
        Ok(Ok(())) => Finding::ok("mail", format!("{server} answers")),
        Ok(Err(error)) => Finding::problem("mail", format!("{server}: {error}")),
        Err(_) => Finding::problem("mail", format!("{server} does not answer")),
    }
}

/// What vouches for authenticators, as far as it can be read.
pub(super) fn attestation(config: &Config) -> Finding {
    let files = Files::open(config);
    match files.problems() {
        [] if files.next_update().is_some_and(|next| next < &*SystemClock.now().format("%Y-%m-%d").to_string()) => {
            let detail = "FIDO has told more since: download webauthn.metadata anew";
            Finding::warning("attestation", detail)
        }
        [] if config.raw.webauthn.metadata.is_some() => {
            Finding::ok("attestation", format!("FIDO tells of {} models", files.count()))
        }
        [] => Finding::ok("attestation", format!("{} is asked for", config.raw.webauthn.attestation.as_str())),
        problems => Finding::problem("attestation", problems.join("; ")),
    }
}

/// Whom the demands on passkeys, and what FIDO says of their models, leave without one.
async fn policy(config: &Config, store: &Store) -> Finding {
    let (demands, files) = (config.raw.webauthn.policy(), Files::open(config));
    let demanded = match Demanded::read(&store.read(), SystemClock.now()).await {
        Ok(demanded) => demanded,
        Err(error) => return Finding::problem("policy", error.to_string()),
    };
    if demanded.wants_attestation() && !config.raw.webauthn.can_attest() {
        let detail = "a group wants makers to vouch, and without webauthn.attestation nobody can";
        return Finding::problem("policy", detail);
    }
    if demands.is_open() && !files.knows_broken() && demanded.is_nothing() {
        return Finding::ok("policy", "every passkey will do");
    }
    let will_do = |owner: Uuid, one: &credential::Credential| {
        let passkey = one.described(files.find(one.aaguid()).is_some_and(|model| model.keys_are_broken));
        demands.allows(&passkey) && demanded.of(owner).iter().all(|policy| policy.allows(&passkey))
    };
    match credential::count_owners_losing(&store.read(), |_| true, will_do).await {
        Ok(0) => Finding::ok("policy", "everybody with a passkey has one that will do"),
        Ok(people) => {
            Finding::problem("policy", format!("{people} people have no passkey that will do, and are locked out"))
        }
        Err(error) => Finding::problem("policy", error.to_string()),
    }
}
