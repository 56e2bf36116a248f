//! Addresses that mail can be sent to (RFC 5321 4.1.2): one plain mailbox. What could be read as two, or as a name with an
//! address behind it, is none.

/// Longest address (RFC 5321 4.5.3.1.3, without the brackets).
const LIMIT: usize = 254;

/// The address as typed, its host in lower case and in ASCII, without blanks around it; `None` when mail could not go there.
#[must_use]
pub fn parse(typed: &str) -> Option<String> {
    let (local, host) = typed.trim().rsplit_once('@')?;
    // Quoted parts and other alphabets are allowed, and go through few servers unharmed.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if !local.chars().all(is_plain) {
        return None;
    }
    let url::Host::Domain(host) = url::Host::parse(host).ok()? else { return None };
    let address = format!("{local}@{host}");
    let is_address = host.contains('.') && address.len() <= LIMIT && address.parse::<lettre::Address>().is_ok();
    is_address.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_plain_mailbox() {
        for (typed, read) in [
            ("alice@example.org", "alice@example.org"),
            (" Alice+tag@Example.ORG ", "Alice+tag@example.org"),
            ("o'neil@b\u{fc}cher.example", "o'neil@xn--bcher-kva.example"),
        ] {
            assert_eq!(parse(typed).as_deref(), Some(read));
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for bad in [
            "",
            "alice",
            "@example.org",
            "alice@",
            "a@b@c.example",
            "Alice <alice@example.org>",
            "\"victim@example.org\" <a@example.org>",
            "\"victim@example.org\"@evil.example",
            "a@example.org, b@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a b@example.org",
            "a..b@example.org",
            ".a@example.org",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@localhost",
            "\u{fc}ber@example.org",
            &long,
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
