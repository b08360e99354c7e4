//! Every field of every body.

mod forms;
mod slow_fuzz;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::complaint;
use super::fields::Presence;
use crate::ask::Ask;
use crate::house::House;
use forms::{Form, Scene, forms};

/// Every body that a form makes, with the field that is wrong in it.
fn spoiled(form: &Form, scene: &Scene) -> Vec<(String, Value)> {
    let good = form.body(scene);
    let mut bodies = vec![];
    for (pointer, kind, presence) in form.fields {
        let mut with = |value: Option<Value>| bodies.push(((*pointer).to_owned(), replaced(&good, pointer, value)));
        kind.wrong().into_iter().for_each(|value| with(Some(value)));
        match presence {
            Presence::Required => {
                with(None);
                with(Some(Value::Null));
            }
            Presence::NotNull => with(Some(Value::Null)),
            Presence::Nullable => {}
        }
    }
    let parts = form.fields.iter().filter_map(|(pointer, ..)| pointer.rsplit_once('/').map(|(part, _)| part));
    let mut parts: Vec<&str> = parts.collect();
    parts.dedup();
    for part in parts {
        let pointer = format!("{part}/unknown_field");
        bodies.push((pointer.clone(), replaced(&good, &pointer, Some(json!(1)))));
    }
    bodies
}

/// The body with another value, or none, at this pointer.
fn replaced(body: &Value, pointer: &str, value: Option<Value>) -> Value {
    let mut body = body.clone();
    let (part, name) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    let members: &mut Map<String, Value> = body.pointer_mut(part).and_then(Value::as_object_mut).expect("it is there");
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    body
}

#[actix_web::test]
async fn every_field_of_every_body_is_refused_by_name() {
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for form in forms() {
        let scene = Scene::set(House::open().await);
        for (pointer, body) in spoiled(&form, &scene) {
            sent += 1;
            let ask = form.ask(&scene).json(&body);
            wrong.extend(complaint(&scene.house, form.who, ask, &pointer).await.map(|complaint| {
                let value = body.pointer(&pointer).map(|value| value.to_string().chars().take(60).collect::<String>());
                format!("{complaint} ({value:?})")
            }));
        }
    }
    assert!(wrong.is_empty(), "{} of {sent}:\n{}", wrong.len(), wrong.join("\n"));
}

#[actix_web::test]
async fn every_good_body_is_accepted() {
    for form in forms() {
        let scene = Scene::set(House::open().await);
        let ask = form.ask(&scene).json(&form.body(&scene));
        let answer = scene.house.ask(form.who, ask).await;
        assert!(answer.status.is_success(), "{}: {}", form.name, String::from_utf8_lossy(&answer.body));
    }
}

#[actix_web::test]
async fn what_need_not_be_there_may_be_null() {
    for form in forms() {
        let nullable = form.fields.iter().filter(|(.., presence)| *presence == Presence::Nullable);
        for (pointer, ..) in nullable.filter(|(pointer, ..)| !form.one_of.contains(pointer)) {
            for value in [Some(Value::Null), None] {
                let scene = Scene::set(House::open().await);
                let body = replaced(&form.body(&scene), pointer, value);
                let answer = scene.house.ask(form.who, form.ask(&scene).json(&body)).await;
                assert!(answer.status.is_success(), "{} {pointer}: {}", form.name, answer.json());
            }
        }
    }
}

#[actix_web::test]
async fn a_body_is_an_object() {
    for form in forms() {
        let scene = Scene::set(House::open().await);
        let before = scene.house.contents();
        for body in [json!([]), json!([1, 2, 3]), json!("text"), json!(7), json!(true)] {
            let answer = scene.house.ask(form.who, form.ask(&scene).json(&body)).await;
            answer.expect_problem(422, "invalid");
        }
        for text in ["{", "{]", "{\"a", "not json", "{'a':1}", "\u{feff}{}", "{\"\\ud800\":1}"] {
            let ask: Ask = form.ask(&scene).bytes("application/json", text);
            scene.house.ask(form.who, ask).await.expect_problem(400, "malformed_json");
        }
        assert_eq!(scene.house.contents(), before, "{}", form.name);
    }
}

/// The name of a schema that an operation reads, also where it may be null.
fn schema_of(operation: &Value) -> Option<&str> {
    let schema = operation.pointer("/requestBody/content/application~1json/schema")?;
    let reference = schema.get("$ref").or_else(|| schema.pointer("/oneOf/0/$ref"))?;
    reference.as_str()?.rsplit('/').next()
}

#[test]
fn no_field_of_any_body_is_left_out_of_the_forms() {
    let description: Value = serde_json::to_value(http_actix::openapi()).unwrap();
    let mut tried: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut described: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let forms = forms();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let Some(schema) = schema_of(operation) else { continue };
            let properties = description["components"]["schemas"][schema]["properties"].as_object().unwrap();
            described.entry(schema).or_default().extend(properties.keys().map(String::as_str));
            let name = format!("{} {path}", method.to_uppercase());
            let here = forms.iter().filter(|form| form.described_as() == name).flat_map(|form| form.fields);
            let names = here.filter_map(|(pointer, ..)| pointer.split('/').nth(1));
            tried.entry(schema).or_default().extend(names);
        }
    }
    assert_eq!(tried, described);
}
