//! Every body that can be sent, with all of its fields.

use kernel::{AppointmentId, SlotId};
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};
use testkit::sample;

use super::super::fields::{Kind, Presence};
use crate::ask::Ask;
use crate::house::{House, Who};

use Presence::{NotNull, Nullable, Required};

/// What the bodies are about.
pub(super) struct Scene {
    pub(super) house: House,
    free: SlotId,
    visit: AppointmentId,
}

impl Scene {
    pub(super) fn set(house: House) -> Self {
        let free = house.free_slot("2026-11-23T09:00:00Z");
        let (visit, _) = house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
        Self { house, free, visit }
    }
}

/// One way of using an endpoint's body.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) who: Who,
    /// Each field: its pointer, kind and presence.
    pub(super) fields: &'static [(&'static str, Kind, Presence)],
    /// Fields that need not be there only because another one may be.
    pub(super) one_of: &'static [&'static str],
    body: fn(&Scene) -> Value,
}

impl Form {
    /// A body that is accepted, with every field of the form.
    pub(super) fn body(&self, scene: &Scene) -> Value {
        (self.body)(scene)
    }

    /// The request without its body.
    pub(super) fn ask(&self, scene: &Scene) -> Ask {
        let (method, path) = self.name.split_once(' ').expect("a name is a method and a path");
        let path = path
            .replace("{doctor}", &scene.house.doctor.to_string())
            .replace("{patient}", &scene.house.patient.to_string())
            .replace("{slot}", &scene.free.to_string())
            .replace("{visit}", &scene.visit.to_string());
        Ask::new(method.parse().expect("this is a method"), path).whatever_is_there()
    }
}

/// The forms of every endpoint that reads a body.
pub(super) fn forms() -> Vec<Form> {
    let mut forms = accounts();
    forms.extend(directory());
    forms.extend(slots());
    forms.extend(appointments());
    forms
}

fn form(
    name: &'static str,
    who: Who,
    fields: &'static [(&'static str, Kind, Presence)],
    body: fn(&Scene) -> Value,
) -> Form {
    Form { name, who, fields, one_of: &[], body }
}

fn accounts() -> Vec<Form> {
    vec![
        form(
            "POST /api/v1/auth/register",
            Who::Nobody,
            &[
                ("/role", Kind::Word, Required),
                ("/email", Kind::Email, Required),
                ("/password", Kind::Secret, Required),
                ("/full_name", Kind::Line, Required),
                ("/phone", Kind::Phone, Required),
                ("/username", Kind::Username, Nullable),
                ("/national_id", Kind::NationalId, Nullable),
                ("/profile_pic", Kind::Url, Nullable),
                ("/patient", Kind::Object, Nullable),
                ("/patient/date_of_birth", Kind::Date, Nullable),
                ("/patient/gender", Kind::Word, Nullable),
                ("/patient/blood_group", Kind::Word, Nullable),
                ("/patient/address", Kind::Note, Nullable),
                ("/patient/emergency_contact", Kind::Note, Nullable),
                ("/patient/medical_history", Kind::LongText, Nullable),
            ],
            |_| json!({
                "role": "patient", "email": "new@example.org", "password": "a long enough secret", "full_name": "Zoë 🩺",
                "phone": "+49 30 5550100", "username": "zoe", "national_id": "AB-123",
                "profile_pic": "https://example.org/zoe.png",
                "patient": {
                    "date_of_birth": "1990-02-28", "gender": "female", "blood_group": "O-", "address": "Seestraße 7\nBerlin",
                    "emergency_contact": "Ben, +49 30 5550199", "medical_history": "Asthma",
                },
            }),
        ),
        form(
            "POST /api/v1/auth/register",
            Who::Nobody,
            &[
                ("/doctor", Kind::Object, Required),
                ("/doctor/specialties", Kind::Lines, Required),
                ("/doctor/license_number", Kind::Line, Required),
                ("/doctor/qualifications", Kind::LongText, Nullable),
                ("/doctor/experience_years", Kind::Years, Nullable),
                ("/doctor/location_id", Kind::Uuid, Nullable),
                ("/doctor/consultation_fee", Kind::Object, Nullable),
                ("/doctor/consultation_fee/amount_minor", Kind::AmountMinor, Required),
                ("/doctor/consultation_fee/currency", Kind::Currency, Required),
            ],
            |scene| json!({
                "role": "doctor", "email": "new@example.org", "password": "a long enough secret", "full_name": "Zoë",
                "phone": "+49 30 5550100",
                "doctor": {
                    "specialties": ["Cardiology"], "license_number": "L-1", "qualifications": "MD", "experience_years": 7,
                    "location_id": scene.house.clinic.location().id.uuid(),
                    "consultation_fee": {"amount_minor": 4500, "currency": "EUR"},
                },
            }),
        ),
        form(
            "POST /api/v1/auth/login",
            Who::Nobody,
            &[("/identifier", Kind::Credential, Required), ("/password", Kind::Credential, Required)],
            |scene| json!({"identifier": scene.house.email(Who::Patient), "password": sample::PASSWORD}),
        ),
        form(
            "POST /api/v1/auth/refresh",
            Who::Nobody,
            &[("/refresh_token", Kind::Credential, Required)],
            |scene| json!({"refresh_token": scene.house.pass(Who::Patient).refresh_token}),
        ),
        form(
            "PATCH /api/v1/auth/me",
            Who::Admin,
            &[
                ("/full_name", Kind::Line, NotNull),
                ("/phone", Kind::Phone, Nullable),
                ("/username", Kind::Username, Nullable),
                ("/profile_pic", Kind::Url, Nullable),
            ],
            |_| json!({
                "full_name": "Zoë", "phone": "+49 30 5550100", "username": "zoe",
                "profile_pic": "https://example.org/zoe.png",
            }),
        ),
        form("PATCH /api/v1/auth/me", Who::Patient, &[("/phone", Kind::Phone, NotNull)], |_| {
            json!({"phone": "+49 30 5550100"})
        }),
    ]
}

