//! Who gets which status where.

use std::fmt::Display;

use identity_core::TokenPurpose;
use serde_json::json;

use super::scene::Scene;
use crate::ask::Ask;
use crate::house::Who;

/// An endpoint, a good request to it, and the status that each of [`Who::ALL`] gets.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) expected: [u16; Who::ALL.len()],
    body: fn(Ask, &Scene) -> Ask,
}

impl Row {
    /// The request, with the ids of this scene in its path.
    pub(super) fn ask(&self, scene: &Scene) -> Ask {
        let method = self.name.split(' ').next().and_then(|method| method.parse().ok());
        (self.body)(Ask::new(method.expect("a name is a method and a path"), self.path()), scene)
    }

    /// The path, with `{id}` for an id.
    pub(super) fn path(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(_, path)| path)
    }
}

/// Puts an id where the path has `{id}`.
fn at(mut ask: Ask, id: impl Display) -> Ask {
    ask.path = ask.path.replace("{id}", &format!("{id}"));
    ask
}

const ANYONE: [u16; 7] = [200; 7];
const ACCOUNTS: [u16; 7] = [401, 200, 200, 200, 200, 200, 200];
const PATIENTS: [u16; 7] = [401, 200, 200, 403, 403, 403, 403];
const DOCTORS: [u16; 7] = [401, 403, 403, 200, 200, 403, 403];
const STAFF: [u16; 7] = [401, 403, 403, 200, 200, 200, 200];
const ADMIN: [u16; 7] = [401, 403, 403, 403, 403, 403, 200];
/// The slot's doctor, front desk and administrators.
const KEEPERS: [u16; 7] = [401, 403, 403, 200, 404, 200, 200];
/// Both sides of the appointment, front desk and administrators.
const INVOLVED: [u16; 7] = [401, 200, 404, 200, 404, 200, 200];

/// Success with another status than 200.
fn told(success: u16, expected: [u16; 7]) -> [u16; 7] {
    expected.map(|status| if status == 200 { success } else { status })
}

