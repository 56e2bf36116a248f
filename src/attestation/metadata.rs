//! FIDO's metadata BLOB (FIDO Metadata Service 3), as downloaded: signed, under roots that the library knows.

use std::{collections::HashMap, fs, path::Path, str::FromStr};

use fido_mds::{FIDO2, FidoMds, StatusReport, mds::KeyProtection};
use uuid::Uuid;
use webauthn_attestation_ca::AttestationCaList;

use super::Model;

/// Models by AAGUID, and who vouches for each.
pub(super) fn read(path: &Path) -> Result<(HashMap<Uuid, Model>, AttestationCaList), String> {
    let wrong = |error: &dyn std::fmt::Display| format!("webauthn.metadata: {}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let known = FidoMds::from_str(text.trim()).map_err(|_| wrong(&"it is not signed by FIDO, or can't be read"))?;
    let models = known.fido2.iter().map(|one| (one.aaguid, model(one))).collect();
    let authorities = FidoMds::fido2_to_attestation_ca_list(&known.fido2);
    Ok((models, authorities.ok_or_else(|| wrong(&"a certificate in it can't be read"))?))
}

fn model(one: &FIDO2) -> Model {
    let is_guarded = |it: &KeyProtection| matches!(it, KeyProtection::SecureElement | KeyProtection::Tee);
    let is_software = |it: &KeyProtection| matches!(it, KeyProtection::Software);
    Model {
        description: one.description.clone(),
        is_hardware: one.key_protection.iter().any(is_guarded) && !one.key_protection.iter().any(is_software),
        is_compromised: one.status_reports.iter().any(is_compromise),
    }
}

/// FIDO Metadata Service 3.1.4: reports after which a relying party should not trust a model.
fn is_compromise(report: &StatusReport) -> bool {
    matches!(
        report,
        StatusReport::UserVerificationBypass { .. }
            | StatusReport::AttestationKeyCompromise { .. }
            | StatusReport::UserKeyRemoteCompromise { .. }
            | StatusReport::UserKeyPhysicalCompromise { .. }
            | StatusReport::Revoked { .. }
    )
}