const DOCTOR: &[(&str, Kind, Presence)] = &[
    ("/specialties", Kind::Lines, NotNull),
    ("/license_number", Kind::Line, NotNull),
    ("/qualifications", Kind::LongText, Nullable),
    ("/experience_years", Kind::Years, Nullable),
    ("/consultation_fee", Kind::Object, Nullable),
    ("/consultation_fee/amount_minor", Kind::AmountMinor, Required),
    ("/consultation_fee/currency", Kind::Currency, Required),
    ("/accepting_bookings", Kind::Flag, NotNull),
];

fn doctor(_: &Scene) -> Value {
    json!({
        "specialties": ["Dentistry"], "license_number": "L-2", "qualifications": "DDS", "experience_years": 8,
        "consultation_fee": {"amount_minor": 0, "currency": "NGN"}, "accepting_bookings": false,
    })
}

fn directory() -> Vec<Form> {
    vec![
        form("PATCH /api/v1/doctors/me", Who::Doctor, DOCTOR, doctor),
        form("PATCH /api/v1/doctors/{doctor}", Who::Admin, DOCTOR, doctor),
        form(
            "PATCH /api/v1/patients/{patient}",
            Who::Receptionist,
            &[
                ("/full_name", Kind::Line, NotNull),
                ("/phone", Kind::Phone, NotNull),
                ("/address", Kind::Note, Nullable),
                ("/emergency_contact", Kind::Note, Nullable),
            ],
            |_| json!({
                "full_name": "Zoë", "phone": "+49 30 5550100", "address": "Seestraße 8", "emergency_contact": "Ben",
            }),
        ),
        form(
            "PATCH /api/v1/patients/me",
            Who::Patient,
            &[
                ("/date_of_birth", Kind::Date, Nullable),
                ("/gender", Kind::Word, Nullable),
                ("/blood_group", Kind::Word, Nullable),
                ("/address", Kind::Note, Nullable),
                ("/emergency_contact", Kind::Note, Nullable),
                ("/medical_history", Kind::LongText, Nullable),
            ],
            |_| json!({
                "date_of_birth": "2026-11-20", "gender": "unknown", "blood_group": "AB+", "address": "Seestraße 8",
                "emergency_contact": "Ben", "medical_history": "None",
            }),
        ),
    ]
}

