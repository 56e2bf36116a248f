//! The caller's address: the peer's, or behind trusted proxies the right-most hop that is none of them.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use poem::http::HeaderMap;

/// Believes `X-Forwarded-For` only as far as trusted proxies wrote it.
#[must_use]
pub fn find(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut current = canonical(peer?);
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    // As bytes: what a stranger wrote into the line must not hide what a proxy appended to it.
    let mut hops = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    while is_trusted(&current) {
        match hops.next().map(parse) {
            Some(Some(hop)) => current = canonical(hop),
            // A hop that can't be read hides what is behind it: the proxy itself is the last thing known.
            Some(None) | None => break,
        }
    }
    Some(current)
}

/// An address; some proxies write its port as well.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// An IPv4 address in IPv6 clothes is the same caller.
fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", poem::http::HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        find(Some(peer.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(ip("9.9.9.9", &["1.1.1.1"], &[]), "9.9.9.9");
        assert_eq!(ip("127.0.0.1", &["1.1.1.1"], &["10.0.0.0/8"]), "127.0.0.1");
    }

    #[test]
    fn the_right_most_stranger_counts() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(ip("10.0.0.1", &["6.6.6.6, 1.1.1.1"], &trusted), "1.1.1.1");
        assert_eq!(ip("10.0.0.1", &["6.6.6.6", "1.1.1.1, 10.0.0.2"], &trusted), "1.1.1.1");
        assert_eq!(ip("::ffff:10.0.0.1", &["1.1.1.1"], &trusted), "1.1.1.1");
        assert_eq!(ip("10.0.0.1", &["1.1.1.1, a"], &trusted), "10.0.0.1");
        assert_eq!(ip("10.0.0.1", &[""], &trusted), "10.0.0.1");
        assert_eq!(ip("10.0.0.1", &["ü, 1.1.1.1"], &trusted), "1.1.1.1", "what was appended is read");
        assert_eq!(ip("10.0.0.1", &["6.6.6.6", "ü"], &trusted), "10.0.0.1", "and nothing is skipped");
        assert_eq!(ip("10.0.0.1", &["1.1.1.1:4711"], &trusted), "1.1.1.1");
        assert_eq!(ip("10.0.0.1", &["[2001:db8::1]:4711"], &trusted), "2001:db8::1");
    }
}
