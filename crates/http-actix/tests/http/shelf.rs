//! Pages that are remembered: what they spare the store, and when they are not used.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use application::App;
use application::ports::{AnyStore, Store};
use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use scheduling_core::{AppointmentStatus, Interval};
use serde_json::json;
use testkit::Shared;

use crate::ask::{Answer, Ask};
use crate::house::{House, Serve, Who, serve};

const AVAILABILITY: &str = "/api/v1/availability";
const SLOTS: &str = "/api/v1/slots";

type Deed = Box<dyn FnOnce() + Send>;

/// A store that counts how often it is asked, is away when it is told to, and after whose next reading something else
/// happens before the reader has it.
struct Watched {
    store: Shared,
    asked: AtomicU32,
    is_away: AtomicBool,
    meanwhile: Mutex<Option<Deed>>,
}

impl Watched {
    fn take_asked(&self) -> u32 {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

impl UnitOfWork<dyn Store> for Watched {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.is_away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "away".to_owned() });
        }
        self.store.attempt(access, work)?;
        let deed = if access == Access::Read { self.meanwhile.lock().unwrap().take() } else { None };
        if let Some(deed) = deed {
            deed();
        }
        Ok(())
    }
}

/// A house with a free slot, and a node of it whose store is watched.
async fn watched() -> (House, Arc<Watched>, Serve) {
    let (house, store, node, _) = watched_app().await;
    (house, store, node)
}

async fn watched_app() -> (House, Arc<Watched>, Serve, App) {
    let house = House::open().await;
    house.free_slot("2026-11-23T09:00:00Z");
    let store = Shared::clone(house.clinic.store());
    let store = Arc::new(Watched {
        store,
        asked: AtomicU32::new(0),
        is_away: AtomicBool::new(false),
        meanwhile: Mutex::default(),
    });
    let app = house.app_on(store.clone());
    let node = serve(app.clone()).await;
    // It learns the settings.
    house.ask_at(&node, Who::Nobody, Ask::get(format!("{AVAILABILITY}?city=nowhere"))).await.expect(200);
    store.take_asked();
    (house, store, node, app)
}

