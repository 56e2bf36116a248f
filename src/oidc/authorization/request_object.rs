//! Request objects (OIDC Core 6): signed parameters, by value or behind a URI that the client registered. What is inside wins
//! over what is beside it; what is not signed is not believed.

use serde_json::Value;

use crate::{
    app::App,
    http::Call,
    protocol::{
        client::Client,
        error_code::{ErrorCode, OAuthError},
        jws::{self, Claims, Unverified},
        parameters::Parameters,
    },
};

/// More than any request needs.
const LIMIT: usize = 64 * 1024;

/// Claims of the JWT itself, which are no parameters.
const OF_THE_JWT: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];

/// The parameters with those of the request object, if there is one.
///
/// # Errors
/// `invalid_request_object`, `invalid_request_uri`, `invalid_request`.
pub(super) async fn open(call: &Call, client: &Client, parameters: &Parameters) -> Result<Parameters, OAuthError> {
    // Nothing is fetched for a request that is refused anyway.
    if parameters.find("request").or(parameters.find("request_uri")).is_some() {
        parameters.refuse_repeated()?;
    }
    let object = match (parameters.find("request"), parameters.find("request_uri")) {
        (None, None) => return Ok(parameters.clone()),
        (Some(_), Some(_)) => {
            return Err(OAuthError::invalid_request("request and request_uri exclude each other"));
        }
        (Some(object), None) => object.to_owned(),
        (None, Some(uri)) => fetch(call, client, uri).await?,
    };
    let claims = verify(&call.app, client, &object).await?;
    let inside = inside(&claims)?;
    for name in ["client_id", "response_type"] {
        let (outer, inner) = (parameters.find(name), inside.find(name));
        if outer.zip(inner).is_some_and(|(outer, inner)| outer != inner) {
            return Err(invalid("client_id or response_type differ inside and outside"));
        }
    }
    Ok(inside.over(parameters, &["request", "request_uri"]))
}

fn invalid(text: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequestObject, text)
}

/// Only what was registered, to the letter, is asked for; a fragment is the client's own mark.
async fn fetch(call: &Call, client: &Client, uri: &str) -> Result<String, OAuthError> {
    let refuse = |text| OAuthError::new(ErrorCode::InvalidRequestUri, text);
    if !client.details.request_uris.iter().any(|registered| registered == uri) {
        return Err(refuse("request_uri is not registered"));
    }
    // A stranger makes us call somebody.
    if call.limit_write().is_err() {
        return Err(OAuthError::new(ErrorCode::TemporarilyUnavailable, "too many requests"));
    }
    let address = uri.split('#').next().unwrap_or(uri);
    let accept = "application/oauth-authz-req+jwt, application/jwt, */*;q=0.1";
    let body = call.app.outbound.get(address, accept, LIMIT).await.map_err(|error| {
        tracing::info!(uri, %error, "a request object could not be fetched");
        refuse("request_uri could not be fetched")
    })?;
    String::from_utf8(body).map(|text| text.trim().to_owned()).map_err(|_| refuse("request_uri has no request object"))
}

/// Signature first, under the algorithm and the keys that are the client's; then whom it is from, for, and when.
async fn verify(app: &App, client: &Client, object: &str) -> Result<Claims, OAuthError> {
    let token = Unverified::parse(object).ok_or_else(|| invalid("the request object is no JWT"))?;
    let algorithm = token.algorithm().ok_or_else(|| invalid("the request object must be signed"))?;
    if client.details.request_object_signing_alg.is_some_and(|registered| registered != algorithm) {
        return Err(invalid("the request object has another algorithm than was registered"));
    }
    if !token.has_typ(&["JWT", "oauth-authz-req+jwt"]) {
        return Err(invalid("the request object has a typ of another token"));
    }
    let claims = app
        .verify_of_client(client, &token)
        .await
        .ok_or_else(|| invalid("the signature of the request object is not the client's"))?;
    let is_from_client = claims.get("iss").is_none_or(|iss| iss == client.client_id.as_str());
    let is_for_us = !claims.contains_key("aud") || jws::audience(&claims).contains(&app.config.issuer.as_str());
    let is_timely = jws::is_timely(&claims, app.now().timestamp());
    // An assertion names its client as the subject; nobody else's token does.
    let is_assertion = claims.contains_key("sub");
    match is_from_client && is_for_us && is_timely && !is_assertion {
        true => Ok(claims),
        false => Err(invalid("the request object is from or for somebody else, or out of its time")),
    }
}

/// The claims as parameters: texts as they are, numbers and objects as JSON spells them.
fn inside(claims: &Claims) -> Result<Parameters, OAuthError> {
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(invalid("a request object has none inside"));
    }
    let mut pairs = Vec::new();
    for (name, value) in claims.iter().filter(|(name, _)| !OF_THE_JWT.contains(&name.as_str())) {
        match value {
            Value::String(text) => pairs.push((name.clone(), text.clone())),
            Value::Array(list) if name == "resource" => {
                pairs.extend(list.iter().filter_map(Value::as_str).map(|text| (name.clone(), text.to_owned())));
            }
            Value::Null => {}
            other => pairs.push((name.clone(), other.to_string())),
        }
    }
    let has_nul = |(name, value): &(String, String)| name.contains('\0') || value.contains('\0');
    if pairs.iter().any(has_nul) {
        return Err(invalid("a parameter is no text"));
    }
    Ok(Parameters::from_pairs(pairs))
}
