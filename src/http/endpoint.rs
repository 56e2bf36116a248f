//! Handlers are plain async functions; these turn them into rows of the route table, with the error shape they have.

use std::{future::Future, pin::Pin, sync::Arc};

use poem::Response;

use super::{Call, OAuthFailure, PageError, Problem};

/// A handler of one row.
pub type Handler = Arc<dyn Fn(Call) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

/// A handler whose errors are problem documents.
pub fn json<F, E>(handler: fn(Call) -> F) -> Handler
where
    F: Future<Output = Result<Response, E>> + Send + 'static,
    E: Into<Problem> + 'static,
{
    Arc::new(move |call| {
        let caller = call.caller.clone();
        Box::pin(async move { handler(call).await.unwrap_or_else(|error| error.into().into_response(&caller)) })
    })
}

/// A handler whose errors are pages.
pub fn page<F, E>(handler: fn(Call) -> F) -> Handler
where
    F: Future<Output = Result<Response, E>> + Send + 'static,
    E: Into<PageError> + 'static,
{
    Arc::new(move |call| {
        let (app, caller) = (call.app.clone(), call.caller.clone());
        Box::pin(async move { handler(call).await.unwrap_or_else(|error| error.into().into_response(&app, &caller)) })
    })
}

/// A handler whose errors are OAuth JSON.
pub fn oauth<F, E>(handler: fn(Call) -> F) -> Handler
where
    F: Future<Output = Result<Response, E>> + Send + 'static,
    E: Into<OAuthFailure> + 'static,
{
    Arc::new(move |call| {
        let (app, uri, asking) = (call.app.clone(), call.uri.clone(), call.asking.clone());
        Box::pin(async move {
            handler(call).await.unwrap_or_else(|error| {
                let failure: OAuthFailure = error.into();
                if let Some(error) = failure.error() {
                    asking.note_refusal(&app, &uri, error);
                }
                failure.into_response()
            })
        })
    })
}
