//! Fills a clinic behind the server's back: many rows with one statement, all in one transaction.

use chrono::TimeDelta;
use indicatif::{ProgressBar, ProgressStyle};

use crate::clinic::{BOOKERS, Clinic, SLOTS_PER_DOCTOR, booker_email, end_of};
use crate::database::Connection;
use crate::ids::{Kind, hex};
use crate::table::{Table, sql};

/// Patients of a doctor who have a past.
const PATIENTS_PER_DOCTOR: u32 = 100;

/// Fills an empty clinic.
pub(crate) fn fill(clinic: &Clinic) {
    let mut connection = Connection::open(&clinic.data);
    let location = connection.text("SELECT LOWER(HEX(id)) AS value FROM locations LIMIT 1");
    let password = connection.text("SELECT password_hash AS value FROM accounts LIMIT 1");
    connection.begin_bulk();
    add_people(clinic, &mut connection, &location, &password);
    add_diary(clinic, &mut connection, &location);
    connection.end_bulk();
}

fn add_people(clinic: &Clinic, connection: &mut Connection, location: &str, password: &str) {
    let mut accounts = Table::new(
        "accounts (id, role, status, email, email_key, full_name, name_key, password_hash, created_at, revision, \
         email_verified_at)",
    );
    let mut guards = Table::new("guards (kind, id, revision)");
    // Nobody is looked for by name, and the server that is started next would write down by what all of them are found.
    let mut searched = Table::new("searched_names (account_id, full_name, email)");
    let mut account = |connection: &mut Connection, id: &str, role: &str, email: &str, name: &str, specimen: &str| {
        let joined = sql(clinic.start_of(0) - TimeDelta::days(30));
        let key = name.to_lowercase();
        accounts.add(connection, format_args!(
            "x'{id}', '{role}', 'active', '{email}', '{email}', '{name}', '{key}', '{password}', '{joined}', 1, '{joined}'"
        ));
        guards.add(connection, format_args!("'{role}', x'{specimen}', 1"));
        searched.add(connection, format_args!("x'{id}', '{name}', '{email}'"));
    };
    let mut doctors = Table::new("doctors (id, account_id, license_number, accepting_bookings, location_id, revision)");
    let mut specialties = Table::new("doctor_specialties (doctor_id, specialty_code)");
    let mut schedules = Table::new("schedules (id, doctor_id, location_id)");
    for number in 0..clinic.doctors {
        let (id, owner) = (hex(Kind::Doctor, number), hex(Kind::DoctorAccount, number));
        let specialty = ["cardiology", "dentistry", "dermatology", "general_practice"][(number % 4) as usize];
        let email = format!("doctor-{number}@example.org");
        account(connection, &owner, "doctor", &email, &format!("Grace Number{number}"), &id);
        doctors.add(connection, format_args!("x'{id}', x'{owner}', 'MD-{number}', 1, x'{location}', 1"));
        specialties.add(connection, format_args!("x'{id}', '{specialty}'"));
        schedules.add(connection, format_args!("x'{}', x'{id}', x'{location}'", hex(Kind::Schedule, number)));
    }
    let mut patients = Table::new("patients (id, account_id, revision)");
    for number in 0..BOOKERS + clinic.doctors * PATIENTS_PER_DOCTOR {
        let (id, owner) = (hex(Kind::Patient, number), hex(Kind::PatientAccount, number));
        account(connection, &owner, "patient", &booker_email(number), &format!("Ada Number{number}"), &id);
        patients.add(connection, format_args!("x'{id}', x'{owner}', 1"));
    }
    for table in
        [&mut accounts, &mut guards, &mut searched, &mut doctors, &mut specialties, &mut schedules, &mut patients]
    {
        table.write(connection);
    }
}

fn add_diary(clinic: &Clinic, connection: &mut Connection, location: &str) {
    let bar = ProgressBar::new(clinic.slots().into());
    bar.set_style(ProgressStyle::with_template("{elapsed} {wide_bar} {human_pos} of {human_len} slots").unwrap());
    let mut slots = Table::new("slots (id, schedule_id, doctor_id, location_id, starts_at, ends_at, status, revision)");
    let mut appointments = Table::new(
        "appointments (id, patient_id, doctor_id, location_id, slot_id, active_slot_id, starts_at, ends_at, status, \
         booked_by_role, received_by_role, revision, created_at, updated_at)",
    );
    let mut changes = Table::new(
        "appointment_changes (appointment_id, revision, changed_at, changed_by, changed_by_role, kind, from_status, \
         from_slot_id, from_starts_at, from_ends_at, to_status, to_slot_id, to_starts_at, to_ends_at)",
    );
    for number in 0..clinic.slots() {
        let (doctor, time) = (number / SLOTS_PER_DOCTOR, number % SLOTS_PER_DOCTOR);
        let fate = clinic.fate(doctor, time);
        if clinic.is_swept(doctor, time) {
            continue;
        }
        let is_active = fate.last().is_some_and(|last| !["cancelled", "noshow"].contains(last));
        let (slot, of, start) = (hex(Kind::Slot, number), hex(Kind::Doctor, doctor), clinic.start_of(time));
        let (begins, ends) = (sql(start), sql(end_of(start)));
        slots.add(
            connection,
            format_args!(
                "x'{slot}', x'{}', x'{of}', x'{location}', '{begins}', '{ends}', '{}', {}",
                hex(Kind::Schedule, doctor),
                if is_active { "busy" } else { "free" },
                1 + fate.len()
            ),
        );
        let Some(status) = fate.last() else { continue };
        // At one time a doctor has one slot, so that no patient of theirs is in two places.
        let patient = BOOKERS + doctor * PATIENTS_PER_DOCTOR + time % PATIENTS_PER_DOCTOR;
        let (id, who) = (hex(Kind::Appointment, number), hex(Kind::Patient, patient));
        let active = if is_active { format!("x'{slot}'") } else { "NULL".to_owned() };
        let made = sql(start - TimeDelta::days(20));
        appointments.add(connection, format_args!(
            "x'{id}', x'{who}', x'{of}', x'{location}', x'{slot}', {active}, '{begins}', '{ends}', '{status}', 'patient', \
             NULL, {}, '{made}', '{made}'",
            fate.len()
        ));
        for (place, to) in fate.iter().enumerate() {
            let from = match place.checked_sub(1) {
                None => "NULL, NULL, NULL, NULL".to_owned(),
                Some(before) => format!("'{}', x'{slot}', '{begins}', '{ends}'", fate[before]),
            };
            let kind = if place == 0 { "booked" } else { "status" };
            changes.add(
                connection,
                format_args!(
                    "x'{id}', {}, '{made}', x'{}', 'patient', '{kind}', {from}, '{to}', x'{slot}', '{begins}', '{ends}'",
                    place + 1,
                    hex(Kind::PatientAccount, patient)
                ),
            );
        }
        bar.inc(1);
    }
    for table in [&mut slots, &mut appointments, &mut changes] {
        table.write(connection);
    }
    bar.finish_and_clear();
}
