//! What was there before a migration is there after it.

use std::path::Path;

use chrono::TimeDelta;
use kernel::{PatientId, Revision, Role, Zone};
use scheduling_core::appointment::ChangeKind;
use scheduling_core::care::VisitFacts;
use scheduling_core::{Actor, Appointment, AppointmentStatus, Change};
use testkit::{Clinic, sample};

use crate::scratch::Scratch;

/// Migrations of this dialect, the later ones first undone, and all done again.
fn again(dialect: &str, names: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(dialect);
    let read = |name: &&str, file: &str| std::fs::read_to_string(folder.join(name).join(file)).unwrap();
    let undone = names.iter().rev().map(|name| read(name, "down.sql"));
    undone.chain(names.iter().map(|name| read(name, "up.sql"))).collect()
}

/// What added the time of the last change, and what builds on it.
const CHANGED: [&str; 2] = ["2026-11-30-000034_changed_appointments", "2026-12-01-000035_fewer_indexes"];

/// The status that a step led to, and who took it.
type Step = (AppointmentStatus, Role);

/// Visits with what their histories tell: who booked, the steps, and who received the patient.
const VISITS: [(Role, &[Step], Option<Role>); 5] = {
    use AppointmentStatus::{Arrived, Booked, CheckedIn, Fulfilled};
    use Role::{Admin, Doctor, Patient, Receptionist};
    [
        (Patient, &[], None),
        (Doctor, &[(Arrived, Doctor), (Fulfilled, Doctor)], Some(Doctor)),
        (Doctor, &[(Arrived, Doctor), (CheckedIn, Receptionist), (Fulfilled, Doctor)], Some(Receptionist)),
        (Receptionist, &[(Booked, Doctor)], None),
        (Admin, &[(Fulfilled, Admin)], Some(Admin)),
    ]
};

fn who_booked_and_received_is_read_from_the_history(scratch: &Scratch, migrate_again: impl Fn(&Scratch)) {
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let doctor = clinic.doctor("Grace");
    let slots = clinic.slots(doctor, sample::instant("2026-11-23T09:00:00Z"), 30, 5);
    let mut expected: Vec<(PatientId, VisitFacts)> = Vec::new();
    for ((booked_by, steps, received_by), slot) in VISITS.into_iter().zip(&slots) {
        let patient = clinic.patient("Ada");
        let mut visit = Appointment { booked_by, received_by, ..sample::appointment(slot, patient) };
        let change = |visit: &Appointment, kind, role| Change {
            appointment: visit.id,
            revision: visit.revision,
            at: sample::now(),
            by: Actor { role, ..clinic.doctor_actor(doctor) },
            kind,
            from: None,
            to: visit.standing(),
            reason_code: None,
            reason: None,
        };
        let mut changes = vec![change(&visit, ChangeKind::Booked, booked_by)];
        for (status, role) in steps {
            visit = Appointment { status: *status, revision: visit.revision.next(), ..visit };
            changes.push(change(&visit, ChangeKind::Status, *role));
        }
        // Whoever amends a visit of somebody who has arrived has not received them.
        visit.revision = visit.revision.next();
        changes.push(change(&visit, ChangeKind::Amended, Role::Patient));
        clinic.write(|store| {
            store.add_appointment(&visit)?;
            changes.iter().try_for_each(|change| store.add_change(change))
        });
        expected.push((patient, VisitFacts::from(&visit)));
    }
    migrate_again(scratch);
    let patients: Vec<PatientId> = expected.iter().map(|(patient, _)| *patient).collect();
    let mut facts = clinic.read(|store| store.visits_with(doctor, &patients));
    facts.sort_unstable();
    expected.sort_unstable();
    assert_eq!(facts, expected);
    let stored = clinic.read(|store| store.stored_settings());
    let kept = stored.values.get("default:activation_by_admin").map(String::as_str);
    assert_eq!(kept, Some("none"), "there were accounts before the default changed");
}

