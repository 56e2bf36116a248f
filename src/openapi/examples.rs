//! What requests and answers look like: said once by the name of a schema, of its member (`Schema.member`), or of any member; what has a
//! type of its own shows for itself. The documents have them with their schemas.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::http::{Code, Problem};

/// A moment, and a row, as any.
const MOMENT: &str = "2026-01-31T12:00:00Z";
const ROW: &str = "0190b6c0-0000-7000-8000-000000000001";

/// What each status most often says.
const USUAL: [Code; 12] = [
    Code::InvalidRequest,
    Code::SessionRequired,
    Code::Forbidden,
    Code::NotFound,
    Code::RequestTimeout,
    Code::UsernameTaken,
    Code::LinkSpent,
    Code::PreconditionFailed,
    Code::PayloadTooLarge,
    Code::UnsupportedMediaType,
    Code::RateLimited { retry_after: 5 },
    Code::Unavailable,
];

/// Empty only when the file is no JSON object; a test finds that out.
static SAID: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// Gives every schema, and every answer that says what was wrong, an example.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let example = |name: &str| of(&schemas, name, None, &schemas[name]);
    for (name, schema) in within(document, &["components", "schemas"]) {
        if schema["type"] == "object" || schema["allOf"].is_array() {
            schema["example"] = example(name).unwrap_or_default();
        }
    }
    for (_, path) in within(document, &["paths"]) {
        for (_, operation) in within(path, &[]) {
            for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
                // Developer pages begin with what is said here: nobody wants each filter filled in.
                let name = parameter["name"].as_str().unwrap_or_default().to_owned();
                if parameter["required"] == true
                    && let Some(example) = of(&schemas, "", Some(&name), &parameter["schema"])
                {
                    parameter["example"] = example;
                }
            }
            for (_, media) in within(operation, &["requestBody", "content"]) {
                show(&schemas, "", media);
            }
            for (status, answer) in within(operation, &["responses"]) {
                for (_, media) in within(answer, &["content"]) {
                    show(&schemas, status, media);
                }
            }
        }
    }
}

/// What a named schema does not show itself.
fn show(schemas: &Value, status: &str, media: &mut Value) {
    let unnamed = || made(schemas, "", &media["schema"]).filter(|_| name_of(&media["schema"]).is_none());
    if let Some(example) = refusal(status, &media["schema"]).or_else(unnamed) {
        media["example"] = example;
    }
}

/// The members of what is found there, if anything is.
fn within<'a>(value: &'a mut Value, way: &[&str]) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    let found = way.iter().try_fold(value, |value, name| value.get_mut(name));
    found.and_then(Value::as_object_mut).into_iter().flatten()
}

/// A problem document of that status.
fn refusal(status: &str, schema: &Value) -> Option<Value> {
    let status: u16 = status.parse().ok().filter(|status| *status >= 400)?;
    if name_of(schema)? != "Problem" {
        return None;
    }
    let problem = USUAL.map(Problem::new).into_iter().find(|problem| problem.told().0.as_u16() == status)?;
    let (code, title) = (problem.code(), problem.words());
    let request_id = SAID.get("request_id");
    Some(json!({ "type": "about:blank", "title": title, "status": status, "code": code, "request_id": request_id }))
}

fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// An example of a schema, which may be a member of another one.
fn of(schemas: &Value, owner: &str, member: Option<&str>, schema: &Value) -> Option<Value> {
    let said = match member {
        None => SAID.get(owner),
        Some(member) => SAID.get(&format!("{owner}.{member}")).or_else(|| by_name(member, schema)),
    };
    said.cloned().or_else(|| made(schemas, owner, schema))
}

/// The same of a schema of which nothing is said.
fn made(schemas: &Value, owner: &str, schema: &Value) -> Option<Value> {
    if let Some(name) = name_of(schema) {
        return of(schemas, name, None, &schemas[name]);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let whole = parts.iter().filter_map(|part| made(schemas, owner, part));
        return whole.reduce(merged);
    }
    if let Some(one) = schema["enum"].as_array().and_then(|all| all.first()) {
        return Some(one.clone());
    }
    match (schema["type"].as_str()?, schema["format"].as_str()) {
        ("string", Some("date-time")) => Some(MOMENT.into()),
        ("string", Some("uuid")) => Some(ROW.into()),
        ("boolean", _) => Some(true.into()),
        ("integer", _) => Some(1.into()),
        ("array", _) => made(schemas, owner, &schema["items"]).map(|item| json!([item])),
        ("object", _) => {
            let properties = schema["properties"].as_object()?.iter();
            let one =
                |(name, property): (&String, &Value)| Some((name.clone(), of(schemas, owner, Some(name), property)?));
            Some(Value::Object(properties.filter_map(one).collect()))
        }
        _ => None,
    }
}

/// What members of that name look like, where they are of its type.
fn by_name(member: &str, schema: &Value) -> Option<&'static Value> {
    let is_list = schema["type"] == "array";
    let is_plain = schema["type"] == "string" && schema["format"].is_null() && schema["enum"].is_null();
    let is_free = schema["type"].is_null() && name_of(schema).is_none() && schema["allOf"].is_null();
    let items_are_plain = is_list && schema["items"]["type"] == "string" && schema["items"]["format"].is_null();
    SAID.get(member).filter(|said| (said.is_string() && is_plain) || (said.is_array() && items_are_plain) || is_free)
}

fn merged(whole: Value, part: Value) -> Value {
    match (whole, part) {
        (Value::Object(mut whole), Value::Object(part)) => {
            whole.extend(part);
            Value::Object(whole)
        }
        (_, part) => part,
    }
}
