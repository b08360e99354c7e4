//! Rows that break a promise are found: each is broken by hand here, behind the store's back.
use kernel::Zone;
use scheduling_core::Change;
use scheduling_core::appointment::ChangeKind;
use store_diesel::{Invariant, Violation};
use testkit::{Clinic, sample};

use crate::scratch::Scratch;

/// A busy slot with a booked appointment, and a free slot after it.
fn set_up(scratch: &Scratch) {
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let (doctor, patient) = (clinic.doctor("Grace"), clinic.patient("Ada"));
    let slots = clinic.slots(doctor, sample::instant("2026-11-23T09:00:00Z"), 30, 2);
    let slot = slots.first().unwrap();
    let appointment = sample::appointment(slot, patient);
    let change = Change {
        appointment: appointment.id,
        revision: appointment.revision,
        at: sample::now(),
        by: clinic.patient_actor(patient),
        kind: ChangeKind::Booked,
        from: None,
        to: appointment.standing(),
        reason_code: None,
        reason: None,
    };
    clinic.write(|store| {
        store.change_slot(&slot.with_status(scheduling_core::SlotStatus::Busy))?;
        store.add_appointment(&appointment)?;
        store.add_change(&change)
    });
}

/// A second appointment of the same patient with the same doctor in the same slot, as only a lost lock could make it.
const SECOND_APPOINTMENT: &str = "INSERT INTO appointments SELECT slot_id, patient_id, doctor_id, location_id, slot_id, \
     NULL, starts_at, ends_at, status, NULL, NULL, revision, created_at, booked_by_role, NULL, updated_at \
     FROM appointments";

const BROKEN: [(&str, &[&str]); 8] = [
    (
        SECOND_APPOINTMENT,
        &[
            "two active appointments have one slot",
            "the active slot does not agree with status and slot",
            "two active appointments of a doctor overlap",
            "two active appointments of a patient overlap",
            "the last history entry is not how the appointment stands",
        ],
    ),
    (
        "UPDATE appointments SET status = 'cancelled', active_slot_id = NULL",
        &["a slot is busy without an active appointment", "the last history entry is not how the appointment stands"],
    ),
    ("UPDATE slots SET status = 'free'", &["an active appointment has no busy slot at its time"]),
    ("UPDATE appointments SET active_slot_id = NULL", &["the active slot does not agree with status and slot"]),
    (
        "UPDATE slots SET starts_at = '2026-11-23 09:15:00.000000' WHERE status = 'free'",
        &["two slots of a doctor overlap"],
    ),
    (
        "UPDATE appointments SET revision = 2",
        &[
            "the last history entry is not how the appointment stands",
            "the history has not one entry for each revision",
        ],
    ),
    ("DELETE FROM appointment_changes", &["the last history entry is not how the appointment stands"]),
    (
        "DELETE FROM appointments",
        &["a slot is busy without an active appointment", "the history has not one entry for each revision"],
    ),
];

fn every_violation_is_found(make: impl Fn() -> Scratch, run: impl Fn(&Scratch, &str)) {
    for (sql, expected) in BROKEN {
        let scratch = make();
        set_up(&scratch);
        assert_eq!(scratch.database.violations(), Ok(vec![]));
        run(&scratch, sql);
        let found = scratch.database.violations().unwrap();
        let found: Vec<_> = found.iter().map(|violation| violation.invariant.to_string()).collect();
        assert_eq!(found, expected, "{sql}");
    }
}

/// A slot that has grown over the next two is named with each of them, and not only with its neighbour.
fn what_overlaps_is_named(scratch: &Scratch, run: impl Fn(&Scratch, &str)) {
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let doctor = clinic.doctor("Grace");
    let slots = clinic.slots(doctor, sample::instant("2026-11-23T09:00:00Z"), 30, 4);
    let named = |other: usize| {
        let ids = [0, other].map(|nth| slots.get(nth).unwrap().id.uuid()).to_vec();
        Violation { invariant: Invariant::SlotsOfDoctorApart, ids }
    };
    run(
        scratch,
        "UPDATE slots SET ends_at = '2026-11-23 10:15:00.000000' WHERE starts_at = '2026-11-23 09:00:00.000000'",
    );
    assert_eq!(scratch.database.violations(), Ok(vec![named(1), named(2)]));
}

#[test]
#[cfg(feature = "sqlite")]
fn what_overlaps_is_named_on_sqlite() {
    what_overlaps_is_named(&crate::scratch::sqlite(), Scratch::on_file);
}

#[test]
#[cfg(feature = "mysql")]
fn what_overlaps_is_named_on_mariadb() {
    what_overlaps_is_named(&crate::scratch::mysql(), Scratch::on_schema);
}

#[test]
#[cfg(feature = "sqlite")]
fn every_violation_is_found_on_sqlite() {
    every_violation_is_found(crate::scratch::sqlite, Scratch::on_file);
}

#[test]
#[cfg(feature = "mysql")]
fn every_violation_is_found_on_mariadb() {
    every_violation_is_found(crate::scratch::mysql, Scratch::on_schema);
}
