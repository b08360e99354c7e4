//! What the installation decides for itself.

use serde_json::json;

use super::{Form, form};
use crate::bad_input::fields::Kind;
use crate::bad_input::fields::Presence::Nullable;
use crate::house::Who;

const MINUTES: Kind = Kind::Whole(&[-1, 525_601]);
const DAYS: Kind = Kind::Whole(&[-1, 0, 3_651]);
const CAP: Kind = Kind::Whole(&[-1, 0, 10_001]);

pub(super) fn forms() -> Vec<Form> {
    vec![form(
        "PATCH /api/v1/settings",
        Who::Admin,
        &[
            ("/clinic_name", Kind::LINE, Nullable),
            ("/currency", Kind::CURRENCY, Nullable),
            (
                "/login_identifiers",
                Kind::List(|| vec![json!([]), json!([""]), json!(["email", "email"]), json!(["Email"])]),
                Nullable,
            ),
            (
                "/activation_by_admin",
                Kind::List(|| vec![json!([""]), json!(["none"]), json!(["doctor", "doctor"]), json!(["admin"])]),
                Nullable,
            ),
            ("/email_verification", Kind::Flag, Nullable),
            ("/admins_max", Kind::Whole(&[-1, 0, 1_001]), Nullable),
            ("/access_token_minutes", Kind::Whole(&[-1, 0, 10_081]), Nullable),
            ("/refresh_token_days", Kind::Whole(&[-1, 0, 366]), Nullable),
            ("/doctors_see", Kind::WORD, Nullable),
            ("/own_visits_open_records", Kind::Flag, Nullable),
            ("/confirmation", Kind::WORD, Nullable),
            ("/booking_notice_minutes", MINUTES, Nullable),
            ("/booking_horizon_days", DAYS, Nullable),
            ("/cancel_notice_minutes", MINUTES, Nullable),
            ("/cancel_grace_minutes", Kind::Whole(&[-1, 1_441]), Nullable),
            ("/patient_upcoming_max", CAP, Nullable),
            ("/doctor_day_max", CAP, Nullable),
            ("/publish_horizon_days", DAYS, Nullable),
            ("/slots_per_doctor_day_max", Kind::Whole(&[-1, 0, 289]), Nullable),
            ("/no_show_grace_minutes", Kind::Whole(&[-1, 0, 10_081]), Nullable),
            ("/expired_slots_retention_days", Kind::Whole(&[-1, 3_651]), Nullable),
            ("/calendar_alarm_minutes", Kind::Whole(&[-1, 40_321]), Nullable),
            ("/birth_year_min", Kind::Whole(&[-1, 1_799, 2_001]), Nullable),
        ],
        |_| {
            json!({
                "clinic_name": "Zoë's 🩺", "currency": "NGN", "login_identifiers": ["username", "email"],
                "activation_by_admin": ["doctor"], "email_verification": true, "admins_max": 5,
                "access_token_minutes": 10_080, "refresh_token_days": 365, "doctors_see": "own",
                "own_visits_open_records": true, "confirmation": "by_doctor", "booking_notice_minutes": 525_600,
                "booking_horizon_days": 3_650, "cancel_notice_minutes": 0, "cancel_grace_minutes": 1_440,
                "patient_upcoming_max": "none", "doctor_day_max": 10_000,
                "publish_horizon_days": 1, "slots_per_doctor_day_max": 288, "expired_slots_retention_days": 0,
                "no_show_grace_minutes": 60, "calendar_alarm_minutes": 0, "birth_year_min": 1_950,
            })
        },
    )]
}
