use serde_json::{Value, json};

use super::{Form, Scene, form};
use crate::bad_input::fields::Presence::{NotNull, Nullable, Required};
use crate::bad_input::fields::{Kind, Presence};
use crate::house::Who;

const DOCTOR: &[(&str, Kind, Presence)] = &[
    ("/specialties", Kind::LINES, NotNull),
    ("/license_number", Kind::LINE, NotNull),
    ("/qualifications", Kind::NOTE, Nullable),
    ("/experience_years", Kind::YEARS, Nullable),
    ("/consultation_fee", Kind::Object, Nullable),
    ("/consultation_fee/amount_minor", Kind::AMOUNT, Required),
    ("/consultation_fee/currency", Kind::CURRENCY, Nullable),
    ("/accepting_bookings", Kind::Flag, NotNull),
];

fn doctor(_: &Scene) -> Value {
    json!({
        "specialties": ["Dentistry"], "license_number": "L-2", "qualifications": "DDS", "experience_years": 8,
        "consultation_fee": {"amount_minor": 0, "currency": "NGN"}, "accepting_bookings": false,
    })
}

/// The same of one's own, where an approval rests on the qualifications.
const OWN_DOCTOR: &[(&str, Kind, Presence)] = &[
    ("/specialties", Kind::LINES, NotNull),
    ("/license_number", Kind::LINE, NotNull),
    ("/qualifications", Kind::NOTE, NotNull),
    ("/experience_years", Kind::YEARS, Nullable),
    ("/consultation_fee", Kind::Object, Nullable),
    ("/consultation_fee/amount_minor", Kind::AMOUNT, Required),
    ("/consultation_fee/currency", Kind::CURRENCY, Nullable),
    ("/accepting_bookings", Kind::Flag, NotNull),
];

fn own_doctor(scene: &Scene) -> Value {
    let mut body = doctor(scene);
    (body["license_number"], body["qualifications"]) = (json!("L-1815"), json!("MD"));
    body
}

pub(super) fn forms() -> Vec<Form> {
    vec![
        form(
            "PATCH /api/v1/auth/me/preferences",
            Who::Patient,
            &[
                ("/email_appointments", Kind::Flag, NotNull),
                ("/invitations_only", Kind::Flag, NotNull),
                ("/language", Kind::WORD, NotNull),
            ],
            |_| json!({"email_appointments": false, "invitations_only": true, "language": "en"}),
        ),
        form("PATCH /api/v1/doctors/me", Who::Doctor, OWN_DOCTOR, own_doctor),
        form("PATCH /api/v1/doctors/{doctor}", Who::Admin, DOCTOR, doctor),
        form(
            "PATCH /api/v1/doctors/{doctor}",
            Who::Admin,
            &[("/location_id", Kind::UUID, NotNull)],
            |scene| json!({"location_id": scene.house.clinic.location().id.uuid()}),
        ),
        form(
            "PATCH /api/v1/patients/{patient}",
            Who::Receptionist,
            &[
                ("/full_name", Kind::LINE, NotNull),
                ("/phone", Kind::PHONE, NotNull),
                ("/date_of_birth", Kind::DATE, Nullable),
                ("/address", Kind::NOTE, Nullable),
                ("/emergency_contact", Kind::NOTE, Nullable),
            ],
            |_| {
                json!({
                    "full_name": "Zoë", "phone": "+49 30 5550100", "date_of_birth": "1990-02-28", "address": "Seestraße 8",
                    "emergency_contact": "Ben",
                })
            },
        ),
        form(
            "POST /api/v1/patients/{patient}/emergency-access",
            Who::Doctor,
            &[("/reason", Kind::NOTE, Required)],
            |_| json!({"reason": "unconscious"}),
        ),
        form(
            "PATCH /api/v1/patients/me",
            Who::Patient,
            &[
                ("/date_of_birth", Kind::DATE, Nullable),
                ("/gender", Kind::WORD, Nullable),
                ("/blood_group", Kind::WORD, Nullable),
                ("/address", Kind::NOTE, Nullable),
                ("/emergency_contact", Kind::NOTE, Nullable),
                ("/medical_history", Kind::NOTE, Nullable),
            ],
            |_| {
                json!({
                    "date_of_birth": "2026-11-20", "gender": "unknown", "blood_group": "AB+", "address": "Seestraße 8",
                    "emergency_contact": "Ben", "medical_history": "None",
                })
            },
        ),
    ]
}
