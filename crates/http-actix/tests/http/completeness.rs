//! That the description leaves nothing to be guessed: schemas of refusals, names, examples.

use serde_json::Value;

use crate::described::{DESCRIPTION, resolved};
use crate::description::operations;

/// Everything below a value, itself too, with the pointer to it.
fn each(value: &'static Value, place: &str, visit: &mut impl FnMut(&str, &'static Value)) {
    visit(place, value);
    let mut below = |name: &str, value| each(value, &format!("{place}/{name}"), visit);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_refusal_has_a_schema() {
    for (name, operation) in operations(&DESCRIPTION) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = resolved(response);
            if status.starts_with(['4', '5']) && response["content"].get("application/problem+json").is_none() {
                let told = response["description"].as_str().unwrap();
                assert!(told.ends_with("the answer has no body."), "{name} {status}: {told}");
            }
        }
    }
}

#[test]
fn every_schema_of_an_object_or_of_words_has_a_name() {
    let mut nameless = Vec::new();
    each(&DESCRIPTION, "", &mut |place, value| {
        // A part of a named whole is no type of its own, and a constant needs no name.
        let parts: Vec<&str> = place.split('/').skip(1).collect();
        let is_named =
            matches!(parts.as_slice(), ["components", "schemas", _] | ["components", "schemas", _, "allOf", _]);
        let is_object = value["type"] == "object" && value.get("properties").is_some();
        let is_of_words = value["enum"].as_array().is_some_and(|words| 1 < words.len());
        if (is_object || is_of_words) && !is_named {
            nameless.push(place.to_owned());
        }
    });
    assert_eq!(nameless, Vec::<String>::new());
}

/// Names of one word that say what they are wherever they stand.
const CLEAR_ALONE: [&str; 5] = ["Gender", "Instant", "Language", "Role", "Weekday"];

#[test]
fn every_name_says_what_it_is_of() {
    let words = |name: &str| name.chars().filter(char::is_ascii_uppercase).count();
    let names = DESCRIPTION["components"]["schemas"].as_object().unwrap().keys();
    let of_one_word: Vec<_> = names.filter(|name| words(name) == 1).collect();
    assert_eq!(of_one_word, CLEAR_ALONE);
}

#[test]
fn every_body_and_parameter_has_an_example() {
    let mut without = Vec::new();
    for (name, operation) in operations(&DESCRIPTION) {
        if operation.get("requestBody").is_some_and(|body| body["content"]["application/json"]["example"].is_null()) {
            without.push(format!("{name}: the body"));
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        // Only an answer gives a cursor.
        let silent = parameters.filter(|parameter| parameter["example"].is_null() && parameter["name"] != "cursor");
        without.extend(silent.map(|parameter| format!("{name}: {}", parameter["name"])));
    }
    assert_eq!(without, Vec::<String>::new());
}
