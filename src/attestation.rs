//! What is known of authenticators, and who vouches for them: FIDO's metadata and certificates of an operator's choice. It is read
//! at the start; what can't be read vouches for nobody, and keeps nobody out.

mod authorities;
mod metadata;

use std::collections::HashMap;

use uuid::Uuid;
use webauthn_attestation_ca::AttestationCaList;

use crate::config::Config;

/// What its maker told FIDO of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// Whether keys live in a secure element or a trusted environment, and nowhere else.
    pub is_hardware: bool,
    /// Whether keys of it, or its checks of people, can be broken: it signs nobody in.
    pub keys_are_broken: bool,
    /// Whether no new passkey should be made with it.
    pub is_refused: bool,
}

/// Where that is known from.
pub trait Metadata: Send + Sync {
    /// The model of that AAGUID.
    fn find(&self, aaguid: Uuid) -> Option<&Model>;

    /// Who vouches for which models.
    fn authorities(&self) -> &AttestationCaList;

    /// Who is believed whatever model they vouch for.
    fn own_authorities(&self) -> &AttestationCaList;

    /// Whether any model is known to be hardware.
    fn knows_hardware(&self) -> bool;

    /// Whether any model is known to be broken.
    fn knows_broken(&self) -> bool;
}

/// The files that the configuration names.
#[derive(Default)]
pub struct Files {
    models: HashMap<Uuid, Model>,
    authorities: AttestationCaList,
    own_authorities: AttestationCaList,
    next_update: Option<String>,
    problems: Vec<String>,
}

impl Files {
    /// Reads them. What is missing, forged, damaged or of a form to come is told in the log: a server must start without it.
    #[must_use]
    pub fn open(config: &Config) -> Self {
        let section = &config.raw.webauthn;
        let mut files = Self::default();
        if let Some(path) = &section.metadata {
            match metadata::read(path) {
                Ok(told) => {
                    files.models = told.models;
                    files.authorities = told.authorities;
                    files.next_update = Some(told.next_update);
                }
                Err(error) => files.problems.push(error),
            }
        }
        if let Some(path) = &section.attestation_ca {
            match authorities::read(path) {
                Ok(authorities) => files.own_authorities = authorities,
                Err(error) => files.problems.push(error),
            }
        }
        for error in &files.problems {
            tracing::error!(error, "nobody is vouched for by this file");
        }
        files
    }

    /// What could not be read.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// When there is newer metadata, `YYYY-MM-DD`.
    #[must_use]
    pub fn next_update(&self) -> Option<&str> {
        self.next_update.as_deref()
    }

    /// How many models are known.
    #[must_use]
    pub fn count(&self) -> usize {
        self.models.len()
    }
}

impl Metadata for Files {
    fn find(&self, aaguid: Uuid) -> Option<&Model> {
        self.models.get(&aaguid)
    }

    fn authorities(&self) -> &AttestationCaList {
        &self.authorities
    }

    fn own_authorities(&self) -> &AttestationCaList {
        &self.own_authorities
    }

    fn knows_hardware(&self) -> bool {
        self.models.values().any(|model| model.is_hardware)
    }

    fn knows_broken(&self) -> bool {
        self.models.values().any(|model| model.keys_are_broken)
    }
}