pub(super) fn table() -> Vec<Row> {
    let plain: fn(Ask, &Scene) -> Ask = |ask, _| ask;
    let on_booked: fn(Ask, &Scene) -> Ask = |ask, scene| at(ask, scene.booked);
    let row = |name, expected, body| Row { name, expected, body };
    let mut rows = accounts();
    rows.extend(recovery());
    rows.extend(administration());
    rows.extend([
        row("GET /healthz", ANYONE, plain),
        row("GET /readyz", ANYONE, plain),
        row("GET /.well-known/jwks.json", ANYONE, plain),
        row("GET /.well-known/security.txt", ANYONE, plain),
        row("GET /problems/{name}", ANYONE, |_, _| Ask::get("/problems/slot_not_free")),
        row("GET /api/v1/openapi.json", ANYONE, plain),
        row("GET /api/v1/doctors", ANYONE, plain),
        row("GET /api/v1/doctors/{id}", ANYONE, |ask, scene| at(ask, scene.house.doctor)),
        row("GET /api/v1/doctors/me", DOCTORS, plain),
        row("PATCH /api/v1/doctors/me", DOCTORS, |ask, _| ask.json(&json!({"accepting_bookings": false}))),
        row("PATCH /api/v1/doctors/{id}", ADMIN, |ask, scene| {
            at(ask, scene.house.doctor).json(&json!({"license_number": "L-2"}))
        }),
        row("PATCH /api/v1/doctors/{id}", ADMIN, |ask, scene| {
            at(ask, scene.house.other_doctor).json(&json!({"location_id": scene.house.clinic.location().id.uuid()}))
        }),
        row("PATCH /api/v1/doctors/me", [401, 403, 403, 403, 403, 403, 403], |ask, scene| {
            ask.json(&json!({"location_id": scene.house.clinic.location().id.uuid()}))
        }),
        row("GET /api/v1/patients", STAFF, plain),
        row("GET /api/v1/patients/{id}", [401, 200, 404, 200, 200, 200, 200], |ask, scene| {
            at(ask, scene.house.patient)
        }),
        row("PATCH /api/v1/patients/{id}", [401, 403, 403, 403, 403, 200, 200], |ask, scene| {
            at(ask, scene.house.patient).json(&json!({"address": "Seestraße 8"}))
        }),
        row("POST /api/v1/patients/{id}/emergency-access", [401, 403, 403, 200, 200, 403, 403], |ask, scene| {
            at(ask, scene.house.patient).json(&json!({"reason": "unconscious"}))
        }),
        row("GET /api/v1/patients/me", PATIENTS, plain),
        row("PATCH /api/v1/patients/me", PATIENTS, |ask, _| ask.json(&json!({"gender": "other"}))),
        row("POST /api/v1/slots", told(201, KEEPERS), |ask, scene| {
            let doctor = scene.house.doctor.uuid();
            ask.json(&json!({"starts_at": "2026-11-24T09:00:00Z", "slot_minutes": 30, "doctor_id": doctor}))
        }),
        row("POST /api/v1/slots", [401, 403, 403, 201, 201, 422, 422], |ask, _| {
            ask.json(&json!({"starts_at": "2026-11-24T09:00:00Z", "ends_at": "2026-11-24T09:30:00Z"}))
        }),
        row("POST /api/v1/slots/bulk", told(201, KEEPERS), |ask, scene| {
            ask.json(&json!({
                "start_date": "2026-11-24", "end_date": "2026-11-25", "start_time": "09:00", "end_time": "12:00",
                "slot_minutes": 30, "doctor_id": scene.house.doctor.uuid(),
            }))
        }),
        row("POST /api/v1/slots/bulk-delete", KEEPERS, |ask, scene| ask.json(&json!({"ids": [scene.free.uuid()]}))),
        row("GET /api/v1/slots", ACCOUNTS, plain),
        row("GET /api/v1/slots/{id}", ACCOUNTS, |ask, scene| at(ask, scene.free)),
        row("GET /api/v1/slots/{id}", [401, 404, 404, 200, 404, 200, 200], |ask, scene| at(ask, scene.busy)),
        row("PATCH /api/v1/slots/{id}", KEEPERS, |ask, scene| {
            at(ask, scene.free).whatever_is_there().json(&json!({"status": "busy_unavailable"}))
        }),
        row("DELETE /api/v1/slots/{id}", told(204, KEEPERS), |ask, scene| at(ask, scene.free).whatever_is_there()),
        row("GET /api/v1/availability", ANYONE, plain),
        row("POST /api/v1/appointments", [401, 201, 201, 422, 422, 422, 422], |ask, scene| {
            ask.json(&json!({"slot_id": scene.free.uuid()}))
        }),
        row("POST /api/v1/appointments", [401, 201, 404, 201, 404, 201, 201], |ask, scene| {
            ask.json(&json!({"slot_id": scene.free.uuid(), "patient_id": scene.house.patient.uuid()}))
        }),
        row("GET /api/v1/appointments", ACCOUNTS, plain),
        row("GET /api/v1/appointments/{id}", INVOLVED, on_booked),
        row("GET /api/v1/appointments/{id}/history", INVOLVED, on_booked),
        row("PATCH /api/v1/appointments/{id}", INVOLVED, |ask, scene| {
            at(ask, scene.booked).whatever_is_there().json(&json!({"notes": "Bring the letter."}))
        }),
        row("POST /api/v1/appointments/{id}/reschedule", INVOLVED, |ask, scene| {
            at(ask, scene.booked).json(&json!({"slot_id": scene.free.uuid()}))
        }),
        row("POST /api/v1/appointments/{id}/cancel", INVOLVED, on_booked),
        row("POST /api/v1/appointments/{id}/confirm", KEEPERS, |ask, scene| at(ask, scene.pending)),
        row("POST /api/v1/appointments/{id}/refuse", KEEPERS, |ask, scene| at(ask, scene.pending)),
        row("POST /api/v1/appointments/{id}/arrive", KEEPERS, |ask, scene| at(ask, scene.begun)),
        row("POST /api/v1/appointments/{id}/check-in", KEEPERS, |ask, scene| at(ask, scene.begun)),
        row("POST /api/v1/appointments/{id}/complete", [401, 403, 403, 200, 404, 403, 200], |ask, scene| {
            at(ask, scene.begun)
        }),
        row("POST /api/v1/appointments/{id}/no-show", KEEPERS, |ask, scene| at(ask, scene.begun)),
        row("POST /api/v1/appointments/{id}/enter-in-error", ADMIN, on_booked),
        row("POST /api/v1/appointments/{id}/reinstate", ADMIN, |ask, scene| at(ask, scene.cancelled)),
        row("GET /api/v1/audit", ADMIN, plain),
        row("GET /api/v1/audit/export", ADMIN, plain),
        row("GET /api/v1/settings", ADMIN, plain),
        row("PATCH /api/v1/settings", ADMIN, |ask, _| ask.whatever_is_there().json(&json!({"admins_max": 3}))),
        row("GET /api/v1/messages", ADMIN, plain),
        row("GET /api/v1/messages/{id}", ADMIN, |ask, scene| at(ask, scene.message)),
        row("POST /api/v1/messages/{id}/send-again", ADMIN, |ask, scene| at(ask, scene.message)),
    ]);
    rows.extend(places());
    rows
}