fn rows(answer: &Answer) -> usize {
    answer.json()["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn the_same_page_is_asked_of_the_store_once_however_it_is_spelled() {
    let (house, store, node) = watched().await;
    let (doctor, here) = (house.doctor, house.clinic.location().id);
    for spellings in [
        vec![String::new(), "?limit=10".to_owned(), "?".to_owned()],
        vec![
            format!("?location_id={here}&include_total=false"),
            format!("?location_id={}", here.to_string().to_uppercase()),
        ],
        vec!["?include_total=true".to_owned(), "?limit=10&include_total=true".to_owned()],
        vec![
            "?city=Berlin&specialty=general-practice".to_owned(),
            "?specialty=General+Practice&city=BERLIN".to_owned(),
        ],
        vec![
            format!("?doctor_id={doctor}&from=2026-11-21&time_zone=UTC"),
            format!("?from=2026-11-21T01:00:00%2B01:00&doctor_id={doctor}"),
        ],
    ] {
        let mut answers = Vec::new();
        for query in &spellings {
            answers
                .push(house.ask_at(&node, Who::Nobody, Ask::get(format!("{AVAILABILITY}{query}"))).await.expect(200));
        }
        assert_eq!(store.take_asked(), 1, "{spellings:?}");
        for answer in &answers {
            assert_eq!((rows(answer), &answer.body), (1, &answers[0].body), "{spellings:?}");
            for header in ["etag", "content-type", "cache-control"] {
                assert!(answer.header(header).is_some(), "{header}");
                assert_eq!(answer.header(header), answers[0].header(header), "{spellings:?}");
            }
        }
    }
}

#[actix_web::test]
async fn a_page_of_another_place_or_with_a_total_is_another_page() {
    let (house, store, node) = watched().await;
    let (here, nowhere) = (house.clinic.location().id, uuid::Uuid::nil());
    for (query, found, total) in [
        (String::new(), 1, None),
        (format!("location_id={here}"), 1, None),
        (format!("location_id={nowhere}"), 0, None),
        ("include_total=true".to_owned(), 1, Some(1)),
        (format!("location_id={nowhere}&include_total=true"), 0, Some(0)),
    ] {
        for asked in [1, 0] {
            let ask = Ask::get(format!("{AVAILABILITY}?{query}"));
            let answer = house.ask_at(&node, Who::Nobody, ask).await.expect(200);
            assert_eq!((rows(&answer), answer.json()["total"].as_u64()), (found, total), "{query}");
            assert_eq!(store.take_asked(), asked, "{query}");
        }
    }
}

#[actix_web::test]
async fn whoever_is_known_gets_a_known_page_without_the_store() {
    let (house, store, node) = watched().await;
    let mine = format!("{SLOTS}?doctor_id={}", house.doctor);
    // The caller is looked up, then the page; after that, only whoever has not been here yet.
    for (who, path, asked) in [
        (Who::Patient, mine.as_str(), 2),
        (Who::Patient, mine.as_str(), 0),
        (Who::OtherPatient, mine.as_str(), 1),
        (Who::OtherPatient, mine.as_str(), 0),
        (Who::Doctor, mine.as_str(), 2),
        (Who::Doctor, SLOTS, 0),
        (Who::Receptionist, mine.as_str(), 1),
        (Who::Receptionist, SLOTS, 1),
        (Who::Patient, "/api/v1/auth/me", 1),
        (Who::Patient, "/api/v1/auth/me", 1),
    ] {
        house.ask_at(&node, who, Ask::get(path)).await.expect(200);
        assert_eq!(store.take_asked(), asked, "{who:?} {path}");
    }
}

#[actix_web::test]
async fn many_who_want_the_same_at_once_wait_for_one_page() {
    let (house, store, node) = watched().await;
    // The one who fetches it is held up until all have come.
    let (open, gate) = std::sync::mpsc::channel();
    *store.meanwhile.lock().unwrap() = Some(Box::new(move || gate.recv().unwrap()));
    let everyone = (0..50).map(|_| house.ask_at(&node, Who::Nobody, Ask::get(AVAILABILITY)));
    let (answers, ()) = join(join_all(everyone), async { open.send(()).unwrap() }).await;
    assert_eq!(store.take_asked(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body));
}

#[actix_web::test]
async fn what_was_written_while_a_page_was_read_makes_it_old() {
    let (house, store, node, app) = watched_app().await;
    let caller = app.caller(&app.claims(&house.pass(Who::Doctor).access_token).unwrap(), None).unwrap();
    let day = testkit::sample::instant("2026-11-24T09:00:00Z");
    let publish = move || {
        let half_an_hour = Interval::new(day, day + TimeDelta::minutes(30)).unwrap();
        app.publish_slot(&caller, None, half_an_hour).unwrap();
    };
    *store.meanwhile.lock().unwrap() = Some(Box::new(publish));
    let found = async || rows(&house.ask_at(&node, Who::Nobody, Ask::get(AVAILABILITY)).await.expect(200));
    assert_eq!((found().await, found().await), (1, 2));
}

#[actix_web::test]
async fn whose_session_was_ended_while_it_was_looked_up_is_not_remembered() {
    let (house, store, node, app) = watched_app().await;
    let caller = app.caller(&app.claims(&house.pass(Who::Patient).access_token).unwrap(), None).unwrap();
    house.clock.advance(TimeDelta::seconds(1));
    *store.meanwhile.lock().unwrap() = Some(Box::new(move || app.logout(&caller).unwrap()));
    house.ask_at(&node, Who::Patient, Ask::get(SLOTS)).await.expect(200);
    house.ask_at(&node, Who::Patient, Ask::get(SLOTS)).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_failure_is_told_and_not_remembered() {
    let (house, store, node) = watched().await;
    store.is_away.store(true, Ordering::SeqCst);
    let everyone = (0..5).map(|_| house.ask_at(&node, Who::Nobody, Ask::get(AVAILABILITY)));
    for answer in join_all(everyone).await {
        answer.expect_problem(503, "unavailable");
    }
    store.is_away.store(false, Ordering::SeqCst);
    assert_eq!(rows(&house.ask_at(&node, Who::Nobody, Ask::get(AVAILABILITY)).await.expect(200)), 1);
}

#[actix_web::test]
async fn what_another_node_has_written_is_seen_a_second_later() {
    let house = House::open().await;
    let node = house.another_node().await;
    let slot = house.free_slot("2026-11-23T09:00:00Z");
    let found = async || rows(&house.ask_at(&node, Who::Nobody, Ask::get(AVAILABILITY)).await.expect(200));
    assert_eq!(found().await, 1);
    let book = Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot.uuid()}));
    house.ask(Who::Patient, book).await.expect(201);
    house.clock.advance(TimeDelta::milliseconds(999));
    assert_eq!(found().await, 1, "the other node is not asked");
    house.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(found().await, 0);
}

