//! Examples of what is sent, which hold together: an id is that of the same thing wherever it stands, and names are those
//! of the demo clinic. `make test-clients` sends every one of them to it.

use serde_json::{Map, Value, json};

use super::METHODS;

const ACCOUNT: &str = "01939f6e-0d5c-7000-8000-000000000001";
const DOCTOR: &str = "01939f6e-0d5c-7000-8000-000000000002";
const PATIENT: &str = "01939f6e-0d5c-7000-8000-000000000003";
const LOCATION: &str = "01939f6e-0d5c-7000-8000-000000000004";
const SLOT: &str = "01939f6e-0d5c-7000-8000-000000000005";
const OTHER_SLOT: &str = "01939f6e-0d5c-7000-8000-000000000006";
const APPOINTMENT: &str = "01939f6e-0d5c-7000-8000-000000000007";
const SESSION: &str = "01939f6e-0d5c-7000-8000-000000000008";
const MESSAGE: &str = "01939f6e-0d5c-7000-8000-000000000009";
const IDEMPOTENCY_KEY: &str = "01939f6e-0d5c-7000-8000-00000000000a";

/// When the slots start.
const START: &str = "2027-03-01T09:00:00Z";
const OTHER_START: &str = "2027-03-01T10:00:00Z";

const SPECIALTY: &str = "travel_medicine";

/// Of everyone in the demo clinic.
const PASSWORD: &str = "lantern-orbit-42-demo";
const NEW_PASSWORD: &str = "velvet-harbour-73-oak";
const TOKEN: &str = "Zk3mQ9vT7xW2bN5cR8yL1pD4fG6hJ0sAUeYiXoKqBtM";

/// Gives each parameter and each body its example, unless it has one.
pub(super) fn add(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                add_to(path, operation);
            }
        }
    }
}

fn add_to(path: &str, operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter_map(Value::as_object_mut) {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        if let Some(example) = value(path, &id, name) {
            parameter.entry("example").or_insert(example);
        }
    }
    let content = operation.get_mut("requestBody").and_then(|body| body.pointer_mut("/content/application~1json"));
    if let (Some(content), Some(example)) = (content.and_then(Value::as_object_mut), body(&id)) {
        content.insert("example".to_owned(), example);
    }
}

/// An example of a parameter; of `cursor` there is none, for only an answer gives one.
fn value(path: &str, operation: &str, parameter: &str) -> Option<Value> {
    Some(match (operation, parameter) {
        (_, "id") => of_path(path)?.into(),
        ("list_doctors", "q") => "amara".into(),
        (_, "q") => "zadie".into(),
        ("list_accounts", "status") => json!(["active"]),
        ("list_appointments", "status") => json!(["booked"]),
        ("list_messages", "status") => json!(["sent"]),
        ("list_slots", "status") => json!(["free"]),
        (_, "action") => json!(["appointment_booked"]),
        (_, "actor") => ACCOUNT.into(),
        (_, "available" | "include_total") => true.into(),
        (_, "city") => "Lisbon".into(),
        (_, "code") => SPECIALTY.into(),
        (_, "doctor_id") => DOCTOR.into(),
        (_, "limit") => 20.into(),
        (_, "location_id") => LOCATION.into(),
        (_, "name") => "slot_not_free".into(),
        (_, "national_id") => "PT-84930211".into(),
        (_, "next_free") => 3.into(),
        (_, "patient_id") => PATIENT.into(),
        (_, "phone") => "+351912345678".into(),
        (_, "role") => json!(["patient"]),
        (_, "scope") => "upcoming".into(),
        ("list_accounts" | "list_patients", "sort") => "name".into(),
        ("list_appointments", "sort") => "updated_at".into(),
        ("list_audit", "sort") => "-at".into(),
        ("list_messages", "sort") => "-created_at".into(),
        (_, "sort") => "earliest_free".into(),
        (_, "specialty") => "general_practice".into(),
        (_, "subject") => APPOINTMENT.into(),
        (_, "Idempotency-Key") => IDEMPOTENCY_KEY.into(),
        (_, "If-Match") => "\"1\"".into(),
        (_, "If-None-Match") => "\"5Q0wYkSLC3t6oS1gPaV8Jm2xR7nB4dE9hTfUiZcKqXM\"".into(),
        _ => return None,
    })
}

/// The id of what a path is about.
fn of_path(path: &str) -> Option<&'static str> {
    let of_kind = [
        ("/accounts/", ACCOUNT),
        ("/doctors/", DOCTOR),
        ("/patients/", PATIENT),
        ("/locations/", LOCATION),
        ("/slots/", SLOT),
        ("/appointments/", APPOINTMENT),
        ("/sessions/", SESSION),
        ("/messages/", MESSAGE),
    ];
    of_kind.into_iter().find(|(kind, _)| path.contains(kind)).map(|(_, id)| id)
}

