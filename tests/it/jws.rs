//! Reading what was signed, and refusing what only looks like it.

use claviger::{
    crypto::mac::{base64url, sha256},
    keys::{GeneratedKey, Signer},
    protocol::{
        jwk::PublicKey,
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

/// RFC 8725 3.5: a signature that is right, by a key that anybody can factor. The same by a long one shows that it is only that.
#[test]
fn a_short_rsa_key_verifies_nothing() {
    let input = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0";
    let short = (
        "oBD4bFivbHduNqWRs9AgWgo7b9tXr2BVEjgyAAs0A-r5nrqt6EPyl3wLmVVVKSunq0rD8EgDfBeKAzNChAokGiC-tvZbtYbuN7NRW8wsHJZcm1LBLc2NynAJgWExz03xdbXhOZEi9ISmwGcwcVTn01o-_Uq7TbULb_S9Lkg7yeE",
        "c6u1lFEHvmTbR_ZZlhiDADtwExQMe5em3fLN4Gcbf_0QD_O4c_AQ-CsNt81CysPDEgL7K7OuE_xe1w4Ktus5WaxmfFLj06SNJoLadnOejAjsZlGbjU7cCOYEOOAaosjTZs4rR4ZRZc3Pxn3IvlllIZOnb-8yIPGJ_ggErmmUuXQ",
    );
    let long = (
        "yzczaEJiCSrWc8Q8ZxLJvmuHeIziNHuKKTHgh17l21lBRW5unTPZgR5IpAAX3y2h0q6_UpVeH8YvK7G6o6ZDcjhKeM8ZfkDKzG_fhcMUPGrpZrbXjz3GmWXGdcwE-o9F8-nEFS01R-xryl_GKeMGIGPLsrOJfacn2gOZv9lHA0YMxgYyqIvQW9Rf9sdOERGSDSwfmVblhn5vVbdWMAGNt-6rnY2wpNzimB-y1N7xZ30llv4C56L6GvdSJEofMFggnKoaDk1hQwCkcd6hqCETHsJSOWB4L-m4gjGf7Xxj-cWLuv0GPFvRcTVTNzRDnyf0tAi3mI0rT5Vobwks4TOq8Q",
        "St1K6cl2OHG3BdgCnK91Nyq3TbzU-3PZEA0ftONpLvpHX5q167Hge-Mzcpx0IhtEgjjKDI_D0BvJTYGtZJFt8NhcIKPVu5PQlC2UOw0ETIxh8vtF2tbp1kgmfNjIKksoUJ1vE1xKl_He6vxmte-kkMk_KjlpfZSKA5QP83JWntYzxmLlY9aAgRt92tRDB1-O4wYUgj3Uaw5hGVNo6hr2ea6FhRdvJffZyTKeepk818-Aypx3nZzVMQxj0N6oqsj71X-wrDWNKHLpPgsWMk70aT0_XEZnptdGv7aGxP382YKY5jFQkmeSNLfF0gBTSqyrXMpd1chMcES0rot0gmO2jA",
    );
    for ((n, signature), expected) in [(short, false), (long, true)] {
        let key = PublicKey::Rsa { n: n.to_owned(), e: "AQAB".to_owned() };
        let keys: Vec<_> = VerifyingKey::new(SigningAlgorithm::RS256, &key).into_iter().collect();
        let token = format!("{input}.{signature}");
        assert_eq!(Unverified::parse(&token).unwrap().verify(&keys).is_some(), expected, "{} characters", n.len());
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
