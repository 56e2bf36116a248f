//! Who reads their own account: by the session of a browser, or by the token of an app that they allowed to (`account:read`).

use uuid::Uuid;

use crate::{
    http::{Call, Code, Problem, bearer as presented},
    protocol::scope::ACCOUNT_READ,
    session,
    store::{bearer, session::Session, user::User},
    urls,
};

/// Whose account is read, and from where.
pub(super) struct Reader {
    pub user: User,
    /// Of a browser; a token has none.
    pub session: Option<Session>,
}

impl Reader {
    pub(super) fn session_id(&self) -> Option<Uuid> {
        self.session.as_ref().map(|session| session.id)
    }

    pub(super) fn credential_id(&self) -> Option<Uuid> {
        self.session.as_ref().and_then(|session| session.credential_id)
    }
}

/// Finds them. Whoever shows a token is judged by it alone.
///
/// # Errors
/// `session_required`, `invalid_token` or `insufficient_scope`; or when the database fails.
pub(super) async fn find(call: &Call) -> Result<Reader, Problem> {
    if call.header("authorization").is_some() {
        return by_token(call).await;
    }
    let (subject, session) = session::current(call, None).await?.ok_or(Code::SessionRequired)?;
    Ok(Reader { user: subject.user, session: Some(session) })
}

async fn by_token(call: &Call) -> Result<Reader, Problem> {
    let app = &call.app;
    let presented = call.bearer().and_then(|token| presented::present(app, token)).ok_or(Code::InvalidToken)?;
    let found = bearer::find(&app.store.read(), presented.hash).await?.ok_or(Code::InvalidToken)?;
    app.policy().allow_bearer(&found).map_err(|_| Code::InvalidToken)?;
    if found.audience != [app.urls.absolute(urls::ACCOUNT_API)] {
        return Err(Code::InvalidToken.into());
    }
    // What the client may have no more is not given any more.
    let may_read = found.client.narrow(&found.scopes).contains(ACCOUNT_READ);
    let person = found.person.filter(|_| may_read).ok_or(Code::InsufficientScope)?;
    Ok(Reader { user: person.subject.user, session: None })
}
