//! What is asked, each time about somebody or something else.

use acceptance::people::{PASSWORD, Person};
use acceptance::{Client, Server, days};

use super::SMALL;
use super::growing::{REGULAR, name_of};
use crate::clinic::{Clinic, booker_email};
use crate::ids::{Kind, hex, hyphenated};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    /// The patient with many visits and sessions.
    Patient,
    /// The doctor with many visits.
    Doctor,
    FrontDesk,
    Admin,
}

/// One question.
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) who: Who,
    /// How it is put for the time with this number.
    pub(crate) path: fn(&Clinic, u32) -> String,
}

/// Everyone who asks, logged in.
pub(crate) struct Visitors {
    nobody: Client,
    people: [Person; 4],
}

impl Visitors {
    pub(crate) fn log_in(server: &Server) -> Self {
        let client = server.client();
        let of = |email: &str| Person::log_in(&client, email, PASSWORD);
        let people = [
            of(&booker_email(REGULAR)),
            of("doctor-0@example.org"),
            of("receptionist@example.org"),
            of("admin@example.org"),
        ];
        Self { nobody: client, people }
    }

    pub(crate) const fn client(&self, who: Who) -> &Client {
        let [patient, doctor, desk, admin] = &self.people;
        match who {
            Who::Nobody => &self.nobody,
            Who::Patient => &patient.client,
            Who::Doctor => &doctor.client,
            Who::FrontDesk => &desk.client,
            Who::Admin => &admin.client,
        }
    }
}

/// Of those that the small clinic has, one from somewhere.
fn any(kind: Kind, number: u32) -> String {
    hyphenated(&hex(kind, somewhere(number)))
}

const fn somewhere(number: u32) -> u32 {
    number.wrapping_mul(7_919) % SMALL
}

/// Another day each time, so that no page is one that was asked for before.
fn day(number: u32) -> String {
    days::day(u64::from(number) + 1)
}

fn first_name(number: u32) -> String {
    name_of(somewhere(number)).0
}

fn last_name(number: u32) -> String {
    name_of(somewhere(number)).1
}

fn changed_since(number: u32) -> String {
    format!("/appointments?updated_since={}&limit=10", days::instant(0, number))
}

macro_rules! question {
    ($who:ident, $name:literal, $path:expr) => {
        Question { name: $name, who: Who::$who, path: $path }
    };
}

