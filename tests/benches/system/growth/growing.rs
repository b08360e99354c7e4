//! More of one thing, behind the server's back.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use acceptance::days;

use crate::clinic::{BOOKERS, Clinic};
use crate::database::Connection;
use crate::ids::{Kind, hex};
use crate::table::{Table, sql};

/// Slots and visits that are added are of five minutes, one after the other, and end before the clinic's diaries begin.
const MINUTES: i64 = 5;
const ENDED_DAYS_AGO: i64 = 100;

/// The doctors of the clinic who get many slots, and many visits; the other visits are with all who are left.
const PLANNED: u32 = 1;
const BUSY: u32 = 0;
const OTHERS: Range<u32> = 2..5;

/// First names that many share.
const FIRST_NAMES: [&str; 10] = ["anna", "ben", "carla", "david", "emma", "felix", "greta", "hugo", "ines", "jonas"];

/// What grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    Patients,
    Doctors,
    SlotsOfOneDoctor,
    VisitsOfOnePatient,
    VisitsOfOneDoctor,
    Messages,
    AuditEntries,
    Sessions,
}

/// All of it, in the order in which it grows.
pub(crate) const THINGS: [Thing; 8] = [
    Thing::Patients,
    Thing::Doctors,
    Thing::SlotsOfOneDoctor,
    Thing::VisitsOfOnePatient,
    Thing::VisitsOfOneDoctor,
    Thing::Messages,
    Thing::AuditEntries,
    Thing::Sessions,
];

impl Thing {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Patients => "patients",
            Self::Doctors => "doctors",
            Self::SlotsOfOneDoctor => "one doctor's slots",
            Self::VisitsOfOnePatient => "one patient's visits",
            Self::VisitsOfOneDoctor => "one doctor's visits",
            Self::Messages => "messages",
            Self::AuditEntries => "audit entries",
            Self::Sessions => "one account's sessions",
        }
    }
}

/// The patient who has many visits.
pub(crate) const REGULAR: u32 = 0;

/// The full name of an added patient: a first name that many have, and a last name of its own.
pub(crate) fn name_of(number: u32) -> (String, String) {
    let first = FIRST_NAMES[(number % 10) as usize].to_owned();
    let mut rest = number.wrapping_mul(0x9e37_79b1) % 11_881_376;
    let mut last = String::new();
    for _ in 0..5 {
        last.push(char::from(b'a' + u8::try_from(rest % 26).unwrap()));
        rest /= 26;
    }
    (first, last)
}

/// An administrator, and somebody at the front desk.
pub(crate) fn add_staff(clinic: &Clinic) {
    let mut connection = Connection::open(&clinic.data);
    for (number, role) in [(0, "admin"), (1, "receptionist")] {
        let id = hex(Kind::Staff, number);
        connection.batch(&format!(
            "INSERT INTO accounts (id, role, status, email, email_key, full_name, name_key, password_hash, created_at, \
             revision) SELECT x'{id}', '{role}', 'active', '{role}@example.org', '{role}@example.org', 'Staff', 'staff', \
             MAX(password_hash), MAX(created_at), 1 FROM accounts"
        ));
        let name = format!("'{role}@example.org', x'{id}'");
        connection.batch(&format!("INSERT INTO login_names (name, account_id) VALUES ({name})"));
    }
}

/// Adds those with these numbers.
pub(crate) fn add(clinic: &Clinic, connection: &mut Connection, thing: Thing, numbers: Range<u32>) {
    match thing {
        Thing::Patients => add_people(connection, numbers, "patient"),
        Thing::Doctors => add_people(connection, numbers, "doctor"),
        Thing::SlotsOfOneDoctor => {
            let mut slots = slots();
            for number in numbers {
                let (slot, start) = (hex(Kind::GrownSlot, number), start_of(number));
                add_slot(&mut slots, connection, &slot, PLANNED, start, "busy_unavailable");
            }
            slots.write(connection);
        }
        Thing::VisitsOfOnePatient => {
            let doctor = |number| OTHERS.start + number % (OTHERS.end - OTHERS.start);
            add_visits(connection, numbers, [Kind::RegularVisit, Kind::RegularSlot], doctor, |_| REGULAR);
        }
        Thing::VisitsOfOneDoctor => {
            let patients = 100 * clinic.doctors;
            add_visits(
                connection,
                numbers,
                [Kind::BusyVisit, Kind::BusySlot],
                |_| BUSY,
                |number| BOOKERS + number % patients,
            );
        }
        Thing::Messages => add_messages(connection, numbers),
        Thing::AuditEntries => add_entries(connection, numbers),
        Thing::Sessions => add_sessions(connection, numbers),
    }
}

/// When the slots and visits with this number start: the first is the last before the diaries begin.
fn start_of(number: u32) -> DateTime<Utc> {
    days::at(0, 0) - TimeDelta::days(ENDED_DAYS_AGO) - TimeDelta::minutes(MINUTES * i64::from(number + 1))
}

