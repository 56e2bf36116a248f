//! What poem-openapi can't say itself, said once the document is written.

use serde_json::{Value, json};

use super::{examples, parameters};

/// Schemas that have more members than are named: those of an app's own claims.
const OPEN: [&str; 2] = ["UserInfo", "Introspection"];

/// The document with that, as it is served.
pub(super) fn whole(written: &str) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(written) else { return written.to_owned() };
    for path in members(&mut document["paths"]) {
        for (method, operation) in path.as_object_mut().into_iter().flatten().filter(is_operation) {
            say_security(operation);
            drop_what_is_never_answered(method, operation);
            parameters::describe(operation);
        }
    }
    for name in OPEN {
        if let Some(schema) = document.pointer_mut(&format!("/components/schemas/{name}")) {
            schema["additionalProperties"] = true.into();
        }
    }
    examples::add(&mut document);
    format!("{document:#}\n")
}

fn is_operation((_, operation): &(&String, &mut Value)) -> bool {
    operation["operationId"].is_string()
}

/// Answers are described for all operations of an API together. What is read meets no conflict and has no body that could be
/// of a wrong type; what is changed is not told to be as it was seen; and no tag fails where none is taken.
fn drop_what_is_never_answered(method: &str, operation: &mut Value) {
    let takes_tag = operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == "If-Match");
    let never = match (method, takes_tag) {
        ("get", _) => &["409", "412", "415"][..],
        (_, true) => &["304"],
        (_, false) => &["304", "412"],
    };
    if let Some(responses) = operation["responses"].as_object_mut() {
        responses.retain(|status, _| !never.contains(&status.as_str()));
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(|object| object.values_mut())
}

/// An operation that wants nobody's proof says that it wants none: a reader would take it for forgotten otherwise (OpenAPI 3.0.3,
/// 4.8.10). poem-openapi names scopes for each security scheme; only OAuth knows any (4.8.30).
fn say_security(operation: &mut Value) {
    match operation["security"].as_array_mut() {
        None => operation["security"] = json!([]),
        Some(schemes) => {
            for scheme in schemes.iter_mut().filter(|scheme| scheme["session"].is_array()) {
                scheme["session"] = json!([]);
            }
        }
    }
}