/// Every read that could grow.
pub(crate) const QUESTIONS: &[Question] = &[
    question!(FrontDesk, "patients", |_, n| format!("/patients?limit={}", 10 + n % 2)),
    question!(FrontDesk, "patients?q= a first name", |_, n| format!("/patients?q={}&limit=10", first_name(n))),
    question!(FrontDesk, "patients?q= two words", |_, n| format!(
        "/patients?q={}+{}&limit=10",
        last_name(n),
        first_name(n)
    )),
    question!(FrontDesk, "patients?q= beginnings", |_, n| format!(
        "/patients?q={}+{}&limit=10",
        &first_name(n)[..2],
        &last_name(n)[..2]
    )),
    question!(FrontDesk, "patients?national_id=", |_, n| format!("/patients?national_id=patient{}", somewhere(n))),
    question!(FrontDesk, "patients?date_of_birth=", |_, n| format!(
        "/patients?date_of_birth=1990-01-{:02}&limit=10",
        1 + n % 28
    )),
    question!(FrontDesk, "patients/{id}", |_, n| format!("/patients/{}", any(Kind::GrownPatient, n))),
    question!(Nobody, "doctors", |_, n| format!("/doctors?limit={}", 10 + n % 2)),
    question!(Nobody, "doctors?q=", |_, n| format!("/doctors?q={}&limit=10", last_name(n))),
    question!(Nobody, "doctors?specialty=", |_, n| format!("/doctors?specialty=cardiology&limit={}", 10 + n % 2)),
    question!(Nobody, "doctors?specialty=&sort=earliest_free", |_, n| format!(
        "/doctors?specialty=dentistry&sort=earliest_free&limit={}",
        1 + n % 2
    )),
    question!(Nobody, "doctors/{id}", |_, n| format!("/doctors/{}", any(Kind::GrownDoctor, n))),
    question!(Nobody, "availability?doctor_id= many slots", |clinic, n| format!(
        "/availability?doctor_id={}&from={}&limit=32",
        clinic.doctor_id(1),
        day(n)
    )),
    question!(Nobody, "availability?doctor_id= of many", |_, n| format!(
        "/availability?doctor_id={}&from={}&limit=32",
        any(Kind::GrownDoctor, n),
        day(0)
    )),
    question!(Nobody, "availability", |_, n| format!("/availability?from={}&limit=32", day(n))),
    question!(Nobody, "availability?specialty=", |_, n| format!(
        "/availability?specialty=cardiology&from={}&limit=32",
        day(n)
    )),
    question!(Nobody, "availability?location_id= nowhere", |_, n| format!(
        "/availability?location_id={}&from={}&limit=32",
        any(Kind::GrownDoctor, n),
        day(n)
    )),
    question!(FrontDesk, "slots?doctor_id=", |clinic, n| format!(
        "/slots?doctor_id={}&from={}&limit=32",
        clinic.doctor_id(1),
        day(n)
    )),
    question!(Patient, "appointments, a patient's", |_, n| format!("/appointments?limit={}", 10 + n % 2)),
    question!(Patient, "appointments?scope=upcoming, a patient's", |_, n| format!(
        "/appointments?scope=upcoming&limit={}",
        10 + n % 2
    )),
    question!(Doctor, "appointments, a doctor's", |_, n| format!("/appointments?limit={}", 10 + n % 2)),
    question!(Doctor, "appointments?scope=upcoming, a doctor's", |_, n| format!(
        "/appointments?scope=upcoming&from={}&limit=10",
        day(n % 50)
    )),
    question!(FrontDesk, "appointments", |_, n| format!("/appointments?limit={}", 10 + n % 2)),
    question!(FrontDesk, "appointments?status=", |_, n| format!("/appointments?status=booked&limit={}", 10 + n % 2)),
    question!(FrontDesk, "appointments?status= three", |_, n| format!(
        "/appointments?status=booked,cancelled,noshow&limit={}",
        10 + n % 2
    )),
    question!(FrontDesk, "appointments?updated_since=", |_, n| changed_since(n)),
    question!(Patient, "appointments?updated_since=, a patient's", |_, n| changed_since(n)),
    question!(Doctor, "appointments?updated_since=, a doctor's", |_, n| changed_since(n)),
    question!(Doctor, "appointments?sort=-updated_at, a doctor's", |_, n| format!(
        "/appointments?sort=-updated_at&limit={}",
        10 + n % 2
    )),
    question!(FrontDesk, "appointments?from=&to=", |_, n| format!(
        "/appointments?from={0}&to={0}&limit=10",
        day(n % 50)
    )),
    question!(FrontDesk, "appointments?patient_id=", |_, n| format!(
        "/appointments?patient_id={}&limit={}",
        hyphenated(&hex(Kind::Patient, REGULAR)),
        10 + n % 2
    )),
    question!(FrontDesk, "appointments/{id}", |_, n| format!("/appointments/{}", any(Kind::RegularVisit, n))),
    question!(FrontDesk, "appointments/{id}/history", |_, n| format!(
        "/appointments/{}/history",
        any(Kind::BusyVisit, n)
    )),
    question!(Admin, "accounts", |_, n| format!("/accounts?limit={}", 10 + n % 2)),
    question!(Admin, "accounts?q= a name", |_, n| format!("/accounts?q={}&limit=10", last_name(n))),
    question!(Admin, "accounts?q= a domain", |_, n| format!("/accounts?q=@patient.example&limit={}", 10 + n % 2)),
    question!(Admin, "accounts?role=admin", |_, n| format!("/accounts?role=admin&limit={}", 10 + n % 2)),
    question!(Admin, "accounts/{id}", |_, n| format!("/accounts/{}", any(Kind::GrownPatientAccount, n))),
    question!(Admin, "messages", |_, n| format!("/messages?limit={}", 10 + n % 2)),
    question!(Admin, "messages?status=dead", |_, n| format!("/messages?status=dead&limit={}", 10 + n % 2)),
    question!(Admin, "messages?status= two", |_, n| format!("/messages?status=dead,skipped&limit={}", 10 + n % 2)),
    question!(Admin, "messages/{id}", |_, n| format!("/messages/{}", any(Kind::Message, n))),
    question!(Admin, "audit", |_, n| format!("/audit?limit={}", 10 + n % 2)),
    question!(Admin, "audit?subject=", |_, n| format!(
        "/audit?subject={}&limit={}",
        hyphenated(&hex(Kind::Patient, REGULAR)),
        10 + n % 2
    )),
    question!(Admin, "audit?actor=", |_, n| format!(
        "/audit?actor={}&limit={}",
        hyphenated(&hex(Kind::Staff, 1)),
        10 + n % 2
    )),
    question!(Admin, "audit?action=", |_, n| format!("/audit?action=logged_in&limit={}", 10 + n % 2)),
    question!(Admin, "audit?action= two", |_, n| format!(
        "/audit?action=logged_in,settings_changed&limit={}",
        10 + n % 2
    )),
    question!(Patient, "auth/me", |_, _| "/auth/me".to_owned()),
    question!(Patient, "auth/sessions", |_, n| format!("/auth/sessions?limit={}", 10 + n % 2)),
    question!(Patient, "patients/me", |_, _| "/patients/me".to_owned()),
];
