use serde::Deserialize;

use super::*;
use crate::checks;
use crate::time::Date;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Form {
    #[validate(custom(function = "checks::line"))]
    name: String,
    #[validate(custom(function = "checks::password"))]
    password: Option<String>,
    #[validate(range(max = 80))]
    years: Option<u8>,
    born: Option<Date>,
    #[validate(nested)]
    inner: Option<Inner>,
    tags: Option<Vec<String>>,
    #[serde(default, deserialize_with = "crate::patch::clearable")]
    #[validate(custom(function = "checks::line"))]
    title: Option<Option<String>>,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Inner {
    #[validate(custom(function = "checks::line"))]
    city: String,
}

fn refused(text: &str) -> (String, Vec<(String, String)>) {
    let problem = parse::<Form>(text.as_bytes()).unwrap_err();
    let fields = problem.errors().iter().map(|error| (error.pointer.clone(), error.code.clone())).collect();
    (problem.code().to_string(), fields)
}

#[track_caller]
fn check(text: &str, pointer: &str, code: &str) {
    assert_eq!(refused(text), ("invalid".to_owned(), vec![(pointer.to_owned(), code.to_owned())]), "{text}");
}

#[test]
fn a_body_is_read() {
    let text = r#" {"name":"Zoë 🩺","years":80,"born":"2000-02-29","inner":{"city":"b"},"tags":[],"title":null} "#;
    let form: Form = parse(text.as_bytes()).unwrap();
    assert_eq!((form.name.as_str(), form.years, form.title), ("Zoë 🩺", Some(80), Some(None)));
    assert!(form.born.is_some() && form.tags.is_some_and(|tags| tags.is_empty()) && form.password.is_none());
}

#[test]
fn the_field_that_cannot_be_read_is_named() {
    check("{}", "/name", "required");
    check(r#"{"name":null}"#, "/name", "null");
    check(r#"{"name":1}"#, "/name", "type");
    check(r#"{"name":"a","nmae":1}"#, "/nmae", "unknown_field");
    check(r#"{"name":"a","a/b~c`, expected":1}"#, "/a~1b~0c`, expected", "unknown_field");
    check(r#"{"name":"a","name":"b"}"#, "/name", "duplicate");
    check(r#"{"name":"a","years":-1}"#, "/years", "type");
    check(r#"{"name":"a","years":256}"#, "/years", "type");
    check(r#"{"name":"a","years":1.5}"#, "/years", "type");
    check(r#"{"name":"a","born":"2027-02-30"}"#, "/born", "format");
    check(r#"{"name":"a","inner":{}}"#, "/inner/city", "required");
    check(r#"{"name":"a","inner":{"city":"b","c":1}}"#, "/inner/c", "unknown_field");
    check(r#"{"name":"a","inner":[]}"#, "/inner", "type");
    check(r#"{"name":"a","tags":["x",7]}"#, "/tags/1", "type");
    check("[]", "", "type");
    check("7", "", "type");
    for text in ["[]", "7"] {
        assert_eq!(parse::<Form>(text.as_bytes()).unwrap_err().detail(), "the body must be an object");
    }
}

#[test]
fn every_field_out_of_shape_is_named() {
    let (code, fields) = refused(r#"{"name":" ","password":"short","inner":{"city":"a\nb"},"title":""}"#);
    assert_eq!(code, "invalid");
    let pointers: Vec<_> = fields.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/inner/city", "/name", "/password", "/title"]);
}

#[test]
fn what_was_sent_is_not_repeated() {
    for text in [
        r#"{"name":"a","password":"hunter2"}"#,
        r#"{"name":"a","years":"hunter2"}"#,
        r#"{"name":"a","born":"hunter2"}"#,
        r#"{"name":"a","inner":"hunter2, expected hunter2"}"#,
    ] {
        let problem = parse::<Form>(text.as_bytes()).unwrap_err();
        assert!(!format!("{problem} {:?}", problem.errors()).contains("hunter2"), "{problem}");
    }
}

#[test]
fn what_is_not_json_is_malformed() {
    let deep = "[".repeat(200);
    for text in ["", "{", "{\"name\":}", "{\"name\":\"a\"} x", "\u{feff}{}", "nul", "{'name':1}", &deep] {
        assert_eq!(refused(text).0, "malformed_json", "{text}");
    }
    assert_eq!(parse::<Form>(b"{\"name\":\"\xff\"}").unwrap_err().code(), Code::MalformedJson);
}
