//! A link for another device of one's own: there it makes one more passkey, once, within ten minutes.

use chrono::Duration;
use poem::{IntoResponse, Response, web::Json};
use qrcode::{Color, QrCode};
use serde::Serialize;

use crate::{
    clock::Time,
    http::{Call, Code, Problem},
    protocol::step_up::Action,
    session,
    store::enrollment_link::Kind,
    webauthn::link,
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
            Ok::<_, Problem>(link::create(tx, &call.app, &origin, Kind::Device, about, LIFETIME).await?)
        })
        .await?;
    let qr = rows(&link.url).ok_or(Code::Internal)?;
    Ok(Json(DeviceLink { url: link.url, expires_at: link.expires_at, qr }).into_response())
}

fn rows(text: &str) -> Option<Vec<String>> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let colors = code.to_colors();
    let row = |row: &[Color]| row.iter().map(|color| if *color == Color::Dark { '1' } else { '0' }).collect();
    Some(colors.chunks(code.width()).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_square_with_three_eyes() {
        let rows = rows("https://id.example.org/enroll/clv_en_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert!(rows.len() > 20 && rows.iter().all(|row| row.len() == rows.len()));
        assert!(rows[0].starts_with("1111111") && rows[0].ends_with("1111111"));
        assert!(rows[rows.len() - 1].starts_with("1111111") && !rows[rows.len() - 1].ends_with("1111111"));
    }
}
