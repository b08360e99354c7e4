use identity_core::TokenPurpose;
use serde_json::json;
use testkit::sample;

use super::{Form, form};
use crate::bad_input::fields::Kind;
use crate::bad_input::fields::Presence::{NotNull, Nullable, Required};
use crate::house::Who;

pub(super) fn forms() -> Vec<Form> {
    let mut forms = recovery();
    forms.extend(invitations());
    forms.push(form(
        "PATCH /api/v1/accounts/{account}",
        Who::Admin,
        &[
            ("/email", Kind::EMAIL, NotNull),
            ("/full_name", Kind::LINE, NotNull),
            ("/phone", Kind::PHONE, NotNull),
            ("/username", Kind::USERNAME, Nullable),
            ("/profile_pic", Kind::URL, Nullable),
        ],
        |_| {
            json!({
                "email": "zoe@example.org", "full_name": "Zoë", "phone": "+49 30 5550100", "username": "zoe",
                "profile_pic": "https://example.org/zoe.png",
            })
        },
    ));
    forms
}

fn recovery() -> Vec<Form> {
    vec![
        form(
            "POST /api/v1/auth/me/email",
            Who::Patient,
            &[("/email", Kind::EMAIL, Required), ("/password", Kind::CREDENTIAL, Required)],
            |_| json!({"email": "zoe@example.org", "password": sample::PASSWORD}),
        ),
        form(
            "POST /api/v1/auth/me/close",
            Who::Patient,
            &[("/password", Kind::CREDENTIAL, Required)],
            |_| json!({"password": sample::PASSWORD}),
        ),
        form(
            "POST /api/v1/auth/verify-email",
            Who::Nobody,
            &[("/token", Kind::CREDENTIAL, Required)],
            |scene| json!({"token": scene.house.mailed(Who::Patient, TokenPurpose::VerifyEmail)}),
        ),
        form(
            "POST /api/v1/auth/resend-verification",
            Who::Nobody,
            &[("/email", Kind::EMAIL, Required)],
            |scene| json!({"email": scene.house.email(Who::Patient)}),
        ),
        form(
            "POST /api/v1/auth/forgot-password",
            Who::Nobody,
            &[("/email", Kind::EMAIL, Required)],
            |scene| json!({"email": scene.house.email(Who::Patient)}),
        ),
        form(
            "POST /api/v1/auth/reset-password",
            Who::Nobody,
            &[("/token", Kind::CREDENTIAL, Required), ("/password", Kind::PASSWORD, Required)],
            |scene| {
                let token = scene.house.mailed(Who::Patient, TokenPurpose::ResetPassword);
                json!({"token": token, "password": "a long enough secret"})
            },
        ),
        form(
            "POST /api/v1/auth/change-password",
            Who::Patient,
            &[("/old_password", Kind::CREDENTIAL, Required), ("/new_password", Kind::PASSWORD, Required)],
            |_| json!({"old_password": sample::PASSWORD, "new_password": "a long enough secret"}),
        ),
    ]
}

fn invitations() -> Vec<Form> {
    vec![
        form(
            "POST /api/v1/accounts",
            Who::Admin,
            &[
                ("/role", Kind::WORD, Required),
                ("/email", Kind::EMAIL, Required),
                ("/full_name", Kind::LINE, Required),
                ("/phone", Kind::PHONE, Required),
                ("/username", Kind::USERNAME, Nullable),
                ("/national_id", Kind::NATIONAL_ID, Nullable),
                ("/profile_pic", Kind::URL, Nullable),
                ("/patient", Kind::Object, Nullable),
                ("/patient/date_of_birth", Kind::DATE, Nullable),
                ("/patient/address", Kind::NOTE, Nullable),
            ],
            |_| {
                json!({
                    "role": "patient", "email": "new@example.org", "full_name": "Zoë 🩺", "phone": "+49 30 5550100",
                    "username": "zoe", "national_id": "AB-123", "profile_pic": "https://example.org/zoe.png",
                    "patient": {"date_of_birth": "1990-02-28", "address": "Seestraße 7\nBerlin"},
                })
            },
        ),
        form(
            "POST /api/v1/accounts",
            Who::Admin,
            &[
                ("/doctor", Kind::Object, Required),
                ("/doctor/specialties", Kind::LINES, Required),
                ("/doctor/license_number", Kind::LINE, Required),
                ("/doctor/location_id", Kind::UUID, Nullable),
            ],
            |scene| {
                json!({
                    "role": "doctor", "email": "new@example.org", "full_name": "Zoë", "phone": "+49 30 5550100",
                    "doctor": {
                        "specialties": ["Cardiology"], "license_number": "L-1",
                        "location_id": scene.house.clinic.location().id.uuid(),
                    },
                })
            },
        ),
    ]
}