fn slots() -> Vec<Form> {
    vec![
        Form {
            one_of: &["/slot_minutes", "/doctor_id"],
            ..form(
                "POST /api/v1/slots",
                Who::Receptionist,
                &[
                    ("/starts_at", Kind::Instant, Required),
                    ("/slot_minutes", Kind::SlotMinutes, Nullable),
                    ("/doctor_id", Kind::Uuid, Nullable),
                ],
                |scene| json!({
                    "starts_at": "2027-03-01T09:00:00+01:00", "slot_minutes": 30,
                    "doctor_id": scene.house.doctor.uuid(),
                }),
            )
        },
        Form {
            one_of: &["/ends_at"],
            ..form("POST /api/v1/slots", Who::Doctor, &[("/ends_at", Kind::Instant, Nullable)], |_| {
                json!({"starts_at": "2027-03-01T09:00:00Z", "ends_at": "2027-03-01T09:30:00Z"})
            })
        },
        Form {
            one_of: &["/doctor_id"],
            ..form(
                "POST /api/v1/slots/bulk",
                Who::Admin,
                &[
                    ("/start_date", Kind::Date, Required),
                    ("/end_date", Kind::Date, Required),
                    ("/start_time", Kind::TimeOfDay, Required),
                    ("/end_time", Kind::TimeOfDay, Required),
                    ("/slot_minutes", Kind::SlotMinutes, Required),
                    ("/weekdays", Kind::Words, Nullable),
                    ("/break", Kind::Object, Nullable),
                    ("/break/start", Kind::TimeOfDay, Required),
                    ("/break/end", Kind::TimeOfDay, Required),
                    ("/skip_conflicts", Kind::Flag, NotNull),
                    ("/skip_past", Kind::Flag, NotNull),
                    ("/doctor_id", Kind::Uuid, Nullable),
                ],
                |scene| json!({
                    "start_date": "2027-03-01", "end_date": "2027-03-05", "start_time": "09:00", "end_time": "17:00:00",
                    "slot_minutes": 30, "weekdays": ["mon", "wed"], "break": {"start": "12:00", "end": "13:00"},
                    "skip_conflicts": true, "skip_past": false, "doctor_id": scene.house.doctor.uuid(),
                }),
            )
        },
        form(
            "PATCH /api/v1/slots/{slot}",
            Who::Doctor,
            &[
                ("/starts_at", Kind::Instant, NotNull),
                ("/slot_minutes", Kind::SlotMinutes, NotNull),
                ("/status", Kind::Word, NotNull),
            ],
            |_| json!({"starts_at": "2027-03-01T09:00:00Z", "slot_minutes": 45, "status": "busy_unavailable"}),
        ),
        form("POST /api/v1/slots/bulk-delete", Who::Doctor, &[("/ids", Kind::Uuids, Required)], |scene| {
            json!({"ids": [scene.free.uuid()]})
        }),
    ]
}

fn appointments() -> Vec<Form> {
    let mut forms = vec![
        Form {
            one_of: &["/slot_id", "/patient_id"],
            ..form(
                "POST /api/v1/appointments",
                Who::Receptionist,
                &[
                    ("/slot_id", Kind::Uuid, Nullable),
                    ("/patient_id", Kind::Uuid, Nullable),
                    ("/reason", Kind::Note, Nullable),
                    ("/notes", Kind::LongText, Nullable),
                ],
                |scene| json!({
                    "slot_id": scene.free.uuid(), "patient_id": scene.house.patient.uuid(), "reason": "Cough",
                    "notes": "Since\nMonday",
                }),
            )
        },
        Form {
            one_of: &["/doctor_id", "/starts_at"],
            ..form(
                "POST /api/v1/appointments",
                Who::Patient,
                &[("/doctor_id", Kind::Uuid, Nullable), ("/starts_at", Kind::Instant, Nullable)],
                |scene| json!({"doctor_id": scene.house.doctor.uuid(), "starts_at": "2026-11-23T09:00:00Z"}),
            )
        },
        Form {
            one_of: &["/slot_id"],
            ..form(
                "POST /api/v1/appointments/{visit}/reschedule",
                Who::Patient,
                &[("/slot_id", Kind::Uuid, Nullable), ("/reason", Kind::Note, Nullable)],
                |scene| json!({"slot_id": scene.free.uuid(), "reason": "traffic"}),
            )
        },
        Form {
            one_of: &["/doctor_id", "/starts_at"],
            ..form(
                "POST /api/v1/appointments/{visit}/reschedule",
                Who::Doctor,
                &[("/doctor_id", Kind::Uuid, Nullable), ("/starts_at", Kind::Instant, Nullable)],
                |scene| json!({"doctor_id": scene.house.doctor.uuid(), "starts_at": "2026-11-23T09:00:00Z"}),
            )
        },
        form(
            "PATCH /api/v1/appointments/{visit}",
            Who::Patient,
            &[("/reason", Kind::Note, Nullable), ("/notes", Kind::LongText, Nullable)],
            |_| json!({"reason": "Flu", "notes": "Fasting"}),
        ),
        form(
            "POST /api/v1/appointments/{visit}/cancel",
            Who::Patient,
            &[("/reason_code", Kind::Word, Nullable), ("/reason", Kind::Note, Nullable)],
            |_| json!({"reason_code": "patient", "reason": "ill"}),
        ),
    ];
    let steps = [
        "POST /api/v1/appointments/{visit}/arrive",
        "POST /api/v1/appointments/{visit}/check-in",
        "POST /api/v1/appointments/{visit}/enter-in-error",
    ];
    let reason: &[(&str, Kind, Presence)] = &[("/reason", Kind::Note, Nullable)];
    forms.extend(steps.map(|name| form(name, Who::Admin, reason, |_| json!({"reason": "because"}))));
    forms
}
