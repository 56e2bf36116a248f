//! Our two cookies (RFC 6265): `__Host-` over https, plain names on http://localhost.

use poem::http::{HeaderMap, HeaderValue, header};

/// Name of the session cookie.
#[must_use]
pub const fn session_name(secure: bool) -> &'static str {
    if secure { "__Host-sid" } else { "claviger_sid" }
}

/// Name of the browser-binding cookie.
#[must_use]
pub const fn flow_name(secure: bool) -> &'static str {
    if secure { "__Host-flow" } else { "claviger_flow" }
}

/// The value of a cookie; `None` when it comes twice, for then one of them is planted.
#[must_use]
pub fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = pairs
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(n, value)| (n == name).then_some(value));
    let first = values.next()?;
    values.next().is_none().then(|| first.to_owned())
}

/// A Set-Cookie value; an empty `value` with `max_age` 0 removes it.
#[must_use]
pub fn set(name: &str, value: &str, max_age: i64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_comes_twice_is_no_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; b=2; b=3"));
        assert_eq!(find(&headers, "a").as_deref(), Some("1"));
        assert_eq!(find(&headers, "b"), None);
        headers.append(header::COOKIE, HeaderValue::from_static("a=4"));
        assert_eq!(find(&headers, "a"), None);
    }
}
