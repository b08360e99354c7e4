//! Whoever has been answered sees what was done, in every list and at once.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::web::Bytes;
use serde_json::{Value, json};

use super::scene::Scene;
use super::table::table;
use crate::ask::Ask;
use crate::house::{Serve, Who};

type PathOf = fn(&Scene) -> String;

/// Every list that may be answered from the shelf, as everyone sees it who may, and who is let in at all.
fn views(scene: &Scene) -> Vec<(Who, String)> {
    let doctor = scene.house.doctor;
    let public = ["", "?city=berlin", "?specialty=general_practice", "?limit=1"].map(str::to_owned);
    let public = public.into_iter().chain([format!("?doctor_id={doctor}")]);
    let mut views: Vec<_> = public.map(|query| (Who::Nobody, format!("/api/v1/availability{query}"))).collect();
    for who in Who::ALL {
        views.push((who, "/api/v1/slots".to_owned()));
        views.push((who, format!("/api/v1/slots?doctor_id={doctor}")));
    }
    views
}

async fn seen(scene: &Scene, node: Option<&Serve>) -> Vec<(u16, Bytes)> {
    let mut answers = Vec::new();
    for (who, path) in views(scene) {
        let answer = match node {
            Some(node) => scene.house.ask_at(node, who, Ask::get(path)).await,
            None => scene.house.ask(who, Ask::get(path)).await,
        };
        // A problem names its request.
        let body = if answer.status.is_success() { answer.body } else { Bytes::new() };
        answers.push((answer.status.as_u16(), body));
    }
    answers
}

/// Does something as `who`, and says whether anything that is listed has changed by it; asserts that this node shows
/// the same as one that has remembered nothing.
async fn changes_something(scene: &Scene, who: Who, ask: Ask) -> bool {
    let told = format!("{} {} as {who:?}", ask.method, ask.path);
    let before = seen(scene, None).await;
    assert_eq!(seen(scene, None).await, before, "twice the same before {told}");
    let answer = scene.house.ask(who, ask).await;
    assert!(answer.status.is_success(), "{told}: {}", answer.json());
    let after = seen(scene, None).await;
    let stored = seen(scene, Some(&scene.house.another_node().await)).await;
    for ((view, after), stored) in views(scene).iter().zip(&after).zip(&stored) {
        assert_eq!(after, stored, "{view:?} after {told}");
    }
    after != before
}

#[actix_web::test]
async fn whatever_an_endpoint_has_changed_is_seen_by_everyone_at_once() {
    let mut visible = BTreeSet::new();
    for row in table() {
        for (who, expected) in Who::ALL.into_iter().zip(row.expected) {
            let scene = Scene::set().await;
            let ask = row.ask(&scene);
            if 300 <= expected || ask.method == Method::GET {
                continue;
            }
            if changes_something(&scene, who, ask).await {
                visible.insert(row.name);
            }
        }
    }
    let expected = [
        "DELETE /api/v1/auth/sessions",
        "DELETE /api/v1/auth/sessions/{id}",
        "DELETE /api/v1/slots/{id}",
        "PATCH /api/v1/auth/me",
        "PATCH /api/v1/doctors/me",
        "PATCH /api/v1/locations/{id}",
        "PATCH /api/v1/slots/{id}",
        "POST /api/v1/accounts/{id}/deactivate",
        "POST /api/v1/appointments",
        "POST /api/v1/appointments/{id}/cancel",
        "POST /api/v1/appointments/{id}/enter-in-error",
        "POST /api/v1/appointments/{id}/no-show",
        "POST /api/v1/appointments/{id}/refuse",
        "POST /api/v1/appointments/{id}/reinstate",
        "POST /api/v1/appointments/{id}/reschedule",
        "POST /api/v1/auth/logout",
        "POST /api/v1/auth/me/close",
        "POST /api/v1/auth/reset-password",
        "POST /api/v1/slots",
        "POST /api/v1/slots/bulk",
        "POST /api/v1/slots/bulk-delete",
    ];
    assert_eq!(visible, BTreeSet::from(expected));
}

#[actix_web::test]
async fn what_an_administrator_changes_about_a_doctor_or_the_house_is_seen_at_once() {
    let place = |scene: &Scene| format!("/api/v1/locations/{}", scene.house.clinic.location().id);
    let account = |scene: &Scene| format!("/api/v1/accounts/{}", scene.house.account(Who::Doctor));
    let doctor = |scene: &Scene| format!("/api/v1/doctors/{}", scene.house.doctor);
    let settings = |_: &Scene| "/api/v1/settings".to_owned();
    let asks: Vec<(PathOf, Value)> = vec![
        (place, json!({"city": "Paris"})),
        (account, json!({"full_name": "Rear Admiral Hopper"})),
        (doctor, json!({"specialties": ["urology"]})),
        (doctor, json!({"accepting_bookings": false})),
        (settings, json!({"booking_notice_minutes": 10_000})),
        (settings, json!({"booking_horizon_days": 1})),
    ];
    for (path, body) in asks {
        let scene = Scene::set().await;
        let ask = Ask::patch(path(&scene)).whatever_is_there().json(&body);
        assert!(changes_something(&scene, Who::Admin, ask).await, "{body}");
    }
    let scene = Scene::set().await;
    let close = Ask::post(format!("{}/deactivate", account(&scene)));
    assert!(changes_something(&scene, Who::Admin, close).await);
    let open = Ask::post(format!("{}/activate", account(&scene)));
    assert!(changes_something(&scene, Who::Admin, open).await);
}

#[actix_web::test]
async fn a_move_to_another_doctor_is_seen_with_both() {
    let scene = Scene::set().await;
    let with_other =
        scene.house.clinic.slot(scene.house.other_doctor, testkit::sample::instant("2026-11-24T09:00:00Z"), 30);
    let ask = Ask::post(format!("/api/v1/appointments/{}/reschedule", scene.booked));
    assert!(changes_something(&scene, Who::Patient, ask.json(&json!({"slot_id": with_other.uuid()}))).await);
}
