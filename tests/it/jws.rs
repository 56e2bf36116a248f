//! Reading what was signed, and refusing what only looks like it.

use claviger::{
    crypto::mac::{base64url, sha256},
    keys::{GeneratedKey, Signer},
    protocol::{
        jws::{Unverified, VerifyingKey, audience, seconds, text},
        signing_algorithm::SigningAlgorithm,
    },
};
use serde_json::json;

fn signed(algorithm: SigningAlgorithm) -> (String, VerifyingKey) {
    let generated = GeneratedKey::generate(algorithm).unwrap();
    let signer = Signer::parse(algorithm, &generated.pkcs8).unwrap();
    let token = signer.sign("JWT", &json!({"sub": "a", "exp": 7.9, "aud": ["x", "y"]})).unwrap();
    (token, VerifyingKey::new(algorithm, &signer.jwk().key).unwrap())
}

#[test]
fn what_is_signed_verifies_and_nothing_else() {
    for algorithm in SigningAlgorithm::ALL {
        let (token, key) = signed(algorithm);
        let (other, _) = signed(algorithm);
        let claims = Unverified::parse(&token).unwrap().verify(std::slice::from_ref(&key)).unwrap();
        assert_eq!((text(&claims, "sub"), seconds(&claims, "exp")), (Some("a"), Some(7)));
        assert_eq!(audience(&claims), ["x", "y"]);
        assert!(Unverified::parse(&other).unwrap().verify(std::slice::from_ref(&key)).is_none(), "another key");
        let bent = token.replacen('.', ".e30", 1);
        assert!(
            Unverified::parse(&bent).is_none_or(|token| token.verify(std::slice::from_ref(&key)).is_none()),
            "another payload"
        );
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert!(Unverified::parse(&unsigned).unwrap().verify(&[key]).is_none(), "no signature");
    }
}

/// RFC 8725 2.1: a public key that is used as an HMAC secret, and `none`.
#[test]
fn the_algorithm_of_the_header_must_be_that_of_the_key() {
    let (token, key) = signed(SigningAlgorithm::RS256);
    let payload = token.split('.').nth(1).unwrap();
    for header in [json!({"alg": "none"}), json!({"alg": "HS256"}), json!({"alg": "ES256"}), json!({"alg": "rs256"})] {
        let input = format!("{}.{payload}", base64url(header.to_string().as_bytes()));
        for signature in [String::new(), base64url(&sha256(input.as_bytes()))] {
            let forged = format!("{input}.{signature}");
            assert!(Unverified::parse(&forged).unwrap().verify(std::slice::from_ref(&key)).is_none(), "{header}");
        }
    }
}

#[test]
fn a_header_that_must_be_understood_and_is_not_refuses_the_token() {
    let (token, _) = signed(SigningAlgorithm::ES256);
    let header = base64url(json!({"alg": "ES256", "crit": ["b64"], "b64": false}).to_string().as_bytes());
    assert!(Unverified::parse(&format!("{header}{}", &token[token.find('.').unwrap()..])).is_none());
    for bad in ["", ".", "..", "a.b.c", "e30.e30.e30.e30", &"x".repeat(40_000)] {
        assert!(Unverified::parse(bad).is_none(), "{bad:.20}");
    }
}

/// `{"sub":"a","sub":"b"}`
struct Twice;

impl serde::Serialize for Twice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("sub", "a")?;
        map.serialize_entry("sub", "b")?;
        map.end()
    }
}

/// Of two members of one name each reader would believe another.
#[test]
fn claims_come_once() {
    let key = Signer::parse(SigningAlgorithm::ES256, &GeneratedKey::generate(SigningAlgorithm::ES256).unwrap().pkcs8)
        .unwrap();
    let token = key.sign("JWT", &Twice).unwrap();
    let verifying = VerifyingKey::new(SigningAlgorithm::ES256, &key.jwk().key).unwrap();
    assert!(Unverified::parse(&token).unwrap().verify(&[verifying]).is_none());
}
