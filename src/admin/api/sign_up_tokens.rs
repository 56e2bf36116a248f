//! `/api/admin/v1/sign-up-tokens`: tokens with which people make an account for themselves.

use poem::{Response, http::StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::idempotency;
use crate::{
    admin::{
        acting,
        listing::{Listing, Page},
        objects::SignUpTokenObject,
        rules::sign_up_tokens::{self, CreateSignUpToken},
    },
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::{page::Order, sign_up_token},
    webauthn::qr,
};

/// What they may be sorted by: the newest first, unless turned round.
pub const SORTS: [(&str, Order); 1] = [("created_at", Order::NEWEST)];

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
    Ok(Page { items: SignUpTokenObject::read_all(&store, page.items).await?, next: page.next }.into_response())
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
        let mut told = json!(SignUpTokenObject::read_all(tx, vec![made]).await?.pop());
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
