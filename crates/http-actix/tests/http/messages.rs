//! The outbox and personal preferences.

use application::Settings;
use application::delivering::Stationery;
use kernel::Zone;
use messaging_core::Letter;
use messaging_core::ports::{DeliveryFailure, Post};
use serde_json::{Value, json};
use std::sync::Mutex;

use crate::ask::Ask;
use crate::house::{House, Who};

/// A post that keeps what it is given, or refuses it.
#[derive(Default)]
struct Desk {
    letters: Mutex<Vec<Letter>>,
    failure: Option<DeliveryFailure>,
}

impl Post for Desk {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        self.letters.lock().unwrap().push(letter.clone());
        self.failure.clone().map_or(Ok(()), Err)
    }
}

fn deliver(house: &House, desk: &Desk) {
    let stationery =
        Stationery { public_url: "https://clinic.example".to_owned(), calendar_domain: "clinic.example".to_owned() };
    house.app.deliver_due(desk, &stationery, 1, &|| true).unwrap();
}

async fn booked() -> House {
    let house = House::open().await;
    let slot = house.free_slot("2026-11-23T09:00:00Z");
    let body = json!({"slot_id": slot.uuid(), "reason": "Secret cough"});
    house.ask(Who::Patient, Ask::post("/api/v1/appointments").json(&body)).await.expect(201);
    house
}

async fn list(house: &House, query: &str) -> Vec<Value> {
    let page = house.ask(Who::Admin, Ask::get(format!("/api/v1/messages{query}"))).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn an_administrator_sees_to_whom_what_kind_of_message_went_and_not_what_it_said() {
    let house = booked().await;
    let waiting = list(&house, "?status=waiting").await;
    assert_eq!(waiting.len(), 2);
    for row in &waiting {
        assert_eq!((&row["kind"], &row["status"], &row["attempts"]), (&json!("booked"), &json!("waiting"), &json!(0)));
        assert_eq!((&row["sent_at"], &row["last_error"]), (&Value::Null, &Value::Null));
    }
    let names: Vec<&str> = waiting.iter().map(|row| row["to"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Grace Hopper", "Ada Lovelace"], "newest first");

    let desk = Desk::default();
    deliver(&house, &desk);
    assert_eq!(desk.letters.lock().unwrap().len(), 2);
    assert!(list(&house, "?status=waiting").await.is_empty());
    assert!(list(&house, "?status=waiting,dead").await.is_empty());
    assert_eq!(list(&house, "?status=waiting&status=sent").await.len(), 2);
    let sent = list(&house, "?status=sent&limit=1").await;
    assert_eq!(sent[0]["sent_at"], "2026-11-20T08:00:00Z");
    let one = Ask::get(format!("/api/v1/messages/{}", sent[0]["id"].as_str().unwrap()));
    let one = house.ask(Who::Admin, one).await.expect(200);
    assert_eq!(
        one.json()["log"],
        json!([{"attempt": 1, "at": "2026-11-20T08:00:00Z", "outcome": "sent", "detail": null}])
    );
    assert!(!String::from_utf8_lossy(&one.body).contains("Secret"));
    for who in [Who::Nobody, Who::Patient, Who::Doctor, Who::Receptionist] {
        let status = if who == Who::Nobody { 401 } else { 403 };
        assert_eq!(house.ask(who, Ask::get("/api/v1/messages")).await.status.as_u16(), status);
    }
}

#[actix_web::test]
async fn what_was_given_up_is_sent_again_when_an_administrator_says_so() {
    let house = booked().await;
    let closed = Desk { failure: Some(DeliveryFailure::Permanent("550 nobody here".to_owned())), ..Desk::default() };
    deliver(&house, &closed);
    let dead = list(&house, "?status=dead").await;
    assert_eq!((dead.len(), &dead[0]["last_error"]), (2, &json!("550 nobody here")));
    let again = format!("/api/v1/messages/{}/send-again", dead[0]["id"].as_str().unwrap());
    house.ask(Who::Receptionist, Ask::post(&again)).await.expect_problem(403, "forbidden");
    let waiting = house.ask(Who::Admin, Ask::post(&again)).await.expect(200).json();
    assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("waiting"), &json!(1)));
    assert!(house.contents().contains("MessageSentAgain"), "it is audited");

    let open = Desk::default();
    deliver(&house, &open);
    assert_eq!(open.letters.lock().unwrap().len(), 1);
    assert_eq!(list(&house, "?status=dead").await.len(), 1);
    let unknown = Ask::post("/api/v1/messages/00000000-0000-0000-0000-000000000007/send-again");
    house.ask(Who::Admin, unknown).await.expect_problem(404, "unknown_message");
}

#[actix_web::test]
async fn everyone_says_what_they_want_to_be_told() {
    let house = booked().await;
    let path = "/api/v1/auth/me/preferences";
    for who in [Who::Patient, Who::Doctor, Who::Receptionist, Who::Admin] {
        let wishes = house.ask(who, Ask::get(path)).await.expect(200).json();
        assert_eq!(wishes, json!({"email_appointments": true, "invitations_only": false, "language": "en"}));
    }
    let quiet = Ask::patch(path).json(&json!({"email_appointments": false}));
    let wishes = house.ask(Who::Patient, quiet).await.expect(200).json();
    assert_eq!(wishes, json!({"email_appointments": false, "invitations_only": false, "language": "en"}));
    assert_eq!(house.ask(Who::Patient, Ask::get(path)).await.expect(200).json(), wishes);
    assert!(house.contents().contains("PreferencesChanged"), "it is audited");

    let desk = Desk::default();
    deliver(&house, &desk);
    let names: Vec<String> = desk.letters.lock().unwrap().iter().map(|letter| letter.to.name.clone()).collect();
    assert_eq!(names, ["Grace Hopper"], "what was said before it is sent is obeyed");
    let skipped = list(&house, "?status=skipped").await;
    assert_eq!((skipped.len(), &skipped[0]["to"]["name"]), (1, &json!("Ada Lovelace")));
}

#[actix_web::test]
async fn who_has_not_proved_their_address_is_not_named() {
    let house = House::open_with(Settings { email_verification: true, ..Settings::default() }, Zone::UTC).await;
    let register = |email: &str, name: &str| {
        Ask::post("/api/v1/auth/register").json(&json!({
            "role": "patient", "email": email, "full_name": name, "phone": "+44 20 7183 8750",
            "password": "correct horse battery",
        }))
    };
    house.ask(Who::Nobody, register("victim@example.org", "You have won")).await.expect(201);
    let forgot = Ask::post("/api/v1/auth/forgot-password").json(&json!({"email": "victim@example.org"}));
    house.ask(Who::Nobody, forgot).await;
    let desk = Desk::default();
    deliver(&house, &desk);
    let letters = desk.letters.lock().unwrap();
    let named = letters.iter().filter(|letter| letter.to.email == "victim@example.org").map(|letter| &letter.to.name);
    assert_eq!(named.collect::<Vec<_>>(), ["", ""], "neither by the proof nor by the reset");
}

#[actix_web::test]
async fn nobody_is_called_by_what_would_be_a_link() {
    let house = booked().await;
    let prize = Ask::patch("/api/v1/auth/me").json(&json!({"full_name": "Win at prize.example"}));
    house.ask(Who::Patient, prize).await.expect(200);
    let desk = Desk::default();
    deliver(&house, &desk);
    let mut names: Vec<String> = desk.letters.lock().unwrap().iter().map(|letter| letter.to.name.clone()).collect();
    names.sort();
    assert_eq!(names, ["", "Grace Hopper"]);
}
