//! The whole URL map. What is not a row here, or in `router/`, is not served.

mod administration;

use std::{collections::BTreeMap, sync::Arc};

use poem::{Endpoint, Response, Route, http::Method};

use crate::{
    account::{
        activity, apps, deletion, device_link, email, export, overview, passkeys, picture, profile, recovery, sessions,
    },
    app::App,
    http::{
        Edge, Guarded, Row, assets, brand, health, json, oauth, page,
        rule::{
            ACCOUNT_READ, ASSET, BRAND, CONFORMANCE, DEVELOPERS, DOCUMENT, FORM_TO_GET, HEALTH, INTROSPECTION, ISSUING,
            MANAGEMENT, METADATA, OWN_PAGE_CALL, PAGE, PICTURE_UPLOAD, REGISTRATION, Rule, TOKEN, USERINFO, WELL_KNOWN,
        },
    },
    oidc::{
        authorization::{consent, endpoint, resume},
        discovery, introspection, logout, registration as clients, revocation, token, userinfo,
    },
    openapi, urls,
    webauthn::{
        authentication, conformance, enrollment, other_browser, recover, registration, sign_in, sign_up, well_known,
    },
};

const GET: Method = Method::GET;
const POST: Method = Method::POST;

/// Every row: method, path, what it may, what it does.
#[must_use]
#[rustfmt::skip]
pub fn rows() -> Vec<Row> {
    let row = |method, path, rule: Rule, handler| Row { method, path, rule, handler };
    let mut all = vec![
        row(GET,  urls::ROOT,                       PAGE,           page(overview::root)),
        row(GET,  urls::WELL_KNOWN_WEBAUTHN,        WELL_KNOWN,     json(well_known::webauthn)),
        row(GET,  urls::PASSKEY_ENDPOINTS,          WELL_KNOWN,     json(well_known::passkey_endpoints)),
        row(GET,  urls::CHANGE_PASSWORD,            DEVELOPERS,     page(well_known::change_password)),
        row(GET,  urls::OPENID_CONFIGURATION,       METADATA,       oauth(discovery::get)),
        row(GET,  urls::OAUTH_AUTHORIZATION_SERVER, METADATA,       oauth(discovery::get)),
        row(GET,  urls::JWKS,                       METADATA,       oauth(discovery::jwks)),
        row(GET,  urls::AUTHORIZE,                  ISSUING,        page(endpoint::get)),
        row(POST, urls::AUTHORIZE,                  FORM_TO_GET,    page(endpoint::post)),
        row(GET,  urls::RESUME,                     ISSUING,        page(resume::get)),
        row(POST, urls::TOKEN,                      TOKEN,          oauth(token::endpoint::post)),
        row(POST, urls::INTROSPECT,                 INTROSPECTION,  oauth(introspection::post)),
        row(POST, urls::REVOKE,                     TOKEN,          oauth(revocation::post)),
        row(POST, urls::REGISTER,                   REGISTRATION,   oauth(clients::endpoint::post)),
        row(GET,  urls::REGISTRATION,               MANAGEMENT,     oauth(clients::management::get)),
        row(Method::PUT, urls::REGISTRATION,        MANAGEMENT,     oauth(clients::management::put)),
        row(Method::DELETE, urls::REGISTRATION,     MANAGEMENT,     oauth(clients::management::delete)),
        row(GET,  urls::LOGO,                       DEVELOPERS,     page(clients::logo::get)),
        row(GET,  urls::USERINFO,                   USERINFO,       oauth(userinfo::get)),
        row(POST, urls::USERINFO,                   USERINFO,       oauth(userinfo::post)),
        row(GET,  urls::LOGOUT,                     ISSUING,           page(logout::get)),
        row(POST, urls::LOGOUT,                     FORM_TO_GET,    page(logout::post)),
        row(POST, urls::LOGOUT_CONFIRM,             OWN_PAGE_CALL,  json(logout::confirm)),
        row(GET,  urls::SIGN_IN,                    PAGE,           page(sign_in::get)),
        row(GET,  urls::OTHER_BROWSER,              PAGE,           page(other_browser::get)),
        row(GET,  urls::SIGN_UP,                    PAGE,           page(sign_up::get)),
        row(GET,  urls::ENROLL,                     PAGE,           page(enrollment::get)),
        row(GET,  urls::RECOVER,                    PAGE,           page(recover::get)),
        row(POST, urls::RECOVER_CODE,               OWN_PAGE_CALL,  json(recover::code)),
        row(POST, urls::RECOVER_EMAIL,              OWN_PAGE_CALL,  json(recover::email)),
        row(GET,  urls::RECOVER_CANCEL_LINK,        PAGE,           page(recover::get_cancel)),
        row(POST, urls::RECOVER_CANCEL,             OWN_PAGE_CALL,  json(recover::cancel)),
        row(POST, urls::REGISTRATION_BEGIN,         OWN_PAGE_CALL,  json(registration::begin)),
        row(POST, urls::REGISTRATION_FINISH,        OWN_PAGE_CALL,  json(registration::finish)),
        row(POST, urls::AUTHENTICATION_BEGIN,       OWN_PAGE_CALL,  json(authentication::begin)),
        row(POST, urls::AUTHENTICATION_FINISH,      OWN_PAGE_CALL,  json(authentication::finish)),
        row(GET,  urls::CONSENT,                    PAGE,           page(consent::get)),
        row(POST, urls::CONSENT,                    OWN_PAGE_CALL,  json(consent::post)),
        row(GET,  urls::ACCOUNT,                    PAGE,           page(overview::get)),
        row(GET,  urls::ACCOUNT_PASSKEYS,           PAGE,           page(passkeys::get)),
        row(GET,  urls::ACCOUNT_SESSIONS,           PAGE,           page(sessions::get)),
        row(GET,  urls::ACCOUNT_APPS,               PAGE,           page(apps::get)),
        row(GET,  urls::ACCOUNT_ACTIVITY,           PAGE,           page(activity::get)),
        row(GET,  urls::ACCOUNT_RECOVERY,           PAGE,           page(recovery::get)),
        row(GET,  urls::ACCOUNT_PROFILE,            PAGE,           page(profile::get)),
        row(GET,  urls::ACCOUNT_EMAIL,              PAGE,           page(email::get)),
        row(Method::PUT, urls::API_EMAIL,           OWN_PAGE_CALL,  json(email::put)),
        row(POST, urls::API_EMAIL_VERIFICATION,     OWN_PAGE_CALL,  json(email::verify)),
        row(POST, urls::API_EMAIL_CONFIRMATION,     OWN_PAGE_CALL,  json(email::confirm)),
        row(Method::DELETE, urls::API_RECOVERY_REQUEST, OWN_PAGE_CALL, json(recovery::cancel)),
        row(GET,  urls::API_PROFILE,                ACCOUNT_READ,   json(profile::read)),
        row(Method::PUT, urls::API_PROFILE,         OWN_PAGE_CALL,  json(profile::put)),
        row(Method::PUT, urls::API_PICTURE,         PICTURE_UPLOAD, json(picture::put)),
        row(Method::DELETE, urls::API_PICTURE,      OWN_PAGE_CALL,  json(picture::delete)),
        row(GET,  urls::PICTURE,                    DEVELOPERS,     page(picture::get)),
        row(POST, urls::API_EXPORT,                 OWN_PAGE_CALL,  json(export::create)),
        row(POST, urls::API_DELETION,               OWN_PAGE_CALL,  json(deletion::create)),
        row(Method::DELETE, urls::API_DELETION,     OWN_PAGE_CALL,  json(deletion::cancel)),
        row(GET,  urls::API_PASSKEYS,               ACCOUNT_READ,   json(passkeys::list)),
        row(POST, urls::API_DEVICE_LINK,            OWN_PAGE_CALL,  json(device_link::create)),
        row(Method::PATCH, urls::API_PASSKEY,       OWN_PAGE_CALL,  json(passkeys::rename)),
        row(Method::DELETE, urls::API_PASSKEY,      OWN_PAGE_CALL,  json(passkeys::remove)),
        row(GET,  urls::API_SESSIONS,               ACCOUNT_READ,   json(sessions::list)),
        row(Method::DELETE, urls::API_SESSIONS,     OWN_PAGE_CALL,  json(sessions::end_others)),
        row(Method::DELETE, urls::API_SESSION,      OWN_PAGE_CALL,  json(sessions::end)),
        row(GET,  urls::API_APPS,                   ACCOUNT_READ,   json(apps::list)),
        row(Method::DELETE, urls::API_APP,          OWN_PAGE_CALL,  json(apps::withdraw)),
        row(GET,  urls::API_ACTIVITY,               ACCOUNT_READ,   json(activity::list)),
        row(POST, urls::API_RECOVERY_CODES,         OWN_PAGE_CALL,  json(recovery::create)),
        row(GET,  urls::OPENAPI,                    DOCUMENT,       page(openapi::get)),
        row(GET,  urls::DOCS,                       DEVELOPERS,     page(openapi::page::get)),
        row(GET,  urls::DOCS_CONNECT,               DEVELOPERS,     page(openapi::connect::list)),
        row(GET,  urls::DOCS_GUIDE,                 DEVELOPERS,     page(openapi::connect::guide)),
        row(GET,  urls::DOCS_FILE,                  DEVELOPERS,     page(openapi::page::file)),
        row(GET,  urls::LIVEZ,                      HEALTH,         json(health::livez)),
        row(GET,  urls::READYZ,                     HEALTH,         json(health::readyz)),
        row(GET,  urls::BRAND,                      BRAND,          page(brand::get)),
        row(GET,  urls::ASSETS,                     ASSET,          page(assets::get)),
    ];
    all.extend(administration::rows());
    all
}

