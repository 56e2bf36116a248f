//! The picture that one shows of oneself: given as a file, served as pixels of ours.

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{Response, http::StatusCode};
use serde::Deserialize;

use crate::{
    audit::{Entry, Event},
    crypto::{mac::base64url, random::bytes},
    http::{Call, Code, PageError, Problem, picture as file},
    protocol::claims::StandardClaims,
    session,
    store::{self, Tx, picture, user},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upload {
    picture: String,
}

/// Puts a picture in place of the one before: PNG, JPEG, GIF or WebP, in base64.
///
/// # Errors
/// A problem document; `invalid_picture` for what is none.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let body: Upload = call.json()?;
    // Unpacking costs: not for strangers.
    session::current(&call, None).await?.ok_or(Code::SessionRequired)?;
    let given = STANDARD.decode(body.picture.trim()).map_err(|_| Code::InvalidPicture)?;
    let png = file::encode(given).await.ok_or(Code::InvalidPicture)?;
    let name = base64url(&bytes::<16>(&*call.app.rng));
    call.app.store.write(async |tx| change(tx, &call, Some((&name, &png))).await).await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// Takes it away.
///
/// # Errors
/// A problem document.
pub async fn delete(call: Call) -> Result<Response, Problem> {
    call.app.store.write(async |tx| change(tx, &call, None).await).await?;
    Ok(StatusCode::NO_CONTENT.into())
}

async fn change(tx: &Tx, call: &Call, new: Option<(&str, &[u8])>) -> Result<(), Problem> {
    let now = call.now();
    let (subject, session) = session::lock_owner(tx, call).await?;
    let user = &subject.user;
    match new {
        Some(new) => picture::put(tx, user.id, new, now).await?,
        None => drop(picture::delete(tx, user.id).await?),
    }
    let url = new.map(|(name, _)| call.app.urls.picture(name));
    let claims = StandardClaims { picture: url, ..user.claims.clone() };
    user::update_profile(tx, user.id, (user.display_name.as_deref(), &claims), now).await?;
    call.record(tx, Event::ProfileUpdated, Entry { session: Some(session.id), ..Entry::by(user.id) }, now);
    Ok(())
}

/// Serves one, to whoever was told its address.
///
/// # Errors
/// A page, when there is none.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let name = call.segments.get("picture").cloned().unwrap_or_default();
    let found: Result<_, store::Error> = picture::find(&call.app.store.read(), &name).await;
    Ok(file::serve(found?.ok_or_else(PageError::not_found)?, "picture"))
}
