//! Looks at every response of every test: headers, cookies, error shapes.

use poem::http::{HeaderMap, StatusCode, header};

pub fn check(path: &str, status: StatusCode, headers: &HeaderMap, body: &str, https: bool) {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(text("referrer-policy"), "same-origin", "{path}");
    assert_eq!(text("x-frame-options"), "DENY", "{path}");
    assert!(text("permissions-policy").contains("publickey-credentials-get=(self)"), "{path}");
    assert!(!text("cache-control").is_empty(), "{path}");
    assert!(!headers.contains_key(header::SERVER), "{path}");
    assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), https, "{path}");
    let policy = text("content-security-policy");
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{path}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    let content_type = text("content-type");
    if content_type.starts_with("text/html") {
        check_page(path, &text("cache-control"), body);
    }
    if status.as_u16() >= 400 {
        check_error(path, &content_type, &text("cache-control"), body);
    }
    for cookie in headers.get_all(header::SET_COOKIE) {
        check_cookie(path, cookie.to_str().unwrap(), https);
    }
}

fn check_page(path: &str, cache: &str, body: &str) {
    assert_eq!(cache, "no-store", "{path}");
    assert!(body.len() < 30_000, "{path}: {} bytes", body.len());
    assert!(!body.contains("<script>") && !body.contains("<style") && !body.contains("style=\""), "{path}");
    for attribute in [" onclick=", "href=\"javascript:", "src=\"javascript:", "action=\"javascript:"] {
        assert!(!body.contains(attribute), "{path}: {attribute}");
    }
}

fn check_error(path: &str, content_type: &str, cache: &str, body: &str) {
    assert_eq!(cache, "no-store", "{path}");
    let is_fidos = ["/attestation/", "/assertion/"].iter().any(|prefix| path.starts_with(prefix));
    if is_fidos && content_type.starts_with("application/json") {
        let failure: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(failure["status"], "failed", "{path}: {body}");
    } else if content_type == "application/problem+json" {
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(problem["code"].is_string() && problem["request_id"].is_string(), "{path}: {body}");
    } else if content_type == "application/json" {
        let error: serde_json::Value = serde_json::from_str(body).unwrap();
        let description = error["error_description"].as_str().unwrap();
        assert!(error["error"].is_string(), "{path}: {body}");
        let allowed = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
        assert!(description.chars().all(allowed), "{path}: {description}");
    } else {
        assert!(content_type.starts_with("text/html") || body.is_empty(), "{path}: {content_type} {body}");
    }
}

fn check_cookie(path: &str, cookie: &str, https: bool) {
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    let (name, _) = pair.split_once('=').unwrap();
    let known = if https { ["__Host-sid", "__Host-flow"] } else { ["claviger_sid", "claviger_flow"] };
    assert!(known.contains(&name), "{path}: {name}");
    let attributes: Vec<_> = attributes.split("; ").collect();
    for needed in ["Path=/", "HttpOnly", "SameSite=Lax"] {
        assert!(attributes.contains(&needed), "{path}: {cookie}");
    }
    assert_eq!(attributes.contains(&"Secure"), https, "{path}: {cookie}");
    assert!(!attributes.iter().any(|a| a.to_ascii_lowercase().starts_with("domain")), "{path}: {cookie}");
    assert!(attributes.iter().any(|a| a.starts_with("Max-Age=")), "{path}: {cookie}");
    assert!(cookie.len() < 4096, "{path}");
}
