//! Locations and specialties.

use serde_json::json;

use crate::ask::Ask;
use crate::house::{House, Who};

const LOCATIONS: &str = "/api/v1/locations";
const SPECIALTIES: &str = "/api/v1/specialties";

#[actix_web::test]
async fn anybody_reads_the_specialties_and_an_administrator_keeps_them() {
    let house = House::open().await;
    let listed = async |code: &str| {
        let list = house.ask(Who::Nobody, Ask::get(SPECIALTIES)).await.expect(200).json();
        let items = list["items"].as_array().unwrap().clone();
        items.into_iter().find(|specialty| specialty["code"] == code)
    };
    assert_eq!(listed("cardiology").await, Some(json!({"code": "cardiology", "name": "Cardiology"})));
    let new = json!({"code": "space_medicine", "name": "Space medicine"});
    let added = house.ask(Who::Admin, Ask::post(SPECIALTIES).json(&new)).await.expect(201);
    assert_eq!(added.header("location"), Some("/api/v1/specialties/space_medicine"));
    assert_eq!(listed("space_medicine").await, Some(new.clone()));
    let again = house.ask(Who::Admin, Ask::post(SPECIALTIES).json(&new)).await.expect_problem(409, "specialty_taken");
    assert_eq!(again.pointers(), ["/code"]);

    let path = format!("{SPECIALTIES}/space_medicine");
    let renamed = json!({"name": "Aerospace medicine"});
    house.ask(Who::Admin, Ask::patch(&path).json(&renamed)).await.expect(200);
    assert_eq!(listed("space_medicine").await.unwrap()["name"], "Aerospace medicine");

    let own = json!({"specialties": ["space_medicine"]});
    house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&own)).await.expect(200);
    house.ask(Who::Admin, Ask::delete(&path)).await.expect_problem(409, "specialty_in_use");
    let other = json!({"specialties": ["urology"]});
    house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&other)).await.expect(200);
    house.ask(Who::Admin, Ask::delete(&path)).await.expect(204);
    assert_eq!(listed("space_medicine").await, None);
    let gone = house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&own)).await;
    assert_eq!(gone.expect_problem(422, "invalid").pointers(), ["/specialties/0"]);
}

#[actix_web::test]
async fn names_of_places_and_specialties_are_kept_without_needless_white_space() {
    let house = House::open().await;
    let new = json!({"name": "  East  wing ", "address": "1 High St", "city": " New\u{a0} York", "time_zone": "UTC"});
    let added = house.ask(Who::Admin, Ask::post(LOCATIONS).json(&new)).await.expect(201).json();
    assert_eq!((&added["name"], &added["city"]), (&json!("East wing"), &json!("New York")));
    let path = format!("{LOCATIONS}/{}", added["id"].as_str().unwrap());
    let change = Ask::patch(path).with("If-Match", "*").json(&json!({"city": "Eko "}));
    assert_eq!(house.ask(Who::Admin, change).await.expect(200).json()["city"], "Eko");
    let own = house.clinic.location().city.replace(' ', "+++");
    for path in ["doctors", "availability"] {
        house.ask(Who::Nobody, Ask::get(format!("/api/v1/{path}?city=+{own}+"))).await.expect(200);
    }
    let found = house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors?city=+{own}+"))).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let new = json!({"code": "space_medicine", "name": " Space   medicine"});
    let added = house.ask(Who::Admin, Ask::post(SPECIALTIES).json(&new)).await.expect(201).json();
    assert_eq!(added["name"], "Space medicine");
}

#[actix_web::test]
async fn a_specialty_that_is_not_listed_is_unknown_however_it_is_spelled() {
    let house = House::open().await;
    for code in ["witchcraft", "Urology", "7", "a%00b", "%F0%9F%A9%BA"] {
        let path = format!("{SPECIALTIES}/{code}");
        house.ask(Who::Admin, Ask::delete(&path)).await.expect_problem(404, "unknown_specialty");
        let change = Ask::patch(&path).json(&json!({"name": "X"}));
        house.ask(Who::Admin, change.clone()).await.expect_problem(404, "unknown_specialty");
        house.ask(Who::Doctor, change).await.expect_problem(403, "forbidden");
    }
    for path in [SPECIALTIES, LOCATIONS] {
        let answer = house.ask(Who::Nobody, Ask::get(format!("{path}?limit=5"))).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), ["/query/limit"]);
    }
}

#[actix_web::test]
async fn a_location_is_added_and_changed_over_the_revision_that_was_read() {
    let house = House::open().await;
    let new = json!({"name": "North", "city": "Kathmandu", "time_zone": "Asia/Kathmandu"});
    let added = house.ask(Who::Admin, Ask::post(LOCATIONS).json(&new)).await.expect(201);
    let path = added.header("location").unwrap().to_owned();
    assert_eq!(added.header("etag"), Some("\"1\""));
    let shown = house.ask(Who::Nobody, Ask::get(&path)).await.expect(200);
    assert_eq!((shown.json(), shown.header("etag")), (added.json(), Some("\"1\"")));
    let expected = json!({
        "id": added.json()["id"], "name": "North", "address": "", "city": "Kathmandu", "time_zone": "Asia/Kathmandu",
        "revision": 1,
    });
    assert_eq!(shown.json(), expected);
    let list = house.ask(Who::Nobody, Ask::get(LOCATIONS)).await.expect(200).json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][1]), (2, &expected));

    let edit = json!({"address": "Durbar Marg", "time_zone": "Europe/London"});
    house.ask(Who::Admin, Ask::patch(&path).json(&edit)).await.expect_problem(428, "precondition_required");
    let on_first = |ask: Ask| ask.with("If-Match", "\"1\"");
    let changed = house.ask(Who::Admin, on_first(Ask::patch(&path)).json(&edit)).await.expect(200);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    let changed = changed.json();
    assert_eq!((&changed["address"], &changed["time_zone"]), (&json!("Durbar Marg"), &json!("Europe/London")));
    house.ask(Who::Admin, on_first(Ask::patch(&path)).json(&edit)).await.expect_problem(412, "stale");
    house.ask(Who::Admin, on_first(Ask::delete(&path))).await.expect_problem(412, "stale");
    house.ask(Who::Admin, Ask::delete(&path)).await.expect_problem(428, "precondition_required");
    house.ask(Who::Admin, Ask::delete(&path).with("If-Match", "\"2\"")).await.expect(204);
    house.ask(Who::Nobody, Ask::get(&path)).await.expect_problem(404, "unknown_location");
}

