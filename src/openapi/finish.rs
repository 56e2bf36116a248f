//! What poem-openapi can't say itself, said once the document is written.

use serde_json::{Value, json};

use super::{examples, parameters};

/// Schemas that have more members than are named: those of an app's own claims.
const OPEN: [&str; 2] = ["UserInfo", "Introspection"];

/// The document with that, as it is served.
pub(super) fn whole(written: &str) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(written) else { return written.to_owned() };
    for path in members(&mut document["paths"]) {
        for operation in members(path).filter(|operation| operation["operationId"].is_string()) {
            say_security(operation);
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
