//! The one comparator and the one validator of redirect URIs (RFC 6749 3.1.2, RFC 8252 7.3, RFC 9700 4.1.3).

use url::{Host, Url};

/// Longest URI taken at registration or compared at all.
const MAX_LENGTH: usize = 2048;

/// Whether `given` is the registered URI: the exact string, but for the port of a loopback literal
/// (`http://127.0.0.1…`, `http://[::1]…`), which a native app cannot know beforehand.
#[must_use]
pub fn matches(registered: &str, given: &str) -> bool {
    if given.len() > MAX_LENGTH {
        return false;
    }
    registered == given || matches!((split_loopback(registered), split_loopback(given)), (Some(a), Some(b)) if a == b)
}

/// Splits a loopback URI into the text before and after its port, without normalising anything.
fn split_loopback(uri: &str) -> Option<(&str, &str)> {
    let host = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|host| uri.starts_with(host))?;
    let rest = &uri[host.len()..];
    let after = match rest.strip_prefix(':') {
        Some(port_and_path) => {
            let digits = port_and_path.bytes().take_while(u8::is_ascii_digit).count();
            port_and_path[..digits].parse::<u16>().ok().filter(|port| *port > 0)?;
            &port_and_path[digits..]
        }
        None => rest,
    };
    (after.is_empty() || after.starts_with(['/', '?'])).then_some((host, after))
}

/// Why a redirect URI can't be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not an absolute URI, too long, or with characters that a URI has not.
    #[error("not an absolute URI of at most 2048 ASCII characters")]
    NotAUri,
    /// RFC 6749 3.1.2 forbids it.
    #[error("has a fragment")]
    Fragment,
    /// `user@host` only serves to deceive.
    #[error("has a user name or password")]
    Userinfo,
    /// Not https, not http to this machine, not a private-use scheme with a dot (RFC 8252 7.1).
    #[error("must be https, http on a loopback address or localhost, or a native app's scheme with a dot")]
    Scheme,
}

/// Checks a URI for registration. Custom schemes are for public clients: `native`.
///
/// # Errors
/// Why it is refused.
pub fn validate(uri: &str, native: bool) -> Result<(), Invalid> {
    let printable = uri.bytes().all(|c| c.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&c));
    if uri.len() > MAX_LENGTH || !printable {
        return Err(Invalid::NotAUri);
    }
    let url = Url::parse(uri).map_err(|_| Invalid::NotAUri)?;
    if uri.contains('#') {
        return Err(Invalid::Fragment);
    }
    if !url.username().is_empty() || url.password().is_some() || authority(uri).contains('@') {
        return Err(Invalid::Userinfo);
    }
    let allowed = match (url.scheme(), url.host()) {
        ("https", Some(_)) => uri.starts_with("https://"),
        ("http", Some(Host::Domain("localhost"))) => uri.starts_with("http://localhost"),
        ("http", Some(_)) => split_loopback(uri).is_some(),
        (scheme, _) => native && scheme.contains('.') && uri.starts_with(scheme),
    };
    allowed.then_some(()).ok_or(Invalid::Scheme)
}

fn authority(uri: &str) -> &str {
    let after = uri.split_once("://").map_or("", |(_, rest)| rest);
    after.split(['/', '?']).next().unwrap_or("")
}

#[cfg(test)]
#[path = "redirect_uri/tests.rs"]
mod tests;
