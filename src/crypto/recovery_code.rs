//! Recovery codes: 80 random bits that people write down, kept as argon2id (RFC 9106). Nothing else uses argon2: what people
//! copy by hand is shorter than what programs carry.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash};

use super::{
    mac,
    random::{Rng, bytes},
};

/// How many a person gets.
pub const COUNT: usize = 10;

/// Crockford's base 32: no letter that looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const GROUP: usize = 4;
const LENGTH: usize = 16;

/// A fresh code, as it is shown once: four groups of four.
pub fn generate(rng: &dyn Rng) -> String {
    let random = u128::from_be_bytes(bytes::<16>(rng));
    let letter = |at: usize| char::from(ALPHABET[usize::try_from(random >> (5 * at) & 31).unwrap_or_default()]);
    let letters: Vec<char> = (0..LENGTH).map(letter).collect();
    letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The code that somebody typed, as it is hashed: case, spaces, hyphens and look-alikes aside. `None` for what can't be one.
#[must_use]
pub fn normalize(typed: &str) -> Option<String> {
    let letter = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    if typed.len() > 64 {
        return None;
    }
    let letters: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(letter).collect();
    let is_known = letters.bytes().all(|c| ALPHABET.contains(&c));
    (is_known && letters.len() == LENGTH).then_some(letters)
}

/// A salt for all codes of one person, so that trying one costs one hash.
pub type Salt = [u8; 16];

/// A fresh salt.
pub fn salt(rng: &dyn Rng) -> Salt {
    bytes(rng)
}

/// The PHC string of a code. Takes milliseconds and 19 MiB: never on a thread that serves others.
#[must_use]
pub fn hash(code: &str, salt: &Salt) -> Option<String> {
    hash_with(code, salt, Params::default())
}

fn hash_with(code: &str, salt: &[u8], params: Params) -> Option<String> {
    let normal = normalize(code)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Some(argon2.hash_password_with_salt(normal.as_bytes(), salt).ok()?.to_string())
}

/// Which of these hashes the code has. Costs one hash, whether there is any or not: all have one salt and one cost.
#[must_use]
pub fn find(code: &str, hashes: &[String], spare: &Salt) -> Option<usize> {
    let parsed = hashes.first().and_then(|first| PasswordHash::new(first).ok());
    let salt = parsed.as_ref().and_then(|first| first.salt.as_ref()).map_or(&spare[..], |salt| salt.as_ref());
    let params = parsed.as_ref().and_then(|first| Params::try_from(first).ok()).unwrap_or_default();
    let hashed = hash_with(code, salt, params)?;
    hashes.iter().position(|known| mac::equal(known.as_bytes(), hashed.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SeededRng;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let rng = SeededRng::new(1);
        let salt = super::salt(&rng);
        let codes: Vec<_> = (0..3).map(|_| generate(&rng)).collect();
        let hashes: Vec<_> = codes.iter().map(|code| hash(code, &salt).unwrap()).collect();
        assert!(hashes[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let spare = super::salt(&rng);
        for (at, code) in codes.iter().enumerate() {
            let sloppy = code.to_lowercase().replace('-', " ").replace('1', "l").replace('0', "o");
            assert_eq!((find(code, &hashes, &spare), find(&sloppy, &hashes, &spare)), (Some(at), Some(at)), "{code}");
        }
        assert_eq!(find(&generate(&rng), &hashes, &spare), None);
        assert_eq!(find(&codes[0], &[], &spare), None);
    }

    #[test]
    fn what_can_be_no_code_is_none() {
        for bad in ["", "ABCD", "ABCD-ABCD-ABCD-ABC!", "ABCD-ABCD-ABCD-ABCDE", "ÄBCD-ABCD-ABCD-ABCD", &"A".repeat(100)]
        {
            assert_eq!(normalize(bad), None, "{bad}");
        }
    }

    #[test]
    fn codes_are_distinct_and_easy_to_read() {
        let rng = SeededRng::new(2);
        let codes: std::collections::HashSet<_> = (0..1000).map(|_| generate(&rng)).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| code.len() == 19 && normalize(code).is_some()));
    }
}
