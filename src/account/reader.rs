//! Who reads their own account: by the session of a browser, or by the token of an app that they allowed to (`account:read`).

use uuid::Uuid;

use crate::{
    http::{Call, Code, Problem},
    protocol::scope::ACCOUNT_READ,
    session,
    store::{session::Session, user::User},
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
    let (found, scopes) = session::presented(call, &call.app.store.read(), urls::ACCOUNT_API).await?;
    let person = found.person.filter(|_| scopes.contains(ACCOUNT_READ)).ok_or(Code::InsufficientScope)?;
    Ok(Reader { user: person.subject.user, session: None })
}
