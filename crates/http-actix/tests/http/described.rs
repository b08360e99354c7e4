//! That every problem is one of those which the description names for the operation.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use actix_web::http::Method;
use serde_json::Value;

use crate::ask::Answer;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&http_actix::openapi().to_json().unwrap()).unwrap());

/// Stops the test where an operation has answered a problem that it does not describe.
#[track_caller]
pub(crate) fn assert_described(method: &Method, path: &str, answer: &Answer) {
    if answer.header("content-type") != Some("application/problem+json") {
        return;
    }
    let Some(operation) = operation(method, path) else { return };
    let (status, code) = (answer.status.as_str(), answer.json()["code"].clone());
    let codes = codes(&operation["responses"][status]);
    assert!(
        codes.contains(code.as_str().unwrap()),
        "{method} {path}: {} does not describe {status} {code}: {codes:?}",
        operation["operationId"]
    );
}

/// The codes of a response that is a problem.
fn codes(response: &Value) -> BTreeSet<&str> {
    let schema = &response["content"]["application/problem+json"]["schema"]["allOf"][1];
    let codes = schema["properties"]["code"]["enum"].as_array().into_iter().flatten();
    codes.map(|code| code.as_str().unwrap()).collect()
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let method = if method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let paths = DESCRIPTION["paths"].as_object().unwrap().iter();
    let matching = paths.filter(|(pattern, _)| is_like(pattern, path.trim_end_matches('/')));
    // A path that is described word for word is no other one with an id in it.
    let (_, item) = matching.min_by_key(|(pattern, _)| pattern.matches('{').count())?;
    item.get(method)
}

fn is_like(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, here)| part == here || part.starts_with('{'))
}

#[test]
fn every_problem_of_every_operation_names_its_codes() {
    let mut named = BTreeSet::new();
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                if response["content"].get("application/problem+json").is_some() {
                    let codes = codes(response);
                    assert!(!codes.is_empty(), "{path} {status}");
                    named.extend(codes);
                }
            }
        }
    }
    let all = DESCRIPTION["components"]["schemas"]["ProblemCode"]["enum"].as_array().unwrap();
    let unnamed: Vec<_> = all.iter().map(|code| code.as_str().unwrap()).filter(|code| !named.contains(code)).collect();
    assert_eq!(unnamed, ["method_not_allowed"], "which no operation answers");
}