fn places() -> Vec<Row> {
    let plain: fn(Ask, &Scene) -> Ask = |ask, _| ask;
    let row = |name, expected, body| Row { name, expected, body };
    vec![
        row("GET /api/v1/locations", ANYONE, plain),
        row("GET /api/v1/locations/{id}", ANYONE, |ask, scene| at(ask, scene.house.clinic.location().id)),
        row("POST /api/v1/locations", told(201, ADMIN), |ask, _| {
            ask.json(&json!({"name": "North", "city": "Lagos", "time_zone": "Africa/Lagos"}))
        }),
        row("PATCH /api/v1/locations/{id}", ADMIN, |ask, scene| {
            at(ask, scene.house.clinic.location().id).whatever_is_there().json(&json!({"name": "South"}))
        }),
        row("DELETE /api/v1/locations/{id}", told(204, ADMIN), |ask, scene| {
            at(ask, scene.empty_location).whatever_is_there()
        }),
        row("GET /api/v1/specialties", ANYONE, plain),
        row("POST /api/v1/specialties", told(201, ADMIN), |ask, _| {
            ask.json(&json!({"code": "space_medicine", "name": "Space medicine"}))
        }),
        row("PATCH /api/v1/specialties/{code}", ADMIN, |ask, _| {
            ask.with_code("urology").json(&json!({"name": "Urology and andrology"}))
        }),
        row("DELETE /api/v1/specialties/{code}", told(204, ADMIN), |ask, _| ask.with_code("urology")),
    ]
}