fn when_a_visit_was_last_changed_is_read_from_the_history(scratch: &Scratch, migrate_again: impl Fn(&Scratch)) {
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let (doctor, patient) = (clinic.doctor("Grace"), clinic.patient("Ada"));
    let [one, other] = clinic.slots(doctor, sample::instant("2026-11-23T09:00:00Z"), 30, 2).try_into().unwrap();
    let [changed, unknown] = [one, other].map(|slot| sample::appointment(&slot, patient));
    let last = sample::now() + TimeDelta::microseconds(1);
    let change = |revision: u32, at| Change {
        appointment: changed.id,
        revision: Revision::new(revision).unwrap(),
        at,
        by: clinic.doctor_actor(doctor),
        kind: ChangeKind::Amended,
        from: None,
        to: changed.standing(),
        reason_code: None,
        reason: None,
    };
    clinic.write(|store| {
        store.add_appointment(&changed)?;
        store.add_appointment(&unknown)?;
        store.add_change(&change(1, sample::now()))?;
        store.add_change(&change(2, last))?;
        store.add_change(&change(3, last - TimeDelta::days(1)))
    });
    migrate_again(scratch);
    let updated_at = |id| clinic.read(|store| store.appointment(id)).unwrap().updated_at;
    assert_eq!([changed.id, unknown.id].map(updated_at), [last, unknown.created_at]);
}

fn a_new_database_has_the_new_defaults(scratch: &Scratch) {
    let stored = Clinic::open(&scratch.shared(), Zone::UTC).read(|store| store.stored_settings());
    assert!(stored.values.is_empty(), "{stored:?}");
}

#[test]
#[cfg(feature = "sqlite")]
fn when_a_visit_was_last_changed_is_read_from_the_history_on_sqlite() {
    when_a_visit_was_last_changed_is_read_from_the_history(&crate::scratch::sqlite(), |scratch| {
        scratch.on_file(&again("sqlite", &CHANGED));
    });
}

#[test]
#[cfg(feature = "mysql")]
fn when_a_visit_was_last_changed_is_read_from_the_history_on_mariadb() {
    when_a_visit_was_last_changed_is_read_from_the_history(&crate::scratch::mysql(), |scratch| {
        scratch.on_schema(&again("mysql", &CHANGED));
    });
}

#[test]
#[cfg(feature = "mysql")]
fn mariadb_tells_when_an_earlier_version_has_written_a_visit() {
    let scratch = crate::scratch::mysql();
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let slots = clinic.slots(clinic.doctor("Grace"), sample::now(), 30, 1);
    let visit = sample::appointment(&slots[0], clinic.patient("Ada"));
    clinic.write(|store| store.add_appointment(&visit));
    let updated_at = || clinic.read(|store| store.appointment(visit.id)).unwrap().updated_at;
    assert_eq!(updated_at(), visit.updated_at);
    scratch.on_schema("UPDATE appointments SET notes = 'Fasting', revision = 2");
    let changed = updated_at();
    assert_ne!(changed, visit.updated_at);
    let next = Appointment { revision: Revision::new(3).unwrap(), ..visit.clone() };
    clinic.write(|store| store.change_appointment(&next));
    assert_eq!(updated_at(), visit.updated_at, "what this version says is what counts");
}

#[test]
#[cfg(feature = "sqlite")]
fn who_booked_and_received_is_read_from_the_history_on_sqlite() {
    let scratch = crate::scratch::sqlite();
    a_new_database_has_the_new_defaults(&scratch);
    who_booked_and_received_is_read_from_the_history(&scratch, |scratch| {
        scratch.on_file(&again("sqlite", &["2026-11-30-000012_care_relation"]));
    });
}

#[test]
#[cfg(feature = "mysql")]
fn who_booked_and_received_is_read_from_the_history_on_mariadb() {
    let scratch = crate::scratch::mysql();
    a_new_database_has_the_new_defaults(&scratch);
    who_booked_and_received_is_read_from_the_history(&scratch, |scratch| {
        scratch.on_schema(&again("mysql", &["2026-11-30-000012_care_relation"]));
    });
}
