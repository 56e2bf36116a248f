//! Holds every response of every test against the OpenAPI documents: status, media type, and the members of JSON.

use std::sync::LazyLock;

use poem::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

static DOCUMENTS: LazyLock<Vec<Value>> =
    LazyLock::new(|| claviger::openapi::FILES.iter().map(|(_, make)| serde_json::from_str(&make()).unwrap()).collect());

/// Whether a path is the documented one; `{name}` takes one segment.
fn is_path(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t.starts_with('{') || t == p)
}

pub fn check(method: &Method, path: &str, status: StatusCode, headers: &HeaderMap, body: &str) {
    let path = path.split('?').next().unwrap();
    for document in DOCUMENTS.iter() {
        let found = document["paths"].as_object().unwrap().iter().find(|(template, _)| is_path(template, path));
        let Some((_, operations)) = found else { continue };
        let Some(operation) = operations.get(method.as_str().to_lowercase()) else { continue };
        let response = &operation["responses"][status.as_str()];
        assert!(response.is_object(), "{method} {path}: {status} is not documented");
        if body.is_empty() {
            return;
        }
        let content_type = headers.get("content-type").unwrap().to_str().unwrap().split(';').next().unwrap();
        let content = response["content"].as_object().unwrap_or_else(|| panic!("{method} {path}: {status} has a body"));
        let media = content.iter().find(|(name, _)| name.split(';').next().unwrap() == content_type);
        let (_, media) = media.unwrap_or_else(|| panic!("{method} {path}: {status} is {content_type}"));
        if content_type.ends_with("json") {
            let value: Value = serde_json::from_str(body).unwrap();
            validate(document, &media["schema"], &value, &format!("{method} {path} {status}"));
        }
        return;
    }
}

pub fn validate(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return validate(document, &document["components"]["schemas"][name], value, place);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        validate(document, part, value, place);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{place}: {value} is none of {allowed:?}");
    }
    match schema["type"].as_str() {
        Some("object") if schema["properties"].is_object() => validate_object(document, schema, value, place),
        Some("array") => {
            for item in value.as_array().unwrap_or_else(|| panic!("{place}: {value} is no array")) {
                validate(document, &schema["items"], item, place);
            }
        }
        Some("string") => assert!(value.is_string(), "{place}: {value} is no string"),
        Some("integer") => assert!(value.is_i64() || value.is_u64(), "{place}: {value} is no integer"),
        Some("boolean") => assert!(value.is_boolean(), "{place}: {value} is no boolean"),
        _ => {}
    }
}

fn validate_object(document: &Value, schema: &Value, value: &Value, place: &str) {
    let object = value.as_object().unwrap_or_else(|| panic!("{place}: {value} is no object"));
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(object.contains_key(name), "{place}: {name} is missing");
    }
    for (name, value) in object {
        let property = &schema["properties"][name];
        if property.is_null() && schema["additionalProperties"] == true {
            continue;
        }
        assert!(property.is_object(), "{place}: {name} is not documented");
        validate(document, property, value, &format!("{place}.{name}"));
    }
}