#[actix_web::test]
async fn a_location_with_slots_keeps_its_zone_and_one_in_use_is_not_removed() {
    let house = House::open().await;
    let path = format!("{LOCATIONS}/{}", house.clinic.location().id);
    let zone = Ask::patch(&path).whatever_is_there().json(&json!({"time_zone": "Africa/Lagos"}));
    let back = Ask::patch(&path).whatever_is_there().json(&json!({"time_zone": "UTC"}));
    house.ask(Who::Admin, zone.clone()).await.expect(200);
    house.ask(Who::Admin, back.clone()).await.expect(200);
    house.free_slot("2026-11-23T09:00:00Z");
    house.ask(Who::Admin, zone).await.expect_problem(409, "location_in_use");
    house.ask(Who::Admin, back).await.expect(200);
    let name = Ask::patch(&path).whatever_is_there().json(&json!({"name": "South"}));
    house.ask(Who::Admin, name).await.expect(200);
    let remove = Ask::delete(&path).whatever_is_there();
    house.ask(Who::Admin, remove).await.expect_problem(409, "location_in_use");
}

#[actix_web::test]
async fn an_administrator_gives_a_doctor_another_location_unless_times_are_to_come() {
    let house = House::open().await;
    let new = json!({"name": "North", "city": "Lagos", "time_zone": "Africa/Lagos"});
    let north = house.ask(Who::Admin, Ask::post(LOCATIONS).json(&new)).await.expect(201).json();
    let path = format!("/api/v1/doctors/{}", house.doctor);
    let relocate = Ask::patch(&path).json(&json!({"location_id": north["id"], "experience_years": 4}));
    let slot = house.free_slot("2026-11-23T09:00:00Z");
    house.free_slot("2026-11-19T09:00:00Z");
    house.ask(Who::Admin, relocate.clone()).await.expect_problem(409, "doctor_has_slots_to_come");
    let own = Ask::patch("/api/v1/doctors/me").json(&json!({"location_id": north["id"]}));
    house.ask(Who::Doctor, own).await.expect_problem(403, "forbidden");
    let nowhere = Ask::patch(&path).json(&json!({"location_id": house.doctor.uuid()}));
    house.ask(Who::Admin, nowhere).await.expect_problem(404, "unknown_location");

    let remove = Ask::delete(format!("/api/v1/slots/{slot}")).whatever_is_there();
    house.ask(Who::Doctor, remove).await.expect(204);
    let doctor = house.ask(Who::Admin, relocate).await.expect(200).json();
    assert_eq!((&doctor["location"], &doctor["experience_years"]), (&north, &json!(4)));
    let slot = json!({"starts_at": "2026-11-24T09:00:00Z", "slot_minutes": 30});
    let slot = house.ask(Who::Doctor, Ask::post("/api/v1/slots").json(&slot)).await.expect(201).json();
    assert_eq!(slot["location_id"], north["id"]);
    let remove = Ask::delete(format!("{LOCATIONS}/{}", house.clinic.location().id)).whatever_is_there();
    house.ask(Who::Admin, remove).await.expect_problem(409, "location_in_use");
}

#[actix_web::test]
async fn what_an_administrator_changes_is_audited_and_what_is_refused_is_not() {
    let house = House::open().await;
    let audited = |action: &str| house.contents().matches(&format!("action: {action},")).count();
    let specialty = json!({"code": "space_medicine", "name": "Space medicine"});
    for _ in 0..2 {
        house.ask(Who::Admin, Ask::post(SPECIALTIES).json(&specialty)).await;
    }
    let path = format!("{SPECIALTIES}/space_medicine");
    house.ask(Who::Admin, Ask::patch(&path).json(&json!({"name": "X"}))).await.expect(200);
    house.ask(Who::Admin, Ask::delete(&path)).await.expect(204);
    house.ask(Who::Admin, Ask::delete(&path)).await.expect_problem(404, "unknown_specialty");
    let new = json!({"name": "North", "city": "Lagos", "time_zone": "Africa/Lagos"});
    let added = house.ask(Who::Admin, Ask::post(LOCATIONS).json(&new)).await.expect(201);
    let path = added.header("location").unwrap();
    house.ask(Who::Admin, Ask::patch(path).whatever_is_there().json(&json!({"name": "X"}))).await.expect(200);
    house.ask(Who::Admin, Ask::delete(path).whatever_is_there()).await.expect(204);
    let any = json!({"experience_years": 4});
    house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&any)).await.expect(200);
    for action in [
        "SpecialtyAdded",
        "SpecialtyChanged",
        "SpecialtyRemoved",
        "LocationAdded",
        "LocationChanged",
        "LocationRemoved",
        "DoctorChanged",
    ] {
        assert_eq!(audited(action), 1, "{action}");
    }
}
