//! `decide`: what a request still needs before its code can be issued. Pure, so every path asks the same.

use crate::{
    clock::Time,
    protocol::{
        acr_amr::ACR_PHR,
        authorization_request::AuthorizationRequest,
        client::Client,
        error_code::{ErrorCode, OAuthError},
        scope::ScopeSet,
    },
    store::{
        authorization_request::{Ceremony, ConsentStep},
        session::Session,
        subject::Subject,
    },
};

/// What was done for this request so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress<'a> {
    pub ceremony: Option<&'a Ceremony>,
    pub consent: Option<&'a ConsentStep>,
    /// Whether the session's passkey will not do for this client.
    pub unfit: bool,
    /// Whether the client is for groups that the person does not belong to.
    pub outside: bool,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Show the sign-in page.
    Authenticate,
    /// Show the consent page.
    Consent,
    /// Show why this client is not for them.
    Deny,
    /// Issue a code for these scopes.
    Done(ScopeSet),
    /// Answer the client with this error.
    Refuse(OAuthError),
}

/// Decides. What was done counts only while its session is current. `seen_as` is the `sub` of whoever is signed in, as this
/// client knows it.
pub(super) fn decide(
    request: &AuthorizationRequest,
    client: &Client,
    current: Option<(&Subject, &Session)>,
    progress: Progress<'_>,
    (seen_as, now): (&str, Time),
) -> Step {
    let prompt = request.prompt;
    let ask = |step, code, text| if prompt.none { Step::Refuse(OAuthError::new(code, text)) } else { step };
    let Some((subject, session)) = current else {
        return ask(Step::Authenticate, ErrorCode::LoginRequired, "nobody is signed in");
    };
    let counts = |session_id, user_id| session_id == session.id && user_id == subject.user.id;
    let fresh = progress.ceremony.is_some_and(|done| counts(done.session_id, done.user_id));
    let is_other = request.hinted_sub.as_ref().is_some_and(|sub| sub != seen_as);
    if is_other && (fresh || prompt.none) {
        return Step::Refuse(OAuthError::new(ErrorCode::LoginRequired, "somebody else is signed in"));
    }
    if progress.unfit {
        return ask(Step::Authenticate, ErrorCode::LoginRequired, "another passkey is needed");
    }
    let age = (now - session.auth_time).num_seconds();
    let too_old = request.max_age.is_some_and(|max_age| max_age == 0 || age > max_age);
    let asks_again = prompt.login || prompt.select_account || prompt.create || too_old;
    if !fresh && (is_other || asks_again || would_help(request, session, prompt.none)) {
        return ask(Step::Authenticate, ErrorCode::LoginRequired, "a new sign-in is needed");
    }
    if let Some(step) = unmet(request, session, fresh) {
        return ask(step, ErrorCode::LoginRequired, "a stronger sign-in is needed");
    }
    let decided = progress.consent.filter(|done| counts(done.session_id, done.user_id));
    match decided.map(|done| &done.granted) {
        Some(None) => return Step::Refuse(OAuthError::new(ErrorCode::AccessDenied, "the person denied the request")),
        Some(Some(granted)) if !progress.outside => return Step::Done(request.scopes.intersection(granted)),
        Some(Some(_)) | None => {}
    }
    if progress.outside {
        return ask(Step::Deny, ErrorCode::AccessDenied, "the person belongs to none of the client's groups");
    }
    // What reaches accounts is never taken as read.
    let asks_anyway = prompt.consent || request.scopes.reaches_accounts();
    if !client.require_consent && !asks_anyway {
        return Step::Done(request.scopes.clone());
    }
    match standing(subject, &request.scopes) {
        Some(scopes) if !asks_anyway => Step::Done(scopes),
        _ => ask(Step::Consent, ErrorCode::ConsentRequired, "the person must be asked"),
    }
}

/// An `acr` that the client can't do without (OIDC Core 5.5.1.1): one more try, then the client is told. An enrolment for
/// this request was no try yet: it proves none.
fn unmet(request: &AuthorizationRequest, session: &Session, fresh: bool) -> Option<Step> {
    let acr = session.assurance.acr.as_ref();
    let any = Vec::new();
    // Whoever opened a link has shown no passkey yet.
    let wanted = match &request.essential_acr {
        None if request.scopes.reaches_administration() => &any,
        wanted => wanted.as_ref()?,
    };
    if acr.is_some_and(|acr| wanted.is_empty() || wanted.contains(acr)) {
        return None;
    }
    let refusal = OAuthError::new(ErrorCode::UnmetAuthenticationRequirements, "no such sign-in is possible here");
    Some(if fresh && acr.is_some() { Step::Refuse(refusal) } else { Step::Authenticate })
}

/// An `acr` that the client would like, and that the session lacks though a sign-in would bring it.
fn would_help(request: &AuthorizationRequest, session: &Session, silent: bool) -> bool {
    let liked = request.acr_values.iter().any(|value| value == ACR_PHR);
    !silent && liked && session.assurance.acr.is_none()
}

/// What an earlier decision gives, if it covers everything that is asked now.
fn standing(subject: &Subject, asked: &ScopeSet) -> Option<ScopeSet> {
    let consent = subject.consent.as_ref()?;
    let covered = consent.granted.union(&consent.declined).is_superset(asked);
    let granted = asked.intersection(&consent.granted);
    (covered && granted.contains(crate::protocol::scope::OPENID)).then_some(granted)
}

#[cfg(test)]
mod tests;