/// An example of the body of an operation.
fn body(operation: &str) -> Option<Value> {
    let body = people(operation);
    if body.is_some() { body } else { times_and_places(operation) }
}

fn people(operation: &str) -> Option<Value> {
    Some(match operation {
        "login" => json!({"identifier": "patient001@demo.example", "password": PASSWORD}),
        "refresh" => json!({"refresh_token": TOKEN}),
        "register" => json!({
            "role": "patient",
            "email": "zadie.okafor@example.org",
            "password": PASSWORD,
            "full_name": "Zadie Okafor",
            "phone": "+351912345678",
            "national_id": "PT-84930211",
            "patient": {"date_of_birth": "1990-02-28", "gender": "female", "blood_group": "O+"},
        }),
        "invite" => json!({
            "role": "doctor",
            "email": "kwame.mensah@example.org",
            "full_name": "Dr Kwame Mensah",
            "phone": "+351912345679",
            "doctor": {
                "specialties": ["cardiology"],
                "license_number": "MD-30001",
                "consultation_fee": {"amount_minor": 4500, "currency": "EUR"},
            },
        }),
        "change_password" => json!({"old_password": PASSWORD, "new_password": NEW_PASSWORD}),
        "forgot_password" | "resend_verification" => json!({"email": "patient001@demo.example"}),
        "reset_password" => json!({"token": TOKEN, "password": NEW_PASSWORD}),
        "verify_email" => json!({"token": TOKEN}),
        "change_me" => json!({"full_name": "Zadie Okafor-Silva", "username": "zadie.okafor"}),
        "change_my_email" => json!({"email": "zadie@example.org", "password": PASSWORD}),
        "close_my_account" => json!({"password": NEW_PASSWORD}),
        "change_my_preferences" => json!({"email_appointments": true, "invitations_only": true, "language": "en"}),
        "change_account" => json!({"full_name": "Zadie Okafor-Silva"}),
        "change_my_patient" => json!({"blood_group": "O+", "medical_history": "Asthma since childhood."}),
        "change_patient" => {
            json!({"address": "12 Rua Augusta, Lisbon", "emergency_contact": "Tunde Okafor, +351912345670"})
        }
        "read_patient_in_emergency" => json!({"reason": "unconscious, allergies unknown"}),
        "change_doctor" => json!({
            "specialties": ["general_practice", "dentistry"],
            "qualifications": "MBBS, FRCP",
            "consultation_fee": {"amount_minor": 4500, "currency": "EUR"},
        }),
        "change_my_doctor" => json!({"experience_years": 12, "accepting_bookings": true}),
        _ => return None,
    })
}

fn times_and_places(operation: &str) -> Option<Value> {
    Some(match operation {
        "publish_slot" => json!({"starts_at": START, "slot_minutes": 30}),
        "publish_slots" => json!({
            "start_date": "2027-03-01",
            "end_date": "2027-03-05",
            "start_time": "09:00",
            "end_time": "17:00",
            "slot_minutes": 30,
            "weekdays": ["mon", "wed", "fri"],
            "break": {"start": "12:00", "end": "13:00"},
            "skip_conflicts": true,
        }),
        "change_slot" => json!({"slot_minutes": 45}),
        "remove_slots" => json!({"ids": [SLOT, OTHER_SLOT]}),
        "book_appointment" => json!({"slot_id": SLOT, "starts_at": START}),
        "reschedule_appointment" => json!({"slot_id": OTHER_SLOT, "starts_at": OTHER_START}),
        "change_appointment" => json!({"reason": "Check-up", "notes": "Brings the results of a blood test."}),
        "cancel_appointment" => json!({"reason_code": "patient_feeling_better", "reason": "No longer needed."}),
        "confirm_appointment" => json!({"reason": "The time suits."}),
        "refuse_appointment" => json!({"reason": "Needs a specialist."}),
        "arrive_appointment" => json!({"reason": "Came early."}),
        "check_in_appointment" => json!({"reason": "Papers are complete."}),
        "complete_appointment" => json!({"reason": "Examined and advised."}),
        "no_show_appointment" => json!({"reason": "Did not answer the telephone."}),
        "enter_in_error_appointment" => json!({"reason": "Booked for the wrong patient."}),
        "reinstate_appointment" => json!({"reason": "Cancelled by mistake."}),
        "add_location" | "change_location" => json!({
            "name": "Riverside branch",
            "address": "3 Quay Street",
            "city": "Accra",
            "time_zone": "Africa/Accra",
        }),
        "add_specialty" => json!({"code": SPECIALTY, "name": "Travel medicine"}),
        "change_specialty" => json!({"name": "Travel and tropical medicine"}),
        "change_settings" => json!({"confirmation": "by_doctor", "cancel_notice_minutes": 120}),
        _ => return None,
    })
}
