//! Proof Key for Code Exchange (RFC 7636): S256 alone.

use crate::crypto::mac::{base64url, equal, from_base64url, sha256};

/// Whether this is an S256 `code_challenge`: the base64url of 32 bytes.
#[must_use]
pub fn is_code_challenge(text: &str) -> bool {
    text.len() == 43 && from_base64url(text).is_some_and(|bytes| bytes.len() == 32)
}

/// Whether `code_verifier` is well formed (RFC 7636 4.1) and hashes to `code_challenge` (4.6).
#[must_use]
pub fn verify(code_verifier: &str, code_challenge: &str) -> bool {
    let unreserved = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
    let well_formed = (43..=128).contains(&code_verifier.len()) && code_verifier.bytes().all(unreserved);
    let computed = base64url(&sha256(code_verifier.as_bytes()));
    well_formed && equal(computed.as_bytes(), code_challenge.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn appendix_b_verifies() {
        assert!(is_code_challenge(CHALLENGE));
        assert!(verify(VERIFIER, CHALLENGE));
    }

    #[test]
    fn malformed_verifiers_never_verify() {
        for bad in ["", &VERIFIER[..42], &"a".repeat(129), CHALLENGE, &VERIFIER.replace('-', "!")] {
            assert!(!verify(bad, CHALLENGE), "{bad:?}");
            let own_hash = base64url(&sha256(bad.as_bytes()));
            assert!(bad == CHALLENGE || !verify(bad, &own_hash), "{bad:?} with its own hash");
        }
    }
}
