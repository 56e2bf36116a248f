//! The caller's address behind proxies: a stranger is never believed.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use claviger::http::client_ip;
use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 4], Vec<&[u8]>)| {
    let (peer, lines) = input;
    let mut headers = HeaderMap::new();
    for value in lines.into_iter().take(32).filter_map(|line| HeaderValue::from_bytes(line).ok()) {
        headers.append("x-forwarded-for", value);
    }
    let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
    let peer = IpAddr::V4(Ipv4Addr::from(peer));
    let found = client_ip::find(Some(peer), &headers, &trusted).unwrap();
    assert!(trusted[0].contains(&peer) || found == peer);
});
