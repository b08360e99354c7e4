//! What is asked with slips is answered all the same: as a success, or with a reason.

use std::cell::RefCell;

use actix_web::rt::System;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use testkit::fuzz::{self, Slip};

use super::forms::{Scene, forms};
use super::replaced;
use crate::ask::{Answer, Ask};
use crate::bad_input::queries::LISTS;
use crate::house::{House, Who};

/// What has been written slows a store in memory down, so each so many requests get a new one.
const REQUESTS_PER_SCENE: u32 = 500;

/// A clinic that is replaced now and then.
struct Clinics {
    system: actix_web::rt::SystemRunner,
    scene: RefCell<(u32, Scene)>,
}

impl Clinics {
    fn open() -> Self {
        let system = System::new();
        let scene = system.block_on(async { Scene::set(House::open().await) });
        Self { system, scene: RefCell::new((0, scene)) }
    }

    fn ask(&self, who: Who, ask: impl FnOnce(&Scene) -> Ask) -> Answer {
        let (asked, scene) = &mut *self.scene.borrow_mut();
        *asked += 1;
        if REQUESTS_PER_SCENE < *asked {
            *asked = 0;
            *scene = self.system.block_on(async { Scene::set(House::open().await) });
        }
        let ask = ask(scene);
        self.system.block_on(scene.house.ask(who, ask))
    }
}

/// A refusal has a code and says why; one of shapes names each field.
fn is_answered(answer: &Answer) -> Result<(), TestCaseError> {
    let (status, told) = (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned());
    prop_assert!(status < 500, "{}: {}", status, told);
    if 400 <= status {
        let problem = answer.json();
        prop_assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        prop_assert!(
            !answer.code().is_empty() && problem["detail"].as_str().is_some_and(|why| !why.is_empty()),
            "{}",
            told
        );
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        prop_assert!(answer.code() != "invalid" || !errors.is_empty(), "{}", told);
        for error in errors {
            let named = error["pointer"].as_str().is_some_and(|place| place.is_empty() || place.starts_with('/'));
            prop_assert!(named && error["message"].as_str().is_some_and(|why| !why.is_empty()), "{}", told);
        }
    }
    Ok(())
}

/// A value that hardly any field expects.
fn odd_value() -> impl Strategy<Value = Value> {
    let fixed = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("x".repeat(6_000)),
        json!([]),
        json!({}),
        json!([[[[null]]]]),
        json!({"$ref": "#"}),
        json!("9999-12-31T23:59:59Z"),
        json!("0001-01-01"),
        json!("00000000-0000-0000-0000-000000000000"),
    ];
    prop_oneof![
        select(fixed.to_vec()),
        fuzz::text(&["2027-03-01T09:00:00Z", "+2348035550199", "ada@example.org"]).prop_map(Value::from)
    ]
}

/// What goes wrong with a body: fields have other values, then the text gets slips.
fn mishaps() -> impl Strategy<Value = (Vec<(Index, Value)>, Vec<Slip>)> {
    (vec((any::<Index>(), odd_value()), 0..3), prop_oneof![Just(Vec::new()), fuzz::slips()])
}

#[test]
fn a_body_with_mishaps_is_accepted_or_refused_with_a_reason() {
    let (clinics, forms) = (Clinics::open(), forms());
    proptest!(|(form in 0..forms.len(), (values, slips) in mishaps())| {
        let form = &forms[form];
        let answer = clinics.ask(form.who, |scene| {
            let spoil = |body: Value, (at, value): (Index, Value)| {
                let (pointer, ..) = form.fields[at.index(form.fields.len())];
                let part = pointer.rsplit_once('/').and_then(|(part, _)| body.pointer(part));
                if part.is_some_and(Value::is_object) { replaced(&body, pointer, Some(value)) } else { body }
            };
            let body = values.into_iter().fold(form.body(scene), spoil);
            form.ask(scene).bytes("application/json", fuzz::typed(&body.to_string(), &slips))
        });
        is_answered(&answer)?;
    });
}

const VALUES: &[&str] = &[
    "2027-03-01",
    "2027-03-01T09:00:00+01:00",
    "10",
    "true",
    "free",
    "booked",
    "earliest_free",
    "Zoë",
    "+2348035550199",
    "01890a5d-ac96-774b-bcce-b302099a8057",
];

#[test]
fn a_query_with_slips_is_answered_or_refused_with_a_reason() {
    let clinics = Clinics::open();
    let parameter = (any::<Index>(), fuzz::text(VALUES), prop_oneof![9 => Just(Vec::new()), 1 => fuzz::slips()]);
    proptest!(|(list in select(LISTS), parameters in vec(parameter, 0..4))| {
        let (path, who, names) = list;
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (at, value, slips) in parameters {
            let name = if at.index(names.len() + 1) == 0 { "limit" } else { names[at.index(names.len())] };
            query.append_pair(&fuzz::typed(name, &slips), &value);
        }
        is_answered(&clinics.ask(who, |_| Ask::get(format!("{path}?{}", query.finish()))))?;
    });
}

#[test]
fn a_path_with_slips_leads_somewhere_or_nowhere() {
    let clinics = Clinics::open();
    let forms = forms();
    proptest!(|(form in 0..forms.len(), slips in fuzz::slips())| {
        let form = &forms[form];
        let answer = clinics.ask(form.who, |scene| {
            let mut ask = form.ask(scene).json(&form.body(scene));
            let path: String = fuzz::typed(&ask.path[1..], &slips).chars().filter(|c| !matches!(c, '?' | '#')).collect();
            ask.path = format!("/{}", path.split('/').map(encoded).collect::<Vec<_>>().join("/"));
            ask
        });
        is_answered(&answer)?;
    });
}

/// A segment of a path, with everything escaped that need be.
fn encoded(segment: &str) -> String {
    form_urlencoded::byte_serialize(segment.as_bytes()).collect()
}
