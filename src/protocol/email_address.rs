//! Addresses that mail can be sent to (RFC 5321 4.1.2).

/// Longest address (RFC 5321 4.5.3.1.3, without the brackets).
const LIMIT: usize = 254;

/// The address as typed, without blanks around it; `None` when mail could not go there.
#[must_use]
pub fn parse(typed: &str) -> Option<String> {
    let text = typed.trim();
    let is_address = text.len() <= LIMIT && text.parse::<lettre::Address>().is_ok();
    is_address.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_mailbox_and_nothing_else() {
        for good in ["alice@example.org", " alice+tag@example.org ", "\u{fc}ber@example.org"] {
            assert_eq!(parse(good).as_deref(), Some(good.trim()));
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for bad in [
            "",
            "alice",
            "@example.org",
            "alice@",
            "a@b@c",
            "Alice <alice@example.org>",
            "a@example.org, b@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a b@example.org",
            &long,
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