fn slots() -> Table {
    Table::new("slots (id, schedule_id, doctor_id, location_id, starts_at, ends_at, status, revision)")
}

/// The only location.
const LOCATION: &str = "(SELECT MIN(id) FROM locations)";

fn add_slot(
    slots: &mut Table,
    connection: &mut Connection,
    slot: &str,
    doctor: u32,
    start: DateTime<Utc>,
    status: &str,
) {
    let (schedule, doctor) = (hex(Kind::Schedule, doctor), hex(Kind::Doctor, doctor));
    let (begins, ends) = (sql(start), sql(start + TimeDelta::minutes(MINUTES)));
    slots.add(
        connection,
        format_args!("x'{slot}', x'{schedule}', x'{doctor}', {LOCATION}, '{begins}', '{ends}', '{status}', 1"),
    );
}

fn add_people(connection: &mut Connection, numbers: Range<u32>, role: &str) {
    let (of_account, of_person) = match role {
        "doctor" => (Kind::GrownDoctorAccount, Kind::GrownDoctor),
        _ => (Kind::GrownPatientAccount, Kind::GrownPatient),
    };
    let password = connection.text("SELECT MAX(password_hash) AS value FROM accounts");
    let joined = sql(days::at(0, 0) - TimeDelta::days(1));
    let mut accounts = Table::new(
        "accounts (id, role, status, email, email_key, full_name, name_key, national_id, national_id_key, password_hash, \
         created_at, revision)",
    );
    let mut guards = Table::new("guards (kind, id, revision)");
    let mut login_names = Table::new("login_names (name, account_id)");
    let mut searched = Table::new("searched_names (account_id, full_name, email)");
    let mut keys = Table::new("search_keys (search_key, name_key, account_id)");
    let mut people = match role {
        "doctor" => Table::new("doctors (id, account_id, license_number, accepting_bookings, location_id, revision)"),
        _ => Table::new("patients (id, account_id, date_of_birth, revision)"),
    };
    let mut specialties = Table::new("doctor_specialties (doctor_id, specialty_code)");
    let mut schedules = Table::new("schedules (id, doctor_id, location_id)");
    let mut slots = slots();
    for number in numbers {
        let (account, id) = (hex(of_account, number), hex(of_person, number));
        let (first, last) = name_of(number);
        let (name, email) = (format!("{first} {last}"), format!("{last}.{number}@{role}.example"));
        let national = format!("{role}{number}");
        accounts.add(connection, format_args!(
            "x'{account}', '{role}', 'active', '{email}', '{email}', '{name}', '{name}', '{national}', '{national}', \
             '{password}', '{joined}', 1"
        ));
        guards.add(connection, format_args!("'{role}', x'{id}', 1"));
        for login_name in [&email, &national] {
            login_names.add(connection, format_args!("'{login_name}', x'{account}'"));
        }
        searched.add(connection, format_args!("x'{account}', '{name}', '{email}'"));
        let beginnings = [&first, &last].into_iter().flat_map(|word| (1..=word.len()).map(move |end| &word[..end]));
        let mut of_name: Vec<String> = beginnings.map(|beginning| format!("{role} {beginning}")).collect();
        of_name.sort();
        of_name.dedup();
        let of_email =
            [3, 6, 10].into_iter().filter(|end| *end <= email.len()).map(|end| format!("email {}", &email[..end]));
        for key in of_name.into_iter().chain(of_email).chain([format!("email @{role}.example")]) {
            keys.add(connection, format_args!("'{key}', '{name}', x'{account}'"));
        }
        if role == "doctor" {
            let schedule = hex(Kind::GrownSchedule, number);
            people.add(connection, format_args!("x'{id}', x'{account}', 'GR-{number}', 1, {LOCATION}, 1"));
            specialties.add(connection, format_args!("x'{id}', 'cardiology'"));
            schedules.add(connection, format_args!("x'{schedule}', x'{id}', {LOCATION}"));
            let start = days::at(2 + u64::from(number % 300), 8 * 60);
            let (begins, ends) = (sql(start), sql(start + TimeDelta::minutes(MINUTES)));
            slots.add(
                connection,
                format_args!(
                    "x'{}', x'{schedule}', x'{id}', {LOCATION}, '{begins}', '{ends}', 'free', 1",
                    hex(Kind::GrownDoctorSlot, number)
                ),
            );
        } else {
            let birth = days::at(0, 0) - TimeDelta::days(7_000 + i64::from(number % 20_000));
            people.add(connection, format_args!("x'{id}', x'{account}', '{}', 1", birth.date_naive()));
        }
    }
    for table in [
        &mut accounts,
        &mut guards,
        &mut login_names,
        &mut searched,
        &mut keys,
        &mut people,
        &mut specialties,
        &mut schedules,
        &mut slots,
    ] {
        table.write(connection);
    }
}