#[actix_web::test]
async fn a_place_that_has_another_name_has_it_on_every_page_at_once() {
    let house = House::open().await;
    house.free_slot("2026-11-23T09:00:00Z");
    let pages = [(Who::Nobody, AVAILABILITY), (Who::Doctor, SLOTS)];
    let names = async || {
        let mut names = Vec::new();
        for (who, path) in pages {
            let row = house.ask(who, Ask::get(path)).await.expect(200).json()["items"][0].clone();
            names.push(["location_name", "city", "time_zone"].map(|name| row[name].as_str().unwrap().to_owned()));
        }
        names
    };
    assert_eq!(names().await, [["Clinic by the river", "Berlin", "UTC"]; 2]);
    let path = format!("/api/v1/locations/{}", house.clinic.location().id);
    let edit = Ask::patch(path).whatever_is_there().json(&json!({"name": "Clinic on the hill", "city": "Potsdam"}));
    house.ask(Who::Admin, edit).await.expect(200);
    assert_eq!(names().await, [["Clinic on the hill", "Potsdam", "UTC"]; 2]);
}

#[actix_web::test]
async fn a_session_that_was_ended_is_over_here_at_once_and_elsewhere_a_second_later() {
    let house = House::open().await;
    let node = house.another_node().await;
    let me = || Ask::get("/api/v1/auth/me");
    house.ask(Who::Patient, me()).await.expect(200);
    house.ask_at(&node, Who::Patient, me()).await.expect(200);
    house.ask(Who::Patient, Ask::post("/api/v1/auth/logout")).await.expect(204);
    house.ask(Who::Patient, me()).await.expect_problem(401, "unauthenticated");
    house.clock.advance(TimeDelta::milliseconds(999));
    house.ask(Who::Patient, me()).await.expect_problem(401, "unauthenticated");
    house.ask_at(&node, Who::Patient, me()).await.expect(200);
    house.clock.advance(TimeDelta::milliseconds(1));
    house.ask_at(&node, Who::Patient, me()).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_time_that_has_begun_is_not_shown() {
    let house = House::open().await;
    let start = testkit::sample::instant("2026-11-23T09:00:00Z");
    house.free_slot("2026-11-23T09:00:00Z");
    let body = json!({"identifier": house.email(Who::Patient), "password": testkit::sample::PASSWORD});
    house.clock.set(start - TimeDelta::milliseconds(500));
    // The pass of before has expired meanwhile.
    let token = house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&body)).await.expect(200).json();
    let token = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let found = async |ask: Ask| rows(&house.ask(Who::Nobody, ask).await.expect(200));
    for (now, both) in [(start - TimeDelta::milliseconds(500), 1), (start - TimeDelta::microseconds(1), 1), (start, 0)]
    {
        house.clock.set(now);
        let slots = Ask::get(SLOTS).with("Authorization", token.as_str());
        assert_eq!((found(Ask::get(AVAILABILITY)).await, found(slots).await), (both, both), "{now}");
    }
}

#[actix_web::test]
async fn what_the_client_has_is_not_sent_again_until_it_is_different() {
    let house = House::open().await;
    let slot = house.free_slot("2026-11-23T09:00:00Z");
    house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
    for (who, path, cache) in [(Who::Nobody, AVAILABILITY, "no-cache"), (Who::Doctor, SLOTS, "private, no-cache")] {
        let first = house.ask(who, Ask::get(path)).await.expect(200);
        let tag = first.header("etag").unwrap().to_owned();
        assert_eq!(first.header("cache-control"), Some(cache));
        assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong one: {tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            for method in [Method::GET, Method::HEAD] {
                let again =
                    house.ask(who, Ask::new(method, path).with("If-None-Match", known.as_str())).await.expect(304);
                assert!(again.body.is_empty(), "{known}");
                assert_eq!((again.header("etag"), again.header("cache-control")), (Some(tag.as_str()), Some(cache)));
            }
        }
        let other = house.ask(who, Ask::get(path).with("If-None-Match", "\"x\"")).await.expect(200);
        assert_eq!(other.body, first.body);
    }
    let tag = |answer: &Answer| answer.header("etag").unwrap().to_owned();
    let before = tag(&house.ask(Who::Nobody, Ask::get(AVAILABILITY)).await);
    let book = Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot.uuid()}));
    house.ask(Who::Patient, book).await.expect(201);
    let after = house.ask(Who::Nobody, Ask::get(AVAILABILITY).with("If-None-Match", before.as_str())).await.expect(200);
    assert_ne!(tag(&after), before);
}

#[actix_web::test]
async fn a_page_of_those_who_manage_slots_is_never_shown_to_those_who_do_not() {
    let house = House::open().await;
    house.free_slot("2026-11-23T09:00:00Z");
    house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
    let path = format!("{SLOTS}?doctor_id={}", house.doctor);
    for (who, found) in [
        (Who::Admin, 2),
        (Who::Patient, 1),
        (Who::Receptionist, 2),
        (Who::OtherDoctor, 1),
        (Who::Doctor, 2),
        (Who::OtherPatient, 1),
    ] {
        assert_eq!(rows(&house.ask(who, Ask::get(path.as_str())).await.expect(200)), found, "{who:?}");
    }
}
