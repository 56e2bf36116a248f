//! `/api/admin/v1/sign-up-tokens`: tokens with which people make an account for themselves.

use poem::{Response, http::StatusCode};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::idempotency;
use crate::{
    admin::{
        acting,
        listing::{Listing, Page},
        rules::sign_up_tokens::{self, CreateSignUpToken},
    },
    clock::Time,
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::{
        Connection, group,
        page::Order,
        sign_up_token::{self, SignUpToken},
    },
    webauthn::qr,
};

/// What they may be sorted by: the newest first, unless turned round.
pub const SORTS: [(&str, Order); 1] = [("created_at", Order::NEWEST)];

/// A token, of which nobody is told more.
#[derive(Serialize)]
pub(in crate::admin) struct Object {
    pub id: Uuid,
    pub groups: Vec<String>,
    pub uses: i32,
    pub used: i32,
    pub created_at: Time,
    pub expires_at: Time,
}

/// With the names of their groups, as far as there are any still.
pub(in crate::admin) async fn objects<C: Connection>(
    connection: &C,
    tokens: Vec<SignUpToken>,
) -> Result<Vec<Object>, Problem> {
    let all = group::list(connection).await?;
    let name = |id: &Uuid| all.iter().find(|group| group.id == *id).map(|group| group.name.clone());
    let object = |token: SignUpToken| Object {
        id: token.id,
        groups: token.groups.iter().filter_map(name).collect(),
        uses: token.uses,
        used: token.used,
        created_at: token.created_at,
        expires_at: token.expires_at,
    };
    Ok(tokens.into_iter().map(object).collect())
}

/// A page of tokens that are not over.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Invitations).await?;
    let listing = Listing::read(&call, &SORTS, &[])?;
    let store = call.app.store.read();
    let rows = sign_up_token::page(&store, call.now(), &listing.window()).await?;
    let page = listing.page(&call, rows, sign_up_token::position)?;
    Ok(Page { items: objects(&store, page.items).await?, next: page.next }.into_response())
}

/// Makes a token; it is told once, and as a link.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let asked: CreateSignUpToken = call.json()?;
    idempotency::create(&call, Area::Invitations, async |tx, acting| {
        let (made, secret) = sign_up_tokens::create(tx, acting, &asked).await?;
        let url = acting.app.urls.sign_up_with(secret.token.expose());
        let qr = qr::rows(&url).ok_or(Code::Internal)?;
        let mut told = json!(objects(tx, vec![made]).await?.pop());
        told["token"] = secret.token.expose().clone().into();
        told["url"] = url.into();
        told["qr"] = json!(qr);
        Ok(told)
    })
    .await
}

/// Removes a token.
///
/// # Errors
/// A problem document.
pub async fn delete(call: Call) -> Result<Response, Problem> {
    let id = call.segment::<Uuid>("token").ok_or(Code::NotFound)?;
    acting::write(&call, Area::Invitations, async |tx, acting| sign_up_tokens::delete(tx, acting, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into())
}
