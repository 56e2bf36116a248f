//! FIDO's metadata BLOB (FIDO Metadata Service 3), as downloaded: signed, under roots that the library knows.

use std::{collections::HashMap, fs, path::Path, str::FromStr};

use fido_mds::{
    FidoMds,
    mds::{AuthenticatorStatus as Status, FidoMds as Blob, KeyProtection, StatusReport},
};
use uuid::Uuid;
use webauthn_attestation_ca::AttestationCaList;

use super::Model;

/// What a BLOB tells.
pub(super) struct Told {
    pub models: HashMap<Uuid, Model>,
    pub authorities: AttestationCaList,
    /// `YYYY-MM-DD`: from then on there is a newer one.
    pub next_update: String,
}

pub(super) fn read(path: &Path) -> Result<Told, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("webauthn.metadata: {}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let blob = Blob::from_str(text.trim()).map_err(|_| wrong(&"it is not signed by FIDO, or can't be read"))?;
    let next_update = blob.next_update.clone();
    // From what FIDO wrote: the library leaves out models that it has doubts about, broken ones among them.
    let mut models: HashMap<_, _> =
        blob.entries.iter().filter_map(|one| Some((one.aaguid?, reported(&one.status_reports)))).collect();
    let known = FidoMds::from(blob);
    for one in &known.fido2 {
        models.entry(one.aaguid).or_default().is_hardware = is_guarded(&one.key_protection);
    }
    let authorities = FidoMds::fido2_to_attestation_ca_list(&known.fido2);
    let authorities = authorities.ok_or_else(|| wrong(&"a certificate in it can't be read"))?;
    Ok(Told { models, authorities, next_update })
}

fn is_guarded(protection: &[KeyProtection]) -> bool {
    let is_guarded = |it: &KeyProtection| matches!(it, KeyProtection::SecureElement | KeyProtection::Tee);
    let is_software = |it: &KeyProtection| matches!(it, KeyProtection::Software);
    protection.iter().any(is_guarded) && !protection.iter().any(is_software)
}

/// FIDO Metadata Service 3.1.4: the latest report is what counts.
fn reported(reports: &[StatusReport]) -> Model {
    let latest = reports.last();
    let is = |wanted: &[Status]| latest.is_some_and(|report| wanted.contains(&report.status));
    let keys_are_broken =
        is(&[Status::UserVerificationBypass, Status::UserKeyRemoteCompromise, Status::UserKeyPhysicalCompromise]);
    // One batch of which the certificate is named is not the model.
    let is_batch = latest.is_some_and(|report| report.certificate.is_some());
    let is_untrusted = is(&[Status::Revoked]) || (is(&[Status::AttestationKeyCompromise]) && !is_batch);
    Model { is_hardware: false, keys_are_broken, is_refused: keys_are_broken || is_untrusted }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_latest_report_says_what_a_model_is_worth() {
        let report = |status: &str| json!({ "status": status, "effectiveDate": "2026-01-01" });
        for (reports, keys_are_broken, is_refused) in [
            (vec![], false, false),
            (vec![report("FIDO_CERTIFIED")], false, false),
            (vec![report("FIDO_CERTIFIED"), report("USER_KEY_REMOTE_COMPROMISE")], true, true),
            (vec![report("USER_KEY_PHYSICAL_COMPROMISE")], true, true),
            (vec![report("USER_VERIFICATION_BYPASS")], true, true),
            (vec![report("USER_VERIFICATION_BYPASS"), report("UPDATE_AVAILABLE")], false, false),
            (vec![report("REVOKED")], false, true),
            (vec![report("ATTESTATION_KEY_COMPROMISE")], false, true),
            (vec![json!({ "status": "ATTESTATION_KEY_COMPROMISE", "certificate": "AAAA" })], false, false),
        ] {
            let read: Vec<StatusReport> = serde_json::from_value(reports.clone().into()).unwrap();
            let model = reported(&read);
            assert_eq!((model.keys_are_broken, model.is_refused), (keys_are_broken, is_refused), "{reports:?}");
        }
    }

    #[test]
    fn hardware_is_an_element_or_an_environment_and_no_software() {
        use KeyProtection::{Hardware, RemoteHandle, SecureElement, Software, Tee};
        assert!(is_guarded(&[Hardware, SecureElement]) && is_guarded(&[Hardware, Tee, RemoteHandle]));
        assert!(!is_guarded(&[Hardware]) && !is_guarded(&[Software]) && !is_guarded(&[Software, Tee]));
    }
}
