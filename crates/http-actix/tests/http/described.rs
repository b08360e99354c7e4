//! That every answer is one that the description has for its operation: the status, the media type, the headers, and of a
//! problem the code.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use actix_web::http::Method;
use serde_json::Value;

use crate::ask::Answer;

pub(crate) static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&http_actix::openapi().to_json().unwrap()).unwrap());

/// Headers that any answer of any server may have, and that say nothing of an operation: its media type is described, and
/// the others encode the body, part caches, or protect a browser.
const OF_ANY_ANSWER: [&str; 7] = [
    "content-encoding",
    "content-security-policy",
    "content-type",
    "referrer-policy",
    "vary",
    "x-content-type-options",
    "x-frame-options",
];

/// Headers that are absent where requests are not counted.
const OF_COUNTED: [&str; 2] = ["ratelimit", "ratelimit-policy"];

/// Stops the test where an operation has answered what it does not describe.
#[track_caller]
pub(crate) fn assert_described(method: &Method, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else { return };
    let status = answer.status.as_str();
    let asked = format!("{method} {path}: {} answers {status}", operation["operationId"]);
    let response = resolved(&operation["responses"][status]);
    assert!(response.is_object(), "{asked}, which is not described");

    let media_type = answer.header("content-type").and_then(|text| text.split(';').next());
    if let Some(media_type) = media_type.filter(|_| !answer.body.is_empty()) {
        assert!(response["content"].get(media_type).is_some(), "{asked} as {media_type}, which is not described");
    }
    assert_headers(&asked, response, answer);
    if media_type == Some("application/problem+json") {
        let (code, codes) = (answer.code(), codes(response));
        assert!(codes.contains(code.as_str()), "{asked} {code}, which is not described: {codes:?}");
    }
}

#[track_caller]
fn assert_headers(asked: &str, response: &Value, answer: &Answer) {
    let described: BTreeSet<String> =
        response["headers"].as_object().into_iter().flatten().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let is_of_any = |name: &str| {
        OF_ANY_ANSWER.contains(&name)
            || name.starts_with("access-control-")
            || (name == "cache-control" && answer.header(name) == Some("no-store"))
    };
    let there: BTreeSet<String> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
    let undescribed: Vec<_> = there.difference(&described).filter(|name| !is_of_any(name)).collect();
    assert!(undescribed.is_empty(), "{asked} with {undescribed:?}, which are not described");
    let missing: Vec<_> = described.difference(&there).filter(|name| !OF_COUNTED.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "{asked} without {missing:?}, which are described");
}

/// The codes of a response that is a problem.
fn codes(response: &'static Value) -> BTreeSet<&'static str> {
    let problem = resolved(&response["content"]["application/problem+json"]["schema"]);
    let code = resolved(&problem["allOf"][1]["properties"]["code"]);
    code["enum"].as_array().into_iter().flatten().map(|code| code.as_str().unwrap()).collect()
}

/// What is referred to, where it is a reference.
pub(crate) fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => DESCRIPTION.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
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
                let response = resolved(response);
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