/// Rows for FIDO's conformance tests, which are there only where they are switched on.
#[must_use]
pub fn conformance_rows() -> Vec<Row> {
    let row = |path, handler| Row { method: POST, path, rule: CONFORMANCE, handler };
    vec![
        row(urls::ATTESTATION_OPTIONS, json(conformance::attestation_options)),
        row(urls::ATTESTATION_RESULT, json(conformance::attestation_result)),
        row(urls::ASSERTION_OPTIONS, json(conformance::assertion_options)),
        row(urls::ASSERTION_RESULT, json(conformance::assertion_result)),
    ]
}

/// The server as one endpoint.
#[must_use]
pub fn build(app: &Arc<App>) -> impl Endpoint<Output = Response> + 'static {
    let mut by_path: BTreeMap<&'static str, Vec<Row>> = BTreeMap::new();
    let conformance = if app.config.has_conformance_api() { conformance_rows() } else { Vec::new() };
    for row in rows().into_iter().chain(conformance) {
        by_path.entry(row.path).or_default().push(row);
    }
    let route = by_path.into_iter().fold(Route::new(), |route, (path, rows)| {
        // RFC 8414 3.1 inserts its path before the issuer's; everything else comes after it.
        let full = match path {
            urls::OAUTH_AUTHORIZATION_SERVER => format!("{path}{}", app.config.issuer.path()),
            // Browsers know the host alone.
            urls::WELL_KNOWN_WEBAUTHN | urls::PASSKEY_ENDPOINTS | urls::CHANGE_PASSWORD => path.to_owned(),
            _ => app.urls.path(path),
        };
        route.at(full, Guarded::new(app.clone(), rows))
    });
    Edge::new(app.clone(), route)
}