/// Visits that are over, each in a slot of its own.
fn add_visits(
    connection: &mut Connection,
    numbers: Range<u32>,
    [kind, of_slot]: [Kind; 2],
    doctor: impl Fn(u32) -> u32,
    patient: impl Fn(u32) -> u32,
) {
    let mut slots = slots();
    let mut visits = Table::new(
        "appointments (id, patient_id, doctor_id, location_id, slot_id, active_slot_id, starts_at, ends_at, status, \
         booked_by_role, received_by_role, revision, created_at, updated_at)",
    );
    let mut changes = Table::new(
        "appointment_changes (appointment_id, revision, changed_at, changed_by, changed_by_role, kind, to_status, \
         to_slot_id, to_starts_at, to_ends_at)",
    );
    for number in numbers {
        let start = start_of(number);
        let (slot, visit) = (hex(of_slot, number), hex(kind, number));
        let (who, of) = (hex(Kind::Patient, patient(number)), hex(Kind::Doctor, doctor(number)));
        let (begins, ends) = (sql(start), sql(start + TimeDelta::minutes(MINUTES)));
        let by = hex(Kind::PatientAccount, patient(number));
        add_slot(&mut slots, connection, &slot, doctor(number), start, "busy");
        visits.add(
            connection,
            format_args!(
                "x'{visit}', x'{who}', x'{of}', {LOCATION}, x'{slot}', x'{slot}', '{begins}', '{ends}', 'fulfilled', \
             'patient', 'receptionist', 1, '{begins}', '{begins}'"
            ),
        );
        changes.add(
            connection,
            format_args!(
                "x'{visit}', 1, '{begins}', x'{by}', 'patient', 'booked', 'fulfilled', x'{slot}', '{begins}', '{ends}'"
            ),
        );
    }
    for table in [&mut slots, &mut visits, &mut changes] {
        table.write(connection);
    }
}

fn add_messages(connection: &mut Connection, numbers: Range<u32>) {
    let mut messages = Table::new(
        "messages (id, kind, addressee, addressee_id, created_at, due_at, status, attempts, failures, sent_at, priority)",
    );
    let mut attempts = Table::new("delivery_attempts (message_id, attempt, ended_at, outcome)");
    for number in numbers {
        let (id, to) = (hex(Kind::Message, number), hex(Kind::PatientAccount, number % BOOKERS));
        let at = sql(start_of(number));
        messages.add(
            connection,
            format_args!("x'{id}', 'reset_password', 'account', x'{to}', '{at}', '{at}', 'sent', 1, 0, '{at}', 1"),
        );
        attempts.add(connection, format_args!("x'{id}', 1, '{at}', 'sent'"));
    }
    messages.write(connection);
    attempts.write(connection);
}

/// Readings of the front desk, each of which showed the regular patient besides another one.
fn add_entries(connection: &mut Connection, numbers: Range<u32>) {
    let mut entries = Table::new("audit (id, done_at, actor, actor_role, action, subject)");
    let mut shown = Table::new("audit_subjects (entry_id, subject, done_at)");
    #[expect(
        clippy::disallowed_methods,
        reason = "the server seals what is newer than its last seal by the machine's clock"
    )]
    let now = Utc::now() - TimeDelta::microseconds(numbers.len().try_into().unwrap());
    let (actor, regular) = (hex(Kind::Staff, 1), hex(Kind::Patient, REGULAR));
    for number in numbers.clone() {
        let (id, subject) = (hex(Kind::Entry, number), hex(Kind::Patient, 1 + number % (BOOKERS - 1)));
        let at = sql(now + TimeDelta::microseconds(i64::from(number - numbers.start)));
        entries.add(
            connection,
            format_args!("x'{id}', '{at}', x'{actor}', 'receptionist', 'patient_contact_read', x'{subject}'"),
        );
        shown.add(connection, format_args!("x'{id}', x'{regular}', '{at}'"));
    }
    entries.write(connection);
    shown.write(connection);
}

fn add_sessions(connection: &mut Connection, numbers: Range<u32>) {
    let mut sessions = Table::new("sessions (id, account_id, created_at, expires_at)");
    let mut tokens = Table::new("refresh_tokens (hash, session_id, issued_at, expires_at)");
    let account = hex(Kind::PatientAccount, REGULAR);
    for number in numbers {
        let id = hex(Kind::Session, number);
        let begun = days::at(0, 0) - TimeDelta::microseconds(i64::from(number) + 1);
        let (begun, ends) = (sql(begun), sql(begun + TimeDelta::days(7)));
        sessions.add(connection, format_args!("x'{id}', x'{account}', '{begun}', '{ends}'"));
        tokens.add(connection, format_args!("x'{id}{id}', x'{id}', '{begun}', '{ends}'"));
    }
    sessions.write(connection);
    tokens.write(connection);
}
