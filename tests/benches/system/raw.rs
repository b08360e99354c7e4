//! The ceiling of bookings: the statements of one, without the application and without HTTP.
//!
//! They are what the server sends for `POST /appointments` with an `Idempotency-Key`, up to COMMIT, as
//! MariaDB's general log shows them. Who is calling was looked up before, and is not among them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use acceptance::days;
use chrono::TimeDelta;

use crate::clinic::{Clinic, Offer, end_of};
use crate::database::{Connection, Statement, Value};
use crate::ids::{Kind, bytes, hex, hyphenated};
use crate::table::sql;

/// How many statements a booking is on MariaDB, COMMIT included.
pub(crate) const STATEMENTS: f64 = 11.0;

/// Makes bookings from so many threads, so many with one COMMIT, until the time is over or all is booked; gives
/// bookings a second.
pub(crate) fn bookings_per_second(
    clinic: &Clinic,
    offers: &[Offer],
    threads: usize,
    group: usize,
    time: Duration,
) -> f64 {
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let location = Connection::open(&clinic.data).text("SELECT LOWER(HEX(id)) AS value FROM locations LIMIT 1");
    let location = u128::from_str_radix(&location, 16).unwrap().to_be_bytes();
    let work = || {
        let mut connection = Connection::open_to_write(&clinic.data);
        let mut booked = 0;
        while !is_over.load(Ordering::Relaxed) {
            let first = next.fetch_add(group, Ordering::Relaxed);
            let Some(group) = offers.get(first..first + group) else { break };
            connection.begin();
            for offer in group {
                book(&mut connection, offer, &location);
            }
            connection.commit();
            booked += group.len();
        }
        booked
    };
    let begun = Instant::now();
    let booked: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        while begun.elapsed() < time && next.load(Ordering::Relaxed) < offers.len() {
            thread::sleep(Duration::from_millis(10));
        }
        is_over.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    booked as f64 / begun.elapsed().as_secs_f64()
}

/// Everything before COMMIT.
#[rustfmt::skip]
fn book(connection: &mut Connection, offer: &Offer, location: &[u8]) {
    use Value::{Bytes, Null, Number, Text};

    let text = |text: &str| Text(text.to_owned());
    let at = |at| Text(sql(at));
    let now = || at(days::at(0, 0));
    let (start, end) = (offer.starts_at, end_of(offer.starts_at));
    // Ids that are made one after another sort so, and are written beside each other.
    let (id, slot) = (bytes(Kind::New, offer.place()), bytes(Kind::Slot, offer.slot()));
    let (patient, account) = (bytes(Kind::Patient, offer.booker()), bytes(Kind::PatientAccount, offer.booker()));
    let doctor = bytes(Kind::Doctor, offer.doctor);
    let key = hyphenated(&hex(Kind::New, offer.place()));
    let message = |last| { let mut id = id.clone(); id[15] = last; id };
    let day = TimeDelta::days(1);

    connection.read(Statement { sql:
        "SELECT account_id, idempotency_key, fingerprint, status, body, subject, revision, given_at FROM answers \
         WHERE account_id = ? AND idempotency_key = ? LIMIT ?",
        binds: vec![Bytes(account.clone()), text(&key), Number(1)] });
    let held = connection.change(Statement { sql:
        "UPDATE guards SET revision = revision + ? WHERE kind = ? AND id = ?",
        binds: vec![Number(1), text("patient"), Bytes(patient.clone())] });
    let found = connection.read(Statement { sql:
        "SELECT slots.id, slots.schedule_id, slots.doctor_id, slots.location_id, slots.starts_at, slots.ends_at, \
         slots.status, slots.revision, schedules.id, schedules.doctor_id, schedules.location_id, locations.time_zone, \
         doctors.accepting_bookings, accounts.status, accounts.full_name, locations.name, locations.city, \
         locations.time_zone FROM slots JOIN schedules ON slots.schedule_id = schedules.id \
         JOIN locations ON schedules.location_id = locations.id JOIN doctors ON schedules.doctor_id = doctors.id \
         JOIN accounts ON doctors.account_id = accounts.id WHERE slots.status <> ? AND slots.id = ? LIMIT ?",
        binds: vec![text("entered_in_error"), Bytes(slot.clone()), Number(1)] });
    let others = connection.read(Statement { sql:
        "SELECT id, patient_id, doctor_id, location_id, slot_id, active_slot_id, starts_at, ends_at, status, reason, \
         notes, revision, created_at FROM appointments WHERE patient_id = ? AND starts_at > ? AND starts_at < ? \
         AND ends_at > ? AND active_slot_id IS NOT NULL ORDER BY starts_at, id",
        binds: vec![Bytes(patient.clone()), at(start - day), at(end), at(start)] });
    let taken = connection.change(Statement { sql:
        "UPDATE slots SET schedule_id = ?, doctor_id = ?, location_id = ?, starts_at = ?, ends_at = ?, status = ?, \
         revision = ? WHERE id = ? AND revision = ?",
        binds: vec![Bytes(bytes(Kind::Schedule, offer.doctor)), Bytes(doctor.clone()), Bytes(location.to_vec()),
            at(start), at(end), text("busy"), Number(2), Bytes(slot.clone()), Number(1)] });
    assert_eq!((held, found, others, taken), (1, 1, 0, 1), "this booking would have been refused");
    connection.change(Statement { sql:
        "INSERT INTO appointments (id, patient_id, doctor_id, location_id, slot_id, active_slot_id, starts_at, \
         ends_at, status, reason, notes, revision, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        binds: vec![Bytes(id.clone()), Bytes(patient.clone()), Bytes(doctor.clone()), Bytes(location.to_vec()),
            Bytes(slot.clone()), Bytes(slot.clone()), at(start), at(end), text("booked"), Null, Null, Number(1),
            now()] });
    connection.change(Statement { sql:
        "INSERT INTO appointment_changes (appointment_id, revision, changed_at, changed_by, changed_by_role, kind, \
         from_status, from_slot_id, from_starts_at, from_ends_at, to_status, to_slot_id, to_starts_at, to_ends_at, \
         reason_code, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        binds: vec![Bytes(id.clone()), Number(1), now(), Bytes(account.clone()), text("patient"), text("booked"),
            Null, Null, Null, Null, text("booked"), Bytes(slot.clone()), at(start), at(end), Null, Null] });
    connection.change(Statement { sql:
        "INSERT INTO audit (id, done_at, actor, actor_role, action, subject, address, detail) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        binds: vec![Bytes(id.clone()), now(), Bytes(account.clone()), text("patient"), text("appointment_booked"),
            Bytes(id.clone()), text("127.0.0.1"), Null] });
    connection.change(Statement { sql:
        "INSERT INTO messages (id, kind, addressee, addressee_id, appointment_id, appointment_revision, created_at, \
         due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?)",
        binds: vec![
            Bytes(message(1)), text("booked"), text("patient"), Bytes(patient), Bytes(id.clone()), Number(1), now(),
            now(),
            Bytes(message(2)), text("booked"), text("doctor"), Bytes(doctor), Bytes(id.clone()), Number(1), now(),
            now()] });
    connection.change(Statement { sql:
        "INSERT INTO answers (account_id, idempotency_key, fingerprint, status, body, subject, revision, given_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        binds: vec![Bytes(account), text(&key), Bytes([&*id, &*id].concat()), Number(201), Text(ANSWER.repeat(6)),
            Bytes(id), Number(1), now()] });
}

/// Six times this is as long as an answer.
const ANSWER: &str = r#"{"id":"01a1fbf5-92c9-7267-a951-1e1f9ce063ce","status":"booked"}......"#;
