//! The authorization response (RFC 6749 4.1.2, RFC 9207): by query, fragment or form, with `state` and `iss`.

use askama::Template;
use poem::Response;
use url::form_urlencoded::Serializer;

use crate::{
    http::{Call, Frame, posts_to_apps, render, see_other},
    protocol::{error_code::OAuthError, response_mode::ResponseMode},
};

/// Where an answer goes, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination<'a> {
    /// One that the client registered, kept byte for byte.
    pub redirect_uri: &'a str,
    /// How it travels.
    pub mode: ResponseMode,
    /// As it came.
    pub state: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "oidc/form_post.html")]
struct FormPostPage<'a> {
    frame: Frame,
    action: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

impl Destination<'_> {
    /// Answers with an error.
    pub(super) fn error(self, call: &Call, error: &OAuthError) -> Response {
        tracing::info!(code = error.code.as_str(), "an authorization request was refused");
        call.note_refusal(error);
        self.answer(call, &[("error", error.code.as_str()), ("error_description", &*error.description)])
    }

    /// Answers with these parameters.
    pub(super) fn answer(self, call: &Call, parameters: &[(&str, &str)]) -> Response {
        let issuer = call.app.config.issuer.as_str();
        let own = self.state.map(|state| ("state", state)).into_iter().chain([("iss", issuer)]);
        let fields: Vec<_> = parameters.iter().copied().chain(own).collect();
        let encoded = || Serializer::new(String::new()).extend_pairs(&fields).finish();
        let uri = self.redirect_uri;
        match self.mode {
            ResponseMode::Query => {
                let joint = if uri.contains('?') { '&' } else { '?' };
                // Without a fragment of our own a browser carries that of an earlier hop over (RFC 9110 10.2.2), and an
                // app may look for tokens there.
                see_other(&format!("{uri}{joint}{}#", encoded()))
            }
            ResponseMode::Fragment => see_other(&format!("{uri}#{}", encoded())),
            ResponseMode::FormPost => {
                let frame = Frame::new(&call.app, &call.caller);
                posts_to_apps(render(&FormPostPage { frame, action: uri, fields }))
            }
        }
    }
}
