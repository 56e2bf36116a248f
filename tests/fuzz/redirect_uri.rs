//! The redirect comparator against an oracle that takes both apart with the URL standard's parser.
#![no_main]

use claviger::protocol::redirect_uri::{matches, validate};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|pair: (&str, &str)| {
    let (registered, given) = pair;
    if validate(registered, true).is_err() {
        return;
    }
    assert!(given.len() > 2048 || registered != given || matches(registered, given));
    if matches(registered, given) && registered != given {
        let (a, b) = (Url::parse(registered).unwrap(), Url::parse(given).unwrap());
        assert!(matches!(a.host_str(), Some("127.0.0.1" | "[::1]")));
        assert_eq!((a.scheme(), a.host(), a.path(), a.query()), (b.scheme(), b.host(), b.path(), b.query()));
        assert_eq!((b.username(), b.password(), b.fragment()), ("", None, None));
    }
});
