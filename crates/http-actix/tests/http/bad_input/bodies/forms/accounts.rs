use serde_json::json;
use testkit::sample;

use super::{Form, form};
use crate::bad_input::fields::Kind;
use crate::bad_input::fields::Presence::{NotNull, Nullable, Required};
use crate::house::Who;

pub(super) fn forms() -> Vec<Form> {
    vec![
        form(
            "POST /api/v1/auth/register",
            Who::Nobody,
            &[
                ("/role", Kind::WORD, Required),
                ("/email", Kind::EMAIL, Required),
                ("/password", Kind::PASSWORD, Required),
                ("/full_name", Kind::LINE, Required),
                ("/phone", Kind::PHONE, Required),
                ("/username", Kind::USERNAME, Nullable),
                ("/national_id", Kind::NATIONAL_ID, Nullable),
                ("/profile_pic", Kind::URL, Nullable),
                ("/patient", Kind::Object, Nullable),
                ("/patient/date_of_birth", Kind::DATE, Nullable),
                ("/patient/gender", Kind::WORD, Nullable),
                ("/patient/blood_group", Kind::WORD, Nullable),
                ("/patient/address", Kind::NOTE, Nullable),
                ("/patient/emergency_contact", Kind::NOTE, Nullable),
                ("/patient/medical_history", Kind::NOTE, Nullable),
            ],
            |_| {
                json!({
                    "role": "patient", "email": "new@example.org", "password": "a long enough secret", "full_name": "Zoë 🩺",
                    "phone": "+49 30 5550100", "username": "zoe", "national_id": "AB-123",
                    "profile_pic": "https://example.org/zoe.png",
                    "patient": {
                        "date_of_birth": "1990-02-28", "gender": "female", "blood_group": "O-", "address": "Seestraße 7\nBerlin",
                        "emergency_contact": "Ben, +49 30 5550199", "medical_history": "Asthma",
                    },
                })
            },
        ),
        form(
            "POST /api/v1/auth/register",
            Who::Nobody,
            &[
                ("/doctor", Kind::Object, Required),
                ("/doctor/specialties", Kind::LINES, Required),
                ("/doctor/license_number", Kind::LINE, Required),
                ("/doctor/qualifications", Kind::NOTE, Nullable),
                ("/doctor/experience_years", Kind::YEARS, Nullable),
                ("/doctor/location_id", Kind::UUID, Nullable),
                ("/doctor/consultation_fee", Kind::Object, Nullable),
                ("/doctor/consultation_fee/amount_minor", Kind::AMOUNT, Required),
                ("/doctor/consultation_fee/currency", Kind::CURRENCY, Nullable),
            ],
            |scene| {
                json!({
                    "role": "doctor", "email": "new@example.org", "password": "a long enough secret", "full_name": "Zoë",
                    "phone": "+49 30 5550100",
                    "doctor": {
                        "specialties": ["Cardiology"], "license_number": "L-1", "qualifications": "MD", "experience_years": 7,
                        "location_id": scene.house.clinic.location().id.uuid(),
                        "consultation_fee": {"amount_minor": 4500, "currency": "EUR"},
                    },
                })
            },
        ),
        form(
            "POST /api/v1/auth/login",
            Who::Nobody,
            &[
                ("/identifier", Kind::CREDENTIAL, Required),
                ("/password", Kind::CREDENTIAL, Required),
                ("/device_token", Kind::CREDENTIAL, Nullable),
            ],
            |scene| {
                let identifier = scene.house.email(Who::Patient);
                json!({"identifier": identifier, "password": sample::PASSWORD, "device_token": "from an earlier login"})
            },
        ),
        form(
            "POST /api/v1/auth/refresh",
            Who::Nobody,
            &[("/refresh_token", Kind::CREDENTIAL, Required)],
            |scene| json!({"refresh_token": scene.house.pass(Who::Patient).refresh_token}),
        ),
        form(
            "PATCH /api/v1/auth/me",
            Who::Admin,
            &[
                ("/full_name", Kind::LINE, NotNull),
                ("/phone", Kind::PHONE, NotNull),
                ("/username", Kind::USERNAME, Nullable),
                ("/profile_pic", Kind::URL, Nullable),
            ],
            |_| {
                json!({
                    "full_name": "Zoë", "phone": "+49 30 5550100", "username": "zoe",
                    "profile_pic": "https://example.org/zoe.png",
                })
            },
        ),
    ]
}
