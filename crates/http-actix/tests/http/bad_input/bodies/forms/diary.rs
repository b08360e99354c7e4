use serde_json::json;

use super::{Form, form};
use crate::bad_input::fields::Presence::{NotNull, Nullable, Required};
use crate::bad_input::fields::{Kind, Presence};
use crate::house::Who;

pub(super) fn slots() -> Vec<Form> {
    vec![
        Form {
            one_of: &["/slot_minutes", "/doctor_id"],
            ..form(
                "POST /api/v1/slots",
                Who::Receptionist,
                &[
                    ("/starts_at", Kind::INSTANT, Required),
                    ("/slot_minutes", Kind::SLOT_MINUTES, Nullable),
                    ("/doctor_id", Kind::UUID, Nullable),
                ],
                |scene| {
                    json!({
                        "starts_at": "2027-03-01T09:00:00+01:00", "slot_minutes": 30,
                        "doctor_id": scene.house.doctor.uuid(),
                    })
                },
            )
        },
        Form {
            one_of: &["/ends_at"],
            ..form(
                "POST /api/v1/slots",
                Who::Doctor,
                &[("/ends_at", Kind::INSTANT, Nullable)],
                |_| json!({"starts_at": "2027-03-01T09:00:00Z", "ends_at": "2027-03-01T09:30:00Z"}),
            )
        },
        Form {
            one_of: &["/doctor_id"],
            ..form(
                "POST /api/v1/slots/bulk",
                Who::Admin,
                &[
                    ("/start_date", Kind::DATE, Required),
                    ("/end_date", Kind::DATE, Required),
                    ("/start_time", Kind::TIME_OF_DAY, Required),
                    ("/end_time", Kind::END_OF_HOURS, Required),
                    ("/slot_minutes", Kind::SLOT_MINUTES, Required),
                    ("/weekdays", Kind::DAYS, Nullable),
                    ("/break", Kind::Object, Nullable),
                    ("/break/start", Kind::TIME_OF_DAY, Required),
                    ("/break/end", Kind::END_OF_HOURS, Required),
                    ("/skip_conflicts", Kind::Flag, NotNull),
                    ("/skip_past", Kind::Flag, NotNull),
                    ("/doctor_id", Kind::UUID, Nullable),
                ],
                |scene| {
                    json!({
                        "start_date": "2027-03-01", "end_date": "2027-03-05", "start_time": "09:00", "end_time": "17:00:00",
                        "slot_minutes": 30, "weekdays": ["mon", "wed"], "break": {"start": "12:00", "end": "13:00"},
                        "skip_conflicts": true, "skip_past": false, "doctor_id": scene.house.doctor.uuid(),
                    })
                },
            )
        },
        form(
            "PATCH /api/v1/slots/{slot}",
            Who::Doctor,
            &[
                ("/starts_at", Kind::INSTANT, NotNull),
                ("/slot_minutes", Kind::SLOT_MINUTES, NotNull),
                ("/status", Kind::WORD, NotNull),
            ],
            |_| json!({"starts_at": "2027-03-01T09:00:00Z", "slot_minutes": 45, "status": "busy_unavailable"}),
        ),
        form(
            "POST /api/v1/slots/bulk-delete",
            Who::Doctor,
            &[("/ids", Kind::UUIDS, Required)],
            |scene| json!({"ids": [scene.free.uuid()]}),
        ),
    ]
}

pub(super) fn appointments() -> Vec<Form> {
    let mut forms = vec![
        Form {
            one_of: &["/slot_id", "/patient_id"],
            ..form(
                "POST /api/v1/appointments",
                Who::Receptionist,
                &[
                    ("/slot_id", Kind::UUID, Nullable),
                    ("/patient_id", Kind::UUID, Nullable),
                    ("/reason", Kind::NOTE, Nullable),
                    ("/notes", Kind::NOTE, Nullable),
                ],
                |scene| {
                    json!({
                        "slot_id": scene.free.uuid(), "patient_id": scene.house.patient.uuid(), "reason": "Cough",
                        "notes": "Since\nMonday",
                    })
                },
            )
        },
        Form {
            one_of: &["/doctor_id", "/starts_at"],
            ..form(
                "POST /api/v1/appointments",
                Who::Patient,
                &[("/doctor_id", Kind::UUID, Nullable), ("/starts_at", Kind::INSTANT, Nullable)],
                |scene| json!({"doctor_id": scene.house.doctor.uuid(), "starts_at": "2026-11-23T09:00:00Z"}),
            )
        },
        Form {
            one_of: &["/slot_id"],
            ..form(
                "POST /api/v1/appointments/{visit}/reschedule",
                Who::Patient,
                &[("/slot_id", Kind::UUID, Nullable), ("/reason", Kind::NOTE, Nullable)],
                |scene| json!({"slot_id": scene.free.uuid(), "reason": "traffic"}),
            )
        },
        Form {
            one_of: &["/doctor_id", "/starts_at"],
            ..form(
                "POST /api/v1/appointments/{visit}/reschedule",
                Who::Doctor,
                &[("/doctor_id", Kind::UUID, Nullable), ("/starts_at", Kind::INSTANT, Nullable)],
                |scene| json!({"doctor_id": scene.house.doctor.uuid(), "starts_at": "2026-11-23T09:00:00Z"}),
            )
        },
        form(
            "PATCH /api/v1/appointments/{visit}",
            Who::Patient,
            &[("/reason", Kind::NOTE, Nullable), ("/notes", Kind::NOTE, Nullable)],
            |_| json!({"reason": "Flu", "notes": "Fasting"}),
        ),
        form(
            "POST /api/v1/appointments/{visit}/cancel",
            Who::Patient,
            &[("/reason_code", Kind::WORD, Nullable), ("/reason", Kind::NOTE, Nullable)],
            |_| json!({"reason_code": "patient", "reason": "ill"}),
        ),
    ];
    let steps = [
        "POST /api/v1/appointments/{visit}/arrive",
        "POST /api/v1/appointments/{visit}/check-in",
        "POST /api/v1/appointments/{visit}/enter-in-error",
    ];
    let reason: &[(&str, Kind, Presence)] = &[("/reason", Kind::NOTE, Nullable)];
    forms.extend(steps.map(|name| form(name, Who::Admin, reason, |_| json!({"reason": "because"}))));
    forms
}
