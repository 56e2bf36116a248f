//! `[webauthn]`

use url::Url;

use super::{duration::Lifetime, issuer::Issuer, problem::Problem, section::section, setting::choice};
use crate::protocol::passkey_policy::PasskeyPolicy;

choice! {
    /// What authenticators are asked to prove about their make.
    Attestation: "\"none\", \"indirect\", \"direct\" or \"enterprise\"" {
        /// Nothing.
        None = "none",
        /// Anything that their clients let through.
        Indirect = "indirect",
        /// What they have.
        Direct = "direct",
        /// What they have, with what tells one device from another; for devices that are managed.
        Enterprise = "enterprise",
    }
}

choice! {
    /// Whether the endpoints of FIDO's conformance tests are served. They let everybody add passkeys to everybody.
    ConformanceApi: "\"off\"" {
        /// Not at all.
        Off = "off",
        /// Where the issuer is on localhost.
        On = "on",
        /// Everywhere: for a test installation on https, with nobody in it.
        Forced = "forced",
    }
}

section! {
    /// Passkeys.
    WebAuthn in "webauthn" {
        /// Relying party id: the issuer's host or a suffix of it. Changing it locks people out.
        rp_id: Option<String> = None,
        /// What authenticators show.
        rp_name: String = "Claviger".to_owned(),
        /// Origins whose pages may run ceremonies, beside the issuer's own.
        origins: Vec<String> = Vec::new(),
        /// How long a ceremony may take, at most an hour.
        challenge_lifetime: Lifetime = Lifetime::seconds(300),
        /// What authenticators are asked to prove about their make. People are asked by some browsers, and may refuse.
        attestation: Attestation = Attestation::None,
        /// A file of certificates in PEM that vouch for authenticators.
        attestation_ca: Option<std::path::PathBuf> = None,
        /// FIDO's metadata (MDS3) as downloaded: who vouches for which model, and which models are broken. Those are refused.
        metadata: Option<std::path::PathBuf> = None,
        /// Whether only passkeys that can't leave their device will do. Others sign in no more.
        device_bound_only: bool = false,
        /// Whether only passkeys will do whose maker vouched for them when they were made. Others sign in no more.
        attested_only: bool = false,
        /// Models (AAGUIDs) that will do; empty for all. Others sign in no more.
        aaguids: Vec<String> = Vec::new(),
        /// Whether `/attestation` and `/assertion` of FIDO's conformance tests are served: everybody may then add passkeys to
        /// everybody. Refused with an https issuer, unless "forced".
        conformance_api: ConformanceApi = ConformanceApi::Off,
    }
}

/// The relying party of every ceremony: us.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    /// Checked against the issuer's host and the public suffix list.
    pub id: String,
    /// What authenticators show.
    pub name: String,
    /// As browsers send them in `Origin`.
    pub origins: Vec<String>,
}

impl WebAuthn {
    /// Which passkeys will do for anything here.
    #[must_use]
    pub fn policy(&self) -> PasskeyPolicy {
        PasskeyPolicy {
            device_bound: self.device_bound_only,
            attested: self.attested_only,
            aaguids: self.aaguids.iter().filter_map(|text| text.parse().ok()).collect(),
        }
    }

    /// Whether anybody could be found to vouch for a passkey.
    #[must_use]
    pub fn can_attest(&self) -> bool {
        self.attestation != Attestation::None && (self.attestation_ca.is_some() || self.metadata.is_some())
    }

    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for text in self.aaguids.iter().filter(|text| text.parse::<uuid::Uuid>().is_err()) {
            problems.push(Problem::new("webauthn.aaguids", format!("{text} is no AAGUID")));
        }
        let is_blind =
            self.attestation == Attestation::None || (self.attestation_ca.is_none() && self.metadata.is_none());
        if self.attested_only && is_blind {
            let detail = "needs webauthn.attestation, and webauthn.metadata or webauthn.attestation_ca";
            problems.push(Problem::new("webauthn.attested_only", detail));
        }
        problems
    }
}

/// Browsers run ceremonies on https, and on http at localhost.
fn is_secure(origin: &url::Origin) -> bool {
    let text = origin.ascii_serialization();
    text.starts_with("https://") || text == "http://localhost" || text.starts_with("http://localhost:")
}

impl RelyingParty {
    pub(super) fn parse(section: &WebAuthn, issuer: &Issuer) -> Result<Self, Problem> {
        let id = section.rp_id.clone().unwrap_or_else(|| issuer.host().to_owned());
        if section.conformance_api == ConformanceApi::On && issuer.is_https() {
            let why = "everybody may then add passkeys to everybody: not with an https issuer, unless it is \"forced\"";
            return Err(Problem::new("webauthn.conformance_api", why));
        }
        let is_suffix = issuer.host() == id || issuer.host().ends_with(&format!(".{id}"));
        if !is_suffix {
            return Err(Problem::new("webauthn.rp_id", format!("{id} is no suffix of the issuer's host")));
        }
        if id != "localhost" && psl::suffix_str(&id) == Some(&*id) {
            return Err(Problem::new("webauthn.rp_id", format!("{id} is a public suffix, shared by strangers")));
        }
        let origin = |text: &String| match Url::parse(text).map(|url| url.origin()) {
            Ok(origin) if is_secure(&origin) && origin.ascii_serialization() == text.trim_end_matches('/') => {
                Ok(origin.ascii_serialization())
            }
            _ => Err(Problem::new("webauthn.origins", format!("{text} is no origin such as https://id.example.org"))),
        };
        let mut origins = section.origins.iter().map(origin).collect::<Result<Vec<_>, _>>()?;
        // Without our own origin no page of ours could run a ceremony, and nobody could get in.
        if !origins.contains(&issuer.origin()) {
            origins.insert(0, issuer.origin());
        }
        Ok(Self { id, name: section.rp_name.clone(), origins })
    }
}
