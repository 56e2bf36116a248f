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
    /// What it is called.
    pub description: String,
    /// Whether keys live in a secure element or a trusted environment, and nowhere else.
    pub is_hardware: bool,
    /// Whether FIDO says that keys of it, or its checks of people, can be broken.
    pub is_compromised: bool,
}

/// Where that is known from.
pub trait Metadata: Send + Sync {
    /// The model of that AAGUID.
    fn find(&self, aaguid: Uuid) -> Option<&Model>;

    /// To whom chains of attestation must lead.
    fn authorities(&self) -> &AttestationCaList;
}

/// The files that the configuration names.
#[derive(Default)]
pub struct Files {
    models: HashMap<Uuid, Model>,
    authorities: AttestationCaList,
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
                Ok((models, authorities)) => {
                    files.models = models;
                    files.authorities = authorities;
                }
                Err(error) => files.problems.push(error),
            }
        }
        if let Some(path) = &section.attestation_ca {
            match authorities::read(path) {
                Ok(authorities) => files.authorities.union(&authorities),
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
}
