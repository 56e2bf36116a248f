//! Claims about a person.

use poem_openapi::{ApiResponse, Object, ResponseContent};

use super::describe::{Jwt, PlainJson};

/// The address claim (OIDC Core 5.1.1).
#[derive(Object)]
pub struct Address {
    /// The whole address, lines apart.
    pub formatted: Option<String>,
    /// Street and number, lines apart.
    pub street_address: Option<String>,
    /// City.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Zip code.
    pub postal_code: Option<String>,
    /// Country name.
    pub country: Option<String>,
}

/// Standard claims (OIDC Core 5.1), as far as scopes release them.
#[derive(Object)]
pub struct UserInfo {
    /// Who, for this client.
    pub sub: String,
    /// Whole name.
    pub name: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Casual name.
    pub nickname: Option<String>,
    /// User name.
    pub preferred_username: Option<String>,
    /// URL of a profile page.
    pub profile: Option<String>,
    /// URL of a picture.
    pub picture: Option<String>,
    /// URL of a web page.
    pub website: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the address was shown to be theirs.
    pub email_verified: Option<bool>,
    /// Free text.
    pub gender: Option<String>,
    /// YYYY-MM-DD, 0000-MM-DD or YYYY.
    pub birthdate: Option<String>,
    /// tz database name.
    pub zoneinfo: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// Whether the number was shown to be theirs.
    pub phone_number_verified: Option<bool>,
    /// Postal address.
    pub address: Option<Address>,
    /// Names of the person's groups.
    pub groups: Option<Vec<String>>,
    /// Seconds since 1970.
    pub updated_at: Option<i64>,
}

/// Claims, plain or signed.
#[expect(clippy::large_enum_variant, reason = "it describes, and is never made")]
#[derive(ResponseContent)]
pub enum UserInfoContent {
    /// Plain.
    Json(PlainJson<UserInfo>),
    /// Signed, with `iss` and `aud`, for clients that registered `userinfo_signed_response_alg`.
    Jwt(Jwt),
}

/// Claims.
#[derive(ApiResponse)]
pub enum UserInfoAnswer {
    /// The claims; a signed JWT for clients that registered `userinfo_signed_response_alg`.
    #[oai(status = 200)]
    Ok(UserInfoContent),
}
