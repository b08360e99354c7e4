//! The description of the interface, and the page that shows it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

fn description() -> Value {
    serde_json::from_str(&http_actix::openapi().to_json().unwrap()).unwrap()
}

/// Each operation, by method and path.
pub(crate) fn operations(description: &Value) -> Vec<(String, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, what)| (format!("{method} {path}"), what))
        })
        .collect()
}

/// Every `$ref` below.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                found.insert(reference);
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn it_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let description = description();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

/// Every list of values below that is not of identifiers, with the names beside it.
fn odd_enums<'a>(value: &'a Value, found: &mut Vec<(&'a Vec<Value>, &'a Value)>) {
    let is_odd =
        |word: &Value| word.as_str().is_some_and(|w| !w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    if let Some(words) = value["enum"].as_array().filter(|words| words.iter().any(is_odd)) {
        found.push((words, &value["x-enum-varnames"]));
    }
    match value {
        Value::Object(members) => members.values().for_each(|value| odd_enums(value, found)),
        Value::Array(items) => items.iter().for_each(|value| odd_enums(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn values_that_make_no_identifiers_have_names_for_generated_clients() {
    let description = description();
    let mut found = Vec::new();
    odd_enums(&description["components"], &mut found);
    assert!(!found.is_empty());
    for (words, names) in found {
        let names: BTreeSet<_> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(names.len(), words.len(), "{words:?} {names:?}");
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric())), "{names:?}");
    }
}

#[test]
fn the_examples_name_the_slot_with_its_start_and_the_answer_its_headers() {
    let description = description();
    let booking = &description["paths"]["/api/v1/appointments"]["post"];
    let moving = &description["paths"]["/api/v1/appointments/{id}/reschedule"]["post"];
    for operation in [booking, moving] {
        let example = operation["requestBody"]["content"]["application/json"]["example"].as_object().unwrap();
        assert_eq!(example.keys().collect::<Vec<_>>(), ["slot_id", "starts_at"]);
    }
    for header in ["ETag", "Location"] {
        let reference = &booking["responses"]["201"]["headers"][header]["$ref"];
        assert_eq!(reference, &format!("#/components/headers/{header}"));
    }
}

#[test]
fn readiness_is_described_by_what_it_can_answer() {
    let description = description();
    let answers = description["paths"]["/readyz"]["get"]["responses"].as_object().unwrap();
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["200", "400", "500", "503"]);
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_how_it_refuses() {
    let description = description();
    let operations = operations(&description);
    let names: BTreeSet<&str> = operations.iter().map(|(_, what)| what["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    for (name, what) in operations {
        let fixed = ["/healthz", "/.well-known/", "/problems/", "/api/v1/openapi.json"];
        if fixed.iter().any(|path| name.contains(path)) {
            continue;
        }
        let refusals = what["responses"].as_object().unwrap();
        assert_eq!(refusals["500"]["$ref"], "#/components/responses/InternalProblem", "{name}");
        let open = ["/auth/register", "/auth/login", "/auth/refresh"].iter().any(|path| name.ends_with(path));
        let guarded = refusals.contains_key("403") && !open;
        assert_eq!(what["security"] != json!([]), guarded, "{name}");
        assert!(refusals.contains_key("404") || !name.contains('{'), "{name}");
    }
}

#[test]
fn every_path_of_the_contract_is_there() {
    let description = description();
    let operations: BTreeSet<String> = operations(&description).into_iter().map(|(name, _)| name).collect();
    let contract = "
        post /auth/register|post /auth/login|post /auth/refresh|post /auth/logout|get /auth/sessions
        delete /auth/sessions/{id}|get /auth/me|patch /auth/me|get /openapi.json
        get /doctors|get /doctors/{id}|get /doctors/me|patch /doctors/me|patch /doctors/{id}
        get /patients|get /patients/{id}|patch /patients/{id}|get /patients/me|patch /patients/me
        post /slots|post /slots/bulk|get /slots|get /slots/{id}|patch /slots/{id}|delete /slots/{id}
        post /slots/bulk-delete|get /availability
        post /appointments|get /appointments|get /appointments/{id}|patch /appointments/{id}
        get /appointments/{id}/history|post /appointments/{id}/reschedule|post /appointments/{id}/cancel
        post /appointments/{id}/confirm|post /appointments/{id}/refuse|post /appointments/{id}/arrive
        post /appointments/{id}/check-in|post /appointments/{id}/complete|post /appointments/{id}/no-show";
    for entry in contract.split(['|', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
        let (method, path) = entry.split_once(' ').unwrap();
        assert!(operations.contains(&format!("{method} /api/v1{path}")), "{entry}");
    }
}

#[actix_web::test]
async fn it_is_served_as_it_is_printed() {
    let house = House::open().await;
    let served = house.ask(Who::Nobody, Ask::get("/api/v1/openapi.json")).await.expect(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert_eq!(served.json(), description());
}

#[actix_web::test]
async fn swagger_ui_comes_from_here_alone() {
    let house = House::open().await;
    for path in ["/api/docs", "/api/docs/"] {
        let answer = house.ask(Who::Nobody, Ask::get(path)).await.expect(308);
        assert_eq!(answer.header("location"), Some("/api/docs/index.html"));
    }
    let page = house.ask(Who::Nobody, Ask::get("/api/docs/index.html")).await.expect(200);
    assert!(String::from_utf8_lossy(&page.body).contains("swagger-ui"));
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    let start = house.ask(Who::Nobody, Ask::get("/api/docs/swagger-initializer.js")).await.expect(200);
    let start = String::from_utf8_lossy(&start.body).into_owned();
    assert!(start.contains("/api/v1/openapi.json") && !start.contains("petstore"), "{start}");
    house.ask(Who::Nobody, Ask::get("/api/docs/nothing.js")).await.expect_problem(404, "not_found");
}
