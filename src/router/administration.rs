//! The rows of administration.

use poem::http::Method;

use super::{GET, POST};
use crate::{
    admin::{
        api::{
            audit, audit_export, clients, consents, credentials, groups, invitations, keys, preview, refusals,
            sessions, settings, sign_up_tokens, statistics, users, webhooks,
        },
        ui,
    },
    http::{
        Row, json, page,
        rule::{ADMIN_READ, ADMIN_WRITE, PAGE, Rule},
    },
    urls,
};

const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// Every row: method, path, what it may, what it does.
#[rustfmt::skip]
pub(super) fn rows() -> Vec<Row> {
    let row = |method, path, rule: Rule, handler| Row { method, path, rule, handler };
    vec![
        row(GET,  urls::ADMIN,                      PAGE,           page(ui::home::get)),
        row(GET,  urls::ADMIN_USERS,                PAGE,           page(ui::users::list)),
        row(GET,  urls::ADMIN_USER,                 PAGE,           page(ui::users::show)),
        row(GET,  urls::ADMIN_GROUPS,               PAGE,           page(ui::groups::list)),
        row(GET,  urls::ADMIN_GROUP,                PAGE,           page(ui::groups::show)),
        row(GET,  urls::ADMIN_CLIENTS,              PAGE,           page(ui::clients::list)),
        row(GET,  urls::ADMIN_CLIENT,               PAGE,           page(ui::clients::show)),
        row(GET,  urls::ADMIN_CLIENT_CLAIMS,        PAGE,           page(ui::claims::get)),
        row(GET,  urls::ADMIN_CLIENT_TEST,          PAGE,           page(ui::test_sign_in::get)),
        row(GET,  urls::ADMIN_KEYS,                 PAGE,           page(ui::keys::get)),
        row(GET,  urls::ADMIN_INVITATIONS,          PAGE,           page(ui::invitations::get)),
        row(GET,  urls::ADMIN_SESSIONS,             PAGE,           page(ui::sessions::get)),
        row(GET,  urls::ADMIN_SETTINGS,             PAGE,           page(ui::settings::get)),
        row(GET,  urls::ADMIN_AUDIT,                PAGE,           page(ui::audit::get)),
        row(GET,  urls::ADMIN_API_USERS,            ADMIN_READ,     json(users::list)),
        row(POST, urls::ADMIN_API_USERS,            ADMIN_WRITE,    json(users::create)),
        row(GET,  urls::ADMIN_API_USER,             ADMIN_READ,     json(users::show)),
        row(PATCH, urls::ADMIN_API_USER,    ADMIN_WRITE,    json(users::update)),
        row(DELETE, urls::ADMIN_API_USER,   ADMIN_WRITE,    json(users::delete)),
        row(POST, urls::ADMIN_API_RECOVERY_LINK,    ADMIN_WRITE,    json(users::recover)),
        row(POST, urls::ADMIN_API_INVITATION,       ADMIN_WRITE,    json(users::invite)),
        row(DELETE, urls::ADMIN_API_INVITATION,     ADMIN_WRITE,    json(invitations::revoke)),
        row(GET,  urls::ADMIN_API_USER_GROUPS,      ADMIN_READ,     json(users::groups)),
        row(GET,  urls::ADMIN_API_CREDENTIALS,      ADMIN_READ,     json(credentials::list)),
        row(DELETE, urls::ADMIN_API_CREDENTIAL, ADMIN_WRITE, json(credentials::revoke)),
        row(GET,  urls::ADMIN_API_SESSIONS,         ADMIN_READ,     json(sessions::list_of_user)),
        row(DELETE, urls::ADMIN_API_SESSIONS, ADMIN_WRITE,  json(sessions::end_all)),
        row(DELETE, urls::ADMIN_API_SESSION, ADMIN_WRITE,   json(sessions::end)),
        row(GET,  urls::ADMIN_API_CONSENTS,         ADMIN_READ,     json(consents::list)),
        row(DELETE, urls::ADMIN_API_CONSENT, ADMIN_WRITE,   json(consents::withdraw)),
        row(GET,  urls::ADMIN_API_GROUPS,           ADMIN_READ,     json(groups::list)),
        row(POST, urls::ADMIN_API_GROUPS,           ADMIN_WRITE,    json(groups::create)),
        row(GET,  urls::ADMIN_API_GROUP,            ADMIN_READ,     json(groups::show)),
        row(PUT, urls::ADMIN_API_GROUP,     ADMIN_WRITE,    json(groups::put)),
        row(DELETE, urls::ADMIN_API_GROUP,  ADMIN_WRITE,    json(groups::delete)),
        row(GET,  urls::ADMIN_API_MEMBERS,          ADMIN_READ,     json(groups::members)),
        row(GET,  urls::ADMIN_API_MEMBER,           ADMIN_READ,     json(groups::show_member)),
        row(PUT, urls::ADMIN_API_MEMBER,    ADMIN_WRITE,    json(groups::put_member)),
        row(DELETE, urls::ADMIN_API_MEMBER, ADMIN_WRITE,    json(groups::delete_member)),
        row(GET,  urls::ADMIN_API_CLIENTS,          ADMIN_READ,     json(clients::list)),
        row(POST, urls::ADMIN_API_CLIENTS,          ADMIN_WRITE,    json(clients::create)),
        row(GET,  urls::ADMIN_API_CLIENT,           ADMIN_READ,     json(clients::show)),
        row(PUT,  urls::ADMIN_API_CLIENT,           ADMIN_WRITE,    json(clients::put)),
        row(DELETE, urls::ADMIN_API_CLIENT,         ADMIN_WRITE,    json(clients::delete)),
        row(POST, urls::ADMIN_API_PREVIEW,          ADMIN_WRITE,    json(preview::post)),
        row(GET,  urls::ADMIN_API_CLIENT_ERRORS,    ADMIN_READ,     json(refusals::list)),
        row(POST, urls::ADMIN_API_SECRETS,          ADMIN_WRITE,    json(clients::create_secret)),
        row(DELETE, urls::ADMIN_API_SECRET,         ADMIN_WRITE,    json(clients::revoke_secret)),
        row(GET,  urls::ADMIN_API_KEYS,             ADMIN_READ,     json(keys::list)),
        row(POST, urls::ADMIN_API_ROTATION,         ADMIN_WRITE,    json(keys::rotate)),
        row(DELETE, urls::ADMIN_API_KEY,    ADMIN_WRITE,    json(keys::revoke)),
        row(GET,  urls::ADMIN_API_AUDIT_EXPORT,     ADMIN_READ,     json(audit_export::get)),
        row(GET,  urls::ADMIN_API_ALL_SESSIONS,     ADMIN_READ,     json(sessions::list)),
        row(GET,  urls::ADMIN_API_INVITATIONS,      ADMIN_READ,     json(invitations::list)),
        row(GET,  urls::ADMIN_API_SIGN_UP_TOKENS,   ADMIN_READ,     json(sign_up_tokens::list)),
        row(POST, urls::ADMIN_API_SIGN_UP_TOKENS,   ADMIN_WRITE,    json(sign_up_tokens::create)),
        row(DELETE, urls::ADMIN_API_SIGN_UP_TOKEN,  ADMIN_WRITE,    json(sign_up_tokens::delete)),
        row(GET,  urls::ADMIN_API_SETTINGS,         ADMIN_READ,     json(settings::show)),
        row(PUT,  urls::ADMIN_API_SETTINGS,         ADMIN_WRITE,    json(settings::put)),
        row(GET,  urls::ADMIN_API_WEBHOOKS,         ADMIN_READ,     json(webhooks::list)),
        row(POST, urls::ADMIN_API_WEBHOOKS,         ADMIN_WRITE,    json(webhooks::create)),
        row(GET,  urls::ADMIN_API_WEBHOOK,          ADMIN_READ,     json(webhooks::show)),
        row(PUT,  urls::ADMIN_API_WEBHOOK,          ADMIN_WRITE,    json(webhooks::put)),
        row(DELETE, urls::ADMIN_API_WEBHOOK,        ADMIN_WRITE,    json(webhooks::delete)),
        row(POST, urls::ADMIN_API_WEBHOOK_TEST,     ADMIN_WRITE,    json(webhooks::test)),
        row(GET,  urls::ADMIN_API_WEBHOOK_DELIVERIES, ADMIN_READ,   json(webhooks::deliveries)),
        row(GET,  urls::ADMIN_API_STATISTICS,       ADMIN_READ,     json(statistics::get)),
        row(GET,  urls::ADMIN_API_AUDIT,            ADMIN_READ,     json(audit::list)),
    ]
}
