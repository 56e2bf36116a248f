//! Where a caller comes from, as far as it can choose no other address: one IPv4 address, or one IPv6 /64.

use std::net::IpAddr;

/// An address prefix. IPv4 in IPv6 clothes is IPv4.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Prefix {
    /// The whole address.
    V4(u32),
    /// The first 64 bits.
    V6([u16; 4]),
}

impl Prefix {
    /// What one customer of a network provider may have in IPv6: a /48.
    #[must_use]
    pub const fn wide(self) -> Option<Self> {
        match self {
            Self::V4(_) => None,
            Self::V6([a, b, c, _]) => Some(Self::V6([a, b, c, 0])),
        }
    }
}

impl From<IpAddr> for Prefix {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.to_bits()),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_64_are_one_caller() {
        let prefix = |text: &str| Prefix::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(prefix("2001:db8:1:2::1"), prefix("2001:db8:1:2:ffff::9"));
        assert_ne!(prefix("2001:db8:1:2::1"), prefix("2001:db8:1:3::1"));
        assert_eq!(prefix("::ffff:192.0.2.1"), prefix("192.0.2.1"));
        assert_ne!(prefix("192.0.2.1"), prefix("192.0.2.2"));
    }
}
