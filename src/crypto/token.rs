//! Opaque secrets that we make: 256 random bits, prefixed by kind, stored as SHA-256 only.

use super::{
    mac::{Tag, base64url, from_base64url, sha256},
    random::{Rng, bytes},
    secret::Secret,
};

/// What a token is for; the prefix lets secret scanners and people tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Authorization code.
    AuthorizationCode,
    /// Access token.
    AccessToken,
    /// Refresh token.
    RefreshToken,
    /// Client secret.
    ClientSecret,
    /// Lets one client register itself.
    RegistrationToken,
    /// Manages one client's registration.
    RegistrationAccessToken,
    /// Enrolment link.
    EnrollmentLink,
    /// Lets people make an account.
    SignUpToken,
    /// Confirms an e-mail address.
    EmailVerification,
    /// Calls off a way back in.
    RecoveryCancellation,
    /// A passkey shown once more, for one thing to be done.
    StepUp,
    /// Browser session cookie.
    Session,
    /// Browser-binding cookie.
    Flow,
}

impl TokenKind {
    /// The text before the random part.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "clv_ac_",
            Self::AccessToken => "clv_at_",
            Self::RefreshToken => "clv_rt_",
            Self::ClientSecret => "clv_cs_",
            Self::RegistrationToken => "clv_rg_",
            Self::RegistrationAccessToken => "clv_ra_",
            Self::EnrollmentLink => "clv_en_",
            Self::SignUpToken => "clv_st_",
            Self::EmailVerification => "clv_ev_",
            Self::RecoveryCancellation => "clv_rc_",
            Self::StepUp => "clv_su_",
            Self::Session => "clv_si_",
            Self::Flow => "clv_fl_",
        }
    }
}

/// A fresh token: show it once, store only its hash.
#[derive(Debug)]
pub struct Generated {
    /// What is given away.
    pub token: Secret<String>,
    /// What is stored.
    pub hash: Tag,
}

/// Makes a token.
pub fn generate(rng: &dyn Rng, kind: TokenKind) -> Generated {
    let text = format!("{}{}", kind.prefix(), base64url(&bytes::<32>(rng)));
    Generated { hash: sha256(text.as_bytes()), token: Secret::new(text) }
}

/// SHA-256 of a token of this kind; `None` for what can't be one, before any look-up.
#[must_use]
pub fn hash(kind: TokenKind, token: &str) -> Option<Tag> {
    let random = token.strip_prefix(kind.prefix())?;
    (from_base64url(random)?.len() == 32).then(|| sha256(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SeededRng;

    #[test]
    fn only_whole_tokens_of_the_right_kind_have_a_hash() {
        let Generated { token, hash: stored } = generate(&SeededRng::new(1), TokenKind::AccessToken);
        let text = token.expose().as_str();
        assert_eq!(hash(TokenKind::AccessToken, text), Some(stored));
        assert!(hash(TokenKind::AuthorizationCode, text).is_none());
        assert!(hash(TokenKind::AccessToken, &text[..text.len() - 1]).is_none());
        assert!(hash(TokenKind::AccessToken, &format!("{text}A")).is_none());
        assert!(hash(TokenKind::AccessToken, "").is_none());
        assert_eq!(format!("{token:?}"), "[redacted]");
    }

    /// A bias or a repeat among ten thousand would show a generator that is none.
    #[test]
    fn tokens_are_distinct_and_evenly_spread() {
        use std::collections::HashSet;

        let rng = crate::crypto::random::SystemRng::default();
        let mut seen = HashSet::new();
        let mut bits = [0_u32; 8];
        for _ in 0..10_000 {
            let token = generate(&rng, TokenKind::AccessToken).token.expose().clone();
            let random = from_base64url(&token[7..]).unwrap();
            assert_eq!(token.len(), 7 + 43);
            bits.iter_mut().enumerate().for_each(|(bit, count)| *count += u32::from(random[0] >> bit & 1));
            assert!(seen.insert(token));
        }
        // Eight standard deviations.
        assert!(bits.iter().all(|count| (4600..=5400).contains(count)), "{bits:?}");
    }
}
