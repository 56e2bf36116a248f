//! `/account/profile`: what one says of oneself.

use askama::Template;
use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde::{Deserialize, Serialize};

use super::{portal, reader};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    crypto::mac::base64url,
    http::{Call, Code, Frame, House, PageError, Problem, render},
    protocol::claims::{Address, StandardClaims, tidy_text},
    session::{self, Continuation},
    store::{
        email_link,
        user::{self, User},
    },
    urls,
};

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage {
    frame: Frame,
    portal: House,
    rp_id: String,
    user_handle: String,
    username: String,
    email: Option<String>,
    email_verified: bool,
    email_url: String,
    /// The address that waits for its confirmation, where letters can be sent.
    unconfirmed: Option<String>,
    verify: String,
    sends_mail: bool,
    fields: Vec<Field>,
    /// Address of the picture that is kept here.
    picture: Option<String>,
    picture_url: String,
    profile: String,
    export: String,
    deletion: String,
}

/// A field of the form.
struct Field {
    name: &'static str,
    words: &'static str,
    autocomplete: &'static str,
    value: String,
    has_lines: bool,
}

/// What a person says of themselves; what is left out is gone.
#[serde_with::skip_serializing_none]
#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Profile {
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    middle_name: Option<String>,
    nickname: Option<String>,
    website: Option<String>,
    gender: Option<String>,
    birthdate: Option<String>,
    zoneinfo: Option<String>,
    locale: Option<String>,
    phone_number: Option<String>,
    address: Option<Address>,
}

/// The same with what others vouch for.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct ProfileObject {
    username: String,
    sub: String,
    email: Option<String>,
    email_verified: bool,
    delete_after: Option<Time>,
    #[serde(flatten)]
    profile: Profile,
}

impl From<&User> for Profile {
    fn from(user: &User) -> Self {
        let claims = user.claims.clone();
        Self {
            name: user.display_name.clone(),
            given_name: claims.given_name,
            family_name: claims.family_name,
            middle_name: claims.middle_name,
            nickname: claims.nickname,
            website: claims.website,
            gender: claims.gender,
            birthdate: claims.birthdate,
            zoneinfo: claims.zoneinfo,
            locale: claims.locale,
            phone_number: claims.phone_number,
            address: claims.address,
        }
    }
}

impl Profile {
    /// The claims with these in place of what the person had; what they can't set stays.
    fn onto(self, before: &StandardClaims) -> (Option<String>, StandardClaims) {
        let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let phone_number = text(self.phone_number);
        // Nobody has vouched for a number that was just typed.
        let is_same = phone_number == before.phone_number;
        let address = self.address.map(|address| Address {
            formatted: text(address.formatted),
            street_address: text(address.street_address),
            locality: text(address.locality),
            region: text(address.region),
            postal_code: text(address.postal_code),
            country: text(address.country),
        });
        let claims = StandardClaims {
            given_name: text(self.given_name),
            family_name: text(self.family_name),
            middle_name: text(self.middle_name),
            nickname: text(self.nickname),
            profile: before.profile.clone(),
            picture: before.picture.clone(),
            website: text(self.website),
            gender: text(self.gender),
            birthdate: text(self.birthdate),
            zoneinfo: text(self.zoneinfo),
            locale: text(self.locale),
            phone_number_verified: before.phone_number_verified.filter(|_| is_same),
            phone_number,
            address: address.filter(|address| *address != Address::default()),
        };
        (self.name, claims)
    }

    fn fields(self) -> Vec<Field> {
        let address = self.address.unwrap_or_default();
        let field = |name, words, autocomplete, value: Option<String>| Field {
            name,
            words,
            autocomplete,
            value: value.unwrap_or_default(),
            has_lines: matches!(name, "address.formatted" | "address.street_address"),
        };
        vec![
            field("name", "profile-name", "name", self.name),
            field("given_name", "profile-given-name", "given-name", self.given_name),
            field("family_name", "profile-family-name", "family-name", self.family_name),
            field("middle_name", "profile-middle-name", "additional-name", self.middle_name),
            field("nickname", "profile-nickname", "nickname", self.nickname),
            field("website", "profile-website", "url", self.website),
            field("birthdate", "profile-birthdate", "bday", self.birthdate),
            field("gender", "profile-gender", "sex", self.gender),
            field("phone_number", "profile-phone", "tel", self.phone_number),
            field("locale", "profile-locale", "language", self.locale),
            field("zoneinfo", "profile-zone", "off", self.zoneinfo),
            field("address.formatted", "profile-address", "off", address.formatted),
            field("address.street_address", "profile-street", "street-address", address.street_address),
            field("address.postal_code", "profile-postal-code", "postal-code", address.postal_code),
            field("address.locality", "profile-city", "address-level2", address.locality),
            field("address.region", "profile-region", "address-level1", address.region),
            field("address.country", "profile-country", "country-name", address.country),
        ]
    }
}

/// What is held about a person that they can change, and what others vouch for.
pub(super) fn object(user: &User) -> impl Serialize + use<> {
    ProfileObject {
        username: user.username.clone(),
        sub: user.sub.clone(),
        email: user.email.clone(),
        email_verified: user.email_verified,
        delete_after: user.delete_after,
        profile: Profile::from(user),
    }
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Profile).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let (frame, user) = (opened.frame, opened.subject.user);
    let sends_mail = call.app.mail.is_some();
    let unconfirmed = email_link::find_unconfirmed(&call.app.store.read(), &user, call.now()).await?;
    Ok(render(&ProfilePage {
        rp_id: call.signals_for().await?,
        user_handle: base64url(&user.user_handle),
        fields: Profile::from(&user).fields(),
        picture: user.claims.picture.filter(|url| url.starts_with(&call.app.urls.picture(""))),
        picture_url: frame.path(urls::API_PICTURE),
        profile: frame.path(urls::API_PROFILE),
        export: frame.path(urls::API_EXPORT),
        deletion: frame.path(urls::API_DELETION),
        email_url: frame.path(urls::API_EMAIL),
        unconfirmed: unconfirmed.filter(|_| sends_mail),
        verify: frame.path(urls::API_EMAIL_VERIFICATION),
        sends_mail,
        username: user.username,
        email: user.email,
        email_verified: user.email_verified,
        portal: opened.portal,
        frame,
    }))
}

/// The same as JSON.
///
/// # Errors
/// A problem document.
pub async fn read(call: Call) -> Result<Response, Problem> {
    Ok(Json(object(&reader::find(&call).await?.user)).into_response())
}

/// Puts these in place of what one said of oneself.
///
/// # Errors
/// A problem document.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let body: Profile = call.json()?;
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (subject, session) = session::lock_owner(tx, &call).await?;
            let (name, claims) = body.onto(&subject.user.claims);
            let name = tidy_text(name).map_err(|_| Code::InvalidRequest)?;
            // What they can't change is not theirs to mend either.
            let own = StandardClaims { profile: None, picture: None, ..claims.clone() };
            if own.check().is_err() {
                return Err(Problem::new(Code::InvalidRequest));
            }
            user::update_profile(tx, subject.user.id, (name.as_deref(), &claims), now).await?;
            let entry = Entry { session: Some(session.id), ..Entry::by(subject.user.id) };
            call.record(tx, Event::ProfileUpdated, entry, now);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
