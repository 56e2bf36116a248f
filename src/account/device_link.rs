//! A link for another device of one's own: there it makes one more passkey, once, within ten minutes.

use chrono::Duration;
use poem::{IntoResponse, Response, web::Json};
use serde::Serialize;

use crate::{
    clock::Time,
    http::{Call, Code, Problem},
    protocol::step_up::Action,
    session,
    store::enrollment_link::Kind,
    webauthn::{link, qr},
};

const LIFETIME: Duration = Duration::minutes(10);

/// A link as it is shown, once.
#[derive(Serialize)]
struct DeviceLink {
    url: String,
    expires_at: Time,
    /// The link as a QR code: a text of `0` and `1` for each row.
    qr: Vec<String>,
}

/// Makes a link, once a passkey was shown for that; earlier links of the same person stop working.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let link = call
        .app
        .store
        .write(async |tx| {
            let allowed = session::lock_stepped_up(tx, &call, Action::PasskeyAdd, None).await?;
            let user = &allowed.subject.user;
            let origin = call.caller.origin();
            let about = (user.id, user.username.as_str());
            Ok::<_, Problem>(
                link::create(tx, &call.app, link::By::itself(&origin), Kind::Device, about, LIFETIME).await?,
            )
        })
        .await?;
    let qr = qr::rows(&link.url).ok_or(Code::Internal)?;
    Ok(Json(DeviceLink { url: link.url, expires_at: link.expires_at, qr }).into_response())
}
