use proptest::prelude::*;
use url::Url;

use super::*;

const HTTPS: &str = "https://a.example/cb";
const NATIVE: &str = "http://127.0.0.1/cb";

#[test]
fn only_the_exact_string_matches() {
    assert!(matches(HTTPS, HTTPS));
    for near in [
        "https://a.example@evil.example/cb",
        "https://a.example:x@evil.example/cb",
        "https://a.example%40evil.example",
        "https://a.example.evil.tld/cb",
        "https://a.example/cbX",
        "https://a.example/cb?x=1",
        "https://a.example/cb/",
        "https://a.example/cb#",
        "https://A.example/cb",
        "https://a.example:443/cb",
        "https://a.example/%63b",
        "https://a.example//cb",
        "https://a.example/./cb",
        "http://a.example/cb",
        " https://a.example/cb",
        "",
    ] {
        assert!(!matches(HTTPS, near), "{near}");
    }
}

#[test]
fn a_loopback_literal_may_differ_in_port_only() {
    assert!(matches(NATIVE, "http://127.0.0.1:54321/cb"));
    assert!(matches("http://[::1]/cb", "http://[::1]:9999/cb"));
    assert!(matches("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb"));
    for far in [
        "http://127.0.0.1.evil.tld/cb",
        "http://127.0.0.1:1@evil/cb",
        "http://127.0.0.1:@evil/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://localhost/cb",
        "http://[::1]:80/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:80",
        "http://127.0.0.1:80/cb/",
        "https://127.0.0.1/cb",
    ] {
        assert!(!matches(NATIVE, far), "{far}");
    }
    assert!(!matches("http://localhost:3000/cb", "http://localhost:3001/cb"), "localhost keeps its port");
}

#[test]
fn a_pathological_host_is_no_work() {
    let uri = format!("http://[{}]/", ":".repeat(10_000));
    assert!(!matches(NATIVE, &uri));
    assert_eq!(validate(&uri, false), Err(Invalid::NotAUri));
}

#[test]
fn registration_takes_an_allow_list_of_schemes() {
    for good in [HTTPS, NATIVE, "http://[::1]:80/cb", "http://localhost:3000/cb", "https://a.example/cb?x=1"] {
        assert_eq!(validate(good, false), Ok(()), "{good}");
    }
    assert_eq!(validate("com.example.app:/cb", true), Ok(()));
    for bad in [
        "com.example.app:/cb",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\tjavascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://a.example/x",
        "file:///etc/passwd",
        "about:blank",
        "http://a.example/cb",
        "http://127.1/cb",
        "https:a.example/cb",
        "https://a.example/cb#x",
        "https://user@a.example/cb",
        "https://@a.example/cb",
        "/cb",
        "https://a.example/\\evil",
    ] {
        assert!(validate(bad, false).is_err(), "{bad}");
    }
    assert!(validate("myapp:/cb", true).is_err(), "a scheme without a dot");
}

proptest! {
    /// Whatever matches goes to the same scheme, host, path and query as what was registered; ports differ on loopback only.
    #[test]
    fn a_match_never_leaves_the_registered_place(
        registered in "(https://[a-z.]{1,8}|http://127\\.0\\.0\\.1|http://\\[::1\\])(:[0-9]{1,5})?(/[a-z%.]{0,5}){0,2}",
        given in "(https?://)?([a-z.@:]{1,8}|127\\.0\\.0\\.1|\\[::1\\])(:[0-9@]{0,6})?([/?#@\\\\][a-z%.@]{0,5}){0,3}",
        same in any::<bool>(),
        port in 1..=u16::MAX,
    ) {
        let given = if same { registered.replacen("127.0.0.1", &format!("127.0.0.1:{port}"), 1) } else { given };
        if matches(&registered, &given) && registered != given {
            let (a, b) = (Url::parse(&registered).unwrap(), Url::parse(&given).unwrap());
            prop_assert_eq!((a.scheme(), a.host(), a.path(), a.query()), (b.scheme(), b.host(), b.path(), b.query()));
            prop_assert!(b.username().is_empty() && b.fragment().is_none());
            prop_assert!(matches!(b.host_str(), Some("127.0.0.1" | "[::1]")));
        }
    }

    /// Any port of a registered loopback URI matches.
    #[test]
    fn every_port_of_a_loopback_literal_matches(port in 1..=u16::MAX, path in "/[a-z]{0,8}") {
        let given = format!("http://127.0.0.1:{port}{path}");
        let registered = format!("http://127.0.0.1{path}");
        prop_assert!(matches(&registered, &given));
    }

    /// Nothing panics.
    #[test]
    fn any_text_is_compared_and_validated(a in ".{0,60}", b in ".{0,60}") {
        let _ = (matches(&a, &b), validate(&a, true));
    }
}
