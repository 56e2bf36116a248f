//! JWS algorithms that we sign with, and take from clients (RFC 7518 3.1).

use super::names::names;

names! {
    /// One ring of keys exists per algorithm.
    SigningAlgorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256: the default that OIDC Core 15.1 demands.
        RS256 = "RS256",
        /// ECDSA on P-256 with SHA-256.
        ES256 = "ES256",
        /// RSASSA-PSS with SHA-256.
        PS256 = "PS256",
        /// Ed25519 (RFC 8037 3.1).
        EdDSA = "EdDSA",
    }
}
