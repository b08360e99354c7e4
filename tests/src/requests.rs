//! Requests with nothing wrong, for every route that wants a body.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::client::API;
use crate::days;
use crate::people::{PASSWORD, patient_form};

/// A good password that nobody has yet.
pub const NEW_PASSWORD: &str = "porcupine-marble-skylark-7";

/// How many times and words this process has made up, and how many days.
static MADE_UP: AtomicU32 = AtomicU32::new(0);
static DAYS: AtomicU32 = AtomicU32::new(0);

fn next() -> u32 {
    MADE_UP.fetch_add(1, Ordering::Relaxed)
}

/// The start of half an hour to come in which nothing else is made up to be.
pub fn fresh_start() -> String {
    let number = next();
    days::instant(20 + u64::from(number / 40), number % 40 * 30)
}

/// A word that has not been made up before.
pub fn fresh_word() -> String {
    format!("word_{}", next())
}

/// A body with nothing wrong for a route, as `POST /api/v1/slots`; none for one that needs none. What it names (an id, an
/// address, a token), it takes from `named`, which is told the member.
///
/// A route that is not here is new: it stops the test that asks, so that somebody adds it.
pub fn body(route: &str, named: &dyn Fn(&str) -> String) -> Option<Value> {
    let (method, path) = route.split_once(' ').expect("a route is a method and a path");
    let short = path.strip_prefix(API).unwrap_or(path);
    Some(match (method, short) {
        ("GET" | "DELETE", _)
        | (
            "POST",
            "/auth/logout" | "/accounts/{id}/activate" | "/accounts/{id}/deactivate" | "/messages/{id}/send-again",
        ) => {
            return None;
        }
        ("POST", "/patients/{id}/emergency-access") => json!({"reason": "unconscious"}),
        ("POST", "/auth/register") => patient_form(),
        ("POST", "/auth/login") => json!({"identifier": named("identifier"), "password": PASSWORD}),
        ("POST", "/auth/refresh") => json!({"refresh_token": named("refresh_token")}),
        ("POST", "/auth/verify-email") => json!({"token": named("token")}),
        ("POST", "/auth/reset-password") => json!({"token": named("token"), "password": NEW_PASSWORD}),
        ("POST", "/auth/forgot-password" | "/auth/resend-verification") => json!({"email": named("email")}),
        ("POST", "/auth/change-password") => json!({"old_password": PASSWORD, "new_password": NEW_PASSWORD}),
        ("POST", "/auth/me/email") => {
            json!({"email": format!("{}@example.org", fresh_word()), "password": PASSWORD})
        }
        ("POST", "/auth/me/close") => json!({"password": PASSWORD}),
        ("PATCH", "/auth/me" | "/accounts/{id}") => json!({"full_name": "Somebody Else"}),
        ("PATCH", "/auth/me/preferences") => json!({"email_appointments": true}),
        ("POST", "/accounts") => {
            json!({"role": "receptionist", "email": format!("{}@example.org", fresh_word()), "full_name": "New"})
        }
        ("PATCH", "/doctors/me" | "/doctors/{id}") => json!({"experience_years": 9}),
        ("PATCH", "/patients/me" | "/patients/{id}") => json!({"address": "1 Marina Road"}),
        ("POST", "/locations") => json!({"name": "North", "city": "Lagos", "time_zone": "Africa/Lagos"}),
        ("PATCH", "/locations/{id}") => json!({"name": "South"}),
        ("POST", "/specialties") => json!({"code": fresh_word(), "name": "Space medicine"}),
        ("PATCH", "/specialties/{code}") => json!({"name": "Space medicine"}),
        ("POST", "/slots") => {
            json!({"starts_at": fresh_start(), "slot_minutes": 30, "doctor_id": named("doctor_id")})
        }
        ("POST", "/slots/bulk") => {
            let day = days::day(200 + u64::from(DAYS.fetch_add(1, Ordering::Relaxed) % 180));
            json!({
                "start_date": day, "end_date": day, "start_time": "09:00", "end_time": "10:00", "slot_minutes": 30,
                "doctor_id": named("doctor_id"),
            })
        }
        ("POST", "/slots/bulk-delete") => json!({"ids": [named("ids")]}),
        ("PATCH", "/slots/{id}") => json!({"status": "busy_unavailable"}),
        ("POST", "/appointments") => json!({"slot_id": named("slot_id"), "patient_id": named("patient_id")}),
        ("PATCH", "/appointments/{id}") => json!({"notes": "Bring the letter."}),
        ("POST", "/appointments/{id}/reschedule") => json!({"slot_id": named("slot_id")}),
        ("POST", path) if path.starts_with("/appointments/{id}/") => json!({}),
        ("PATCH", "/settings") => json!({"clinic_name": "Clinic"}),
        _ => panic!("{route} is new: say in tests/src/requests.rs what a good request to it is"),
    })
}
