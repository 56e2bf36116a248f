//! Security headers of every response, by class.

use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, header},
};

use super::rule::{Cache, Class};

/// For pages: everything from us, nothing inline, no frames, no plug-ins.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// For the page that carries an answer to an app by form: wherever the app redirects to counts as well, a scheme of its own
/// too, so the directive can't be there at all.
#[must_use]
pub fn form_post_policy() -> String {
    PAGE_POLICY.replace("form-action 'self'; ", "")
}

/// Marks the response whose form goes to an app.
#[derive(Clone, Copy, Debug)]
struct PostsToApps;

/// Lets the form of this page go to an app.
#[must_use]
pub fn posts_to_apps(mut response: Response) -> Response {
    response.extensions_mut().insert(PostsToApps);
    response
}

/// Sets what every response has.
pub fn finish(response: &mut Response, class: Class, cache: Cache, https: bool) {
    set(response.headers_mut(), class, cache, https);
    if response.extensions().get::<PostsToApps>().is_some()
        && let Ok(policy) = HeaderValue::from_str(&form_post_policy())
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// For everything that is no page.
pub const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), \
    gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), \
    otp-credentials=(), payment=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=(), \
    publickey-credentials-get=(self), publickey-credentials-create=(self)";

const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

/// Sets headers over whatever a handler set.
pub fn set(headers: &mut HeaderMap, class: Class, cache: Cache, https: bool) {
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::X_FRAME_OPTIONS, "DENY");
    put(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    put(header::CONTENT_SECURITY_POLICY, if class == Class::Page { PAGE_POLICY } else { DATA_POLICY });
    if https {
        put(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    match cache {
        Cache::NoStore => {
            put(header::CACHE_CONTROL, "no-store");
            put(header::PRAGMA, "no-cache");
        }
        Cache::Public(seconds) => put(header::CACHE_CONTROL, &format!("public, max-age={seconds}")),
        Cache::Immutable => put(header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    }
    let readable = headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let policy = if readable { "cross-origin" } else { "same-origin" };
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static(policy));
}
