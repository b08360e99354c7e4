//! What the installation decides for itself: read, changed, and obeyed.

mod obeyed;

use application::Settings;
use kernel::{UnitOfWorkExt, Zone};
use serde_json::{Value, json};

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

const PATH: &str = "/api/v1/settings";

/// Changes settings as the administrator.
pub(crate) async fn set(house: &House, body: Value) -> Value {
    let ask = Ask::patch(PATH).whatever_is_there().json(&body);
    house.ask(Who::Admin, ask).await.expect(200).json()
}

async fn get(house: &House) -> Answer {
    house.ask(Who::Admin, Ask::get(PATH)).await.expect(200)
}

#[actix_web::test]
async fn a_new_installation_runs_on_its_configuration() {
    let house =
        House::open_with(Settings { admins_max: 7, clinic_name: "Zoë".to_owned(), ..Settings::default() }, Zone::UTC)
            .await;
    let settings = get(&house).await;
    assert_eq!(settings.header("etag"), Some("\"1\""));
    let settings = settings.json();
    assert_eq!((&settings["admins_max"], &settings["clinic_name"]), (&json!(7), &json!("Zoë")));
    assert_eq!(settings["login_identifiers"], json!(["email", "username", "national_id"]));
    assert_eq!(settings["activation_by_admin"], json!(["doctor"]));
    assert_eq!(settings["own_visits_open_records"], json!(false));
    assert_eq!(settings["email_verification"], json!(false));
    assert_eq!((&settings["patient_upcoming_max"], &settings["currency"]), (&json!("none"), &json!("EUR")));
    assert_eq!((&settings["doctors_see"], &settings["confirmation"]), (&json!("all"), &json!("automatic")));
}

#[actix_web::test]
async fn what_is_mentioned_changes_what_is_absent_stays_and_null_is_as_configured() {
    let house = House::open().await;
    let changed = set(&house, json!({"admins_max": 3, "doctor_day_max": 8, "activation_by_admin": ["doctor"]})).await;
    assert_eq!((&changed["admins_max"], &changed["doctor_day_max"]), (&json!(3), &json!(8)));
    assert_eq!((&changed["activation_by_admin"], &changed["currency"]), (&json!(["doctor"]), &json!("EUR")));
    assert_eq!(get(&house).await.json(), changed);
    let reset = set(&house, json!({"admins_max": null, "doctor_day_max": "none", "email_verification": true})).await;
    assert_eq!((&reset["admins_max"], &reset["doctor_day_max"]), (&json!(2), &json!("none")));
    assert_eq!((&reset["activation_by_admin"], &reset["email_verification"]), (&json!(["doctor"]), &json!(true)));
}

#[actix_web::test]
async fn nobody_overwrites_unseen_what_somebody_else_has_changed() {
    let house = House::open().await;
    let patch = |tag: &str, body: Value| Ask::patch(PATH).with("If-Match", tag).json(&body);
    let second = house.ask(Who::Admin, patch("\"1\"", json!({"admins_max": 3}))).await.expect(200);
    assert_eq!(second.header("etag"), Some("\"2\""));
    let before = house.contents();
    house.ask(Who::Admin, patch("\"1\"", json!({"admins_max": 4}))).await.expect_problem(412, "stale");
    let missing = Ask::patch(PATH).json(&json!({"admins_max": 4}));
    house.ask(Who::Admin, missing).await.expect_problem(428, "precondition_required");
    // What is as it was is no change, so it is not written down either.
    let same = house.ask(Who::Admin, patch("\"2\"", json!({"admins_max": 3, "currency": null}))).await.expect(200);
    assert_eq!(same.header("etag"), Some("\"2\""));
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn a_change_is_audited_with_the_names_of_what_changed() {
    let house = House::open().await;
    set(&house, json!({"doctor_day_max": 3, "clinic_name": "Secret", "admins_max": 2, "currency": null})).await;
    let contents = house.contents();
    assert!(contents.contains("action: SettingsChanged"), "{contents}");
    assert!(contents.contains("detail: Some(\"clinic_name, admins_max, doctor_day_max\")"), "{contents}");
    assert!(contents.contains("role: Some(Admin)"), "{contents}");
}

#[actix_web::test]
async fn what_is_no_setting_or_not_of_its_shape_is_refused_by_name() {
    let house = House::open().await;
    let before = house.contents();
    for (body, pointer) in [
        (json!({"admins": 1}), "/admins"),
        (json!({"revision": "9"}), "/revision"),
        (json!({"time_zone": "UTC"}), "/time_zone"),
        (json!({"bcrypt_cost": 4}), "/bcrypt_cost"),
        (json!({"doctor_day_max": "None"}), "/doctor_day_max"),
        (json!({"doctor_day_max": "7"}), "/doctor_day_max"),
        (json!({"email_verification": "on"}), "/email_verification"),
        (json!({"login_identifiers": "email"}), "/login_identifiers"),
        (json!({"login_identifiers": ["email,username"]}), "/login_identifiers"),
        (json!({"admins_max": 3, "confirmation": "maybe"}), "/confirmation"),
    ] {
        let answer = house.ask(Who::Admin, Ask::patch(PATH).whatever_is_there().json(&body)).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{body}");
    }
    let twice = Ask::patch(PATH).whatever_is_there().bytes("application/json", r#"{"admins_max":1,"admins_max":2}"#);
    assert_eq!(house.ask(Who::Admin, twice).await.expect_problem(422, "invalid").pointers(), ["/admins_max"]);
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn another_node_obeys_within_two_seconds_and_a_broken_store_changes_nothing() {
    let house = House::open().await;
    assert_eq!(house.app.settings().admins_max, 2);
    // As another node would.
    let write = |value: &str| {
        let value = value.to_owned();
        house.clinic.store().write(move |store| {
            let before = store.stored_settings()?;
            let mut after = application::settings::StoredSettings { revision: before.revision.next(), ..before };
            after.values.insert("admins_max".to_owned(), value.clone());
            store.change_settings(&after)
        })
    };
    let written: Result<(), kernel::StoreError> = write("9");
    written.unwrap();
    house.clock.advance(chrono::TimeDelta::milliseconds(1_999));
    assert_eq!(house.app.settings().admins_max, 2, "no query per request");
    house.clock.advance(chrono::TimeDelta::milliseconds(1));
    assert_eq!(house.app.settings().admins_max, 9);

    let written: Result<(), kernel::StoreError> = write("what nobody can read");
    written.unwrap();
    house.clock.advance(chrono::TimeDelta::seconds(5));
    assert_eq!(house.app.settings().admins_max, 9, "the last known ones hold");
    house.clock.advance(chrono::TimeDelta::days(-2));
    assert_eq!(house.app.settings().admins_max, 9);
}
