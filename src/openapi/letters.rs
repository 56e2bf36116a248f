//! The account API, the part about mail: one's address, and the way back by it.

use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, Tags, param::Header};

use super::{
    describe::{Answer, Described, DescribedBody, PlainJson},
    errors::CallRefusal,
    portal::Done,
    security::SessionCookie,
};
use crate::{
    account::{email, recovery},
    http::{Call, json},
    webauthn::recover,
};

/// Parts of this part.
#[derive(Tags)]
pub enum MailTag {
    /// One's address, and what comes by mail.
    Mail,
}

/// An address.
#[derive(Object)]
pub struct EmailChange {
    /// Without one, there is none any more.
    pub email: Option<String>,
}

/// The token of a letter's link.
#[derive(Object)]
pub struct LetterLink {
    /// What the link ends in.
    pub link: String,
}

/// Whose way back is asked for.
#[derive(Object)]
pub struct RecoveryByEmail {
    /// The name that one signed up with.
    pub username: String,
}

/// It will be seen to.
#[derive(ApiResponse)]
pub enum Accepted {
    /// Whether there is such a person or not.
    #[oai(status = 202)]
    Accepted,
}

/// The part of the account document that is about mail.
pub struct MailApi;

type Csrf = Described<Header<String>>;
type StepUp = Described<Header<String>>;

#[OpenApi]
impl MailApi {
    /// Gives another e-mail address
    ///
    /// Where mail is sent, the one before stays until the new one is confirmed by the link of a letter. The step-up is for `email`.
    #[oai(path = "/api/account/v1/email", method = "put", tag = "MailTag::Mail", operation_id = "put_email")]
    async fn put_email(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
        _body: DescribedBody<PlainJson<EmailChange>>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(email::put)(call.0.clone()).await.into()
    }

    /// Sends the letter that asks to confirm an address once more
    ///
    /// To the address that waits to be confirmed.
    #[oai(
        path = "/api/account/v1/email/verification",
        method = "post",
        tag = "MailTag::Mail",
        operation_id = "verify_email"
    )]
    async fn verify_email(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(email::verify)(call.0.clone()).await.into()
    }

    /// Confirms one's e-mail address
    ///
    /// By the link of a letter, in a session of whoever gave the address.
    #[oai(
        path = "/api/account/v1/email/confirmation",
        method = "post",
        tag = "MailTag::Mail",
        operation_id = "confirm_email"
    )]
    async fn confirm_email(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
        _body: DescribedBody<PlainJson<LetterLink>>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(email::confirm)(call.0.clone()).await.into()
    }

    /// Asks for a way back by mail
    ///
    /// Where the provider allows it, a link is sent later to the confirmed address of that person.
    #[oai(path = "/recover/email", method = "post", tag = "MailTag::Mail", operation_id = "recover_by_email")]
    async fn recover_by_email(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<RecoveryByEmail>>,
    ) -> Answer<Result<Accepted, CallRefusal>> {
        json(recover::email)(call.0.clone()).await.into()
    }

    /// Calls off a way back, by the link of its letter
    ///
    /// Whoever has the letter may, signed in or not.
    #[oai(path = "/recover/cancel", method = "post", tag = "MailTag::Mail", operation_id = "cancel_recovery")]
    async fn cancel_recovery(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<LetterLink>>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(recover::cancel)(call.0.clone()).await.into()
    }

    /// Calls off a way back that somebody asked for
    ///
    /// The step-up is for `recovery_codes`.
    #[oai(
        path = "/api/account/v1/recovery-request",
        method = "delete",
        tag = "MailTag::Mail",
        operation_id = "cancel_recovery_request"
    )]
    async fn cancel_recovery_request(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(recovery::cancel)(call.0.clone()).await.into()
    }
}
