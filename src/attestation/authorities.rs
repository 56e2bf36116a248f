//! Certificates that an operator trusts, whatever model they vouch for.

use std::{fs, path::Path};

use webauthn_attestation_ca::AttestationCaList;

const END: &str = "-----END CERTIFICATE-----";

/// All certificates of a file in PEM.
pub(super) fn read(path: &Path) -> Result<AttestationCaList, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("webauthn.attestation_ca: {}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let mut all = AttestationCaList::default();
    for one in text.split_inclusive(END).filter(|one| one.contains(END)) {
        let one = AttestationCaList::try_from(one.trim_start().as_bytes());
        all.union(&one.map_err(|_| wrong(&"a certificate can't be read"))?);
    }
    match all.is_empty() {
        true => Err(wrong(&"there is no certificate in it")),
        false => Ok(all),
    }
}