fn accounts() -> Vec<Row> {
    let plain: fn(Ask, &Scene) -> Ask = |ask, _| ask;
    let row = |name, expected, body| Row { name, expected, body };
    vec![
        row("POST /api/v1/auth/register", [201; 7], |ask, _| {
            ask.json(&json!({
                "role": "patient", "email": "new@example.org", "password": "a long enough secret", "full_name": "New",
                "phone": "+49 30 5550100",
            }))
        }),
        row("POST /api/v1/auth/register", [403; 7], |ask, _| {
            ask.json(&json!({
                "role": "admin", "email": "new@example.org", "password": "a long enough secret", "full_name": "New",
                "phone": "+49 30 5550100",
            }))
        }),
        row("POST /api/v1/auth/login", ANYONE, |ask, scene| {
            let email = &scene.house.email(Who::Patient);
            ask.json(&json!({"identifier": email, "password": testkit::sample::PASSWORD}))
        }),
        row("POST /api/v1/auth/refresh", ANYONE, |ask, scene| {
            ask.json(&json!({"refresh_token": scene.house.pass(Who::Patient).refresh_token}))
        }),
        row("POST /api/v1/auth/logout", told(204, ACCOUNTS), plain),
        row("GET /api/v1/auth/sessions", ACCOUNTS, plain),
        row("DELETE /api/v1/auth/sessions", told(204, ACCOUNTS), plain),
        row("DELETE /api/v1/auth/sessions/{id}", [401, 204, 404, 404, 404, 404, 404], |ask, scene| {
            at(ask, scene.session())
        }),
        row("GET /api/v1/auth/me", ACCOUNTS, plain),
        row("PATCH /api/v1/auth/me", ACCOUNTS, |ask, _| ask.json(&json!({"full_name": "Somebody Else"}))),
        row("POST /api/v1/auth/me/email", ACCOUNTS, |ask, _| {
            ask.json(&json!({"email": "other@example.org", "password": testkit::sample::PASSWORD}))
        }),
        // The administrator of this clinic is the last one.
        row("POST /api/v1/auth/me/close", [401, 200, 200, 200, 200, 200, 409], |ask, _| {
            ask.json(&json!({"password": testkit::sample::PASSWORD}))
        }),
        row("GET /api/v1/auth/me/preferences", ACCOUNTS, plain),
        row("PATCH /api/v1/auth/me/preferences", ACCOUNTS, |ask, _| ask.json(&json!({"email_appointments": false}))),
    ]
}

fn recovery() -> Vec<Row> {
    let row = |name, expected, body| Row { name, expected, body };
    vec![
        row("POST /api/v1/auth/verify-email", [204; 7], |ask, scene| {
            ask.json(&json!({"token": scene.house.mailed(Who::Patient, TokenPurpose::VerifyEmail)}))
        }),
        row("POST /api/v1/auth/resend-verification", [202; 7], |ask, scene| {
            ask.json(&json!({"email": scene.house.email(Who::Patient)}))
        }),
        row("POST /api/v1/auth/forgot-password", [202; 7], |ask, scene| {
            ask.json(&json!({"email": scene.house.email(Who::Patient)}))
        }),
        row("POST /api/v1/auth/reset-password", [204; 7], |ask, scene| {
            let token = scene.house.mailed(Who::Patient, TokenPurpose::ResetPassword);
            ask.json(&json!({"token": token, "password": "a long enough secret"}))
        }),
        row("POST /api/v1/auth/change-password", told(204, ACCOUNTS), |ask, _| {
            ask.json(&json!({"old_password": testkit::sample::PASSWORD, "new_password": "a long enough secret"}))
        }),
    ]
}

fn administration() -> Vec<Row> {
    let plain: fn(Ask, &Scene) -> Ask = |ask, _| ask;
    let on_patient: fn(Ask, &Scene) -> Ask = |ask, scene| at(ask, scene.house.account(Who::OtherPatient));
    let row = |name, expected, body| Row { name, expected, body };
    vec![
        row("GET /api/v1/accounts", ADMIN, plain),
        row("POST /api/v1/accounts", told(201, ADMIN), |ask, _| {
            ask.json(&json!({"role": "receptionist", "email": "new@example.org", "full_name": "New"}))
        }),
        row("GET /api/v1/accounts/{id}", ADMIN, on_patient),
        row("PATCH /api/v1/accounts/{id}", ADMIN, |ask, scene| {
            at(ask, scene.house.account(Who::OtherPatient)).json(&json!({"full_name": "Somebody Else"}))
        }),
        row("POST /api/v1/accounts/{id}/activate", ADMIN, on_patient),
        row("POST /api/v1/accounts/{id}/deactivate", ADMIN, on_patient),
    ]
}
