//! What must be true of every diary, whatever has happened.

use std::collections::{BTreeMap, BTreeSet};

use application::ports::{AppointmentFilter, SlotFilter};
use clinic_core::ports::DoctorFilter;
use kernel::{DoctorId, PatientId, Revision, SlotId};
use scheduling_core::{Appointment, AppointmentStatus, Change, ChangeKind, Interval, Slot, SlotStatus};

use super::support::all_pages;
use crate::Shared;
use crate::clinic::read;

/// Checks every doctor's diary; panics with what is wrong. Nobody may be writing meanwhile.
pub fn invariants(store: &Shared) {
    let doctors = all_pages(store, 100, |store, page| store.doctors(&DoctorFilter::default(), page));
    let doctors: Vec<DoctorId> = doctors.into_iter().map(|row| row.doctor.id).collect();
    invariants_of(store, &doctors);
}

/// Checks these doctors' diaries, and those of their patients; panics with what is wrong.
///
/// No two slots of a doctor overlap, nor two active appointments of a doctor or a patient; a slot is busy exactly when one
/// active appointment has it, at the same time; and every history leads step by step to where its appointment stands.
pub fn invariants_of(store: &Shared, doctors: &[DoctorId]) {
    let mut patients = BTreeSet::new();
    for doctor in doctors {
        let slots = slots_of(store, *doctor);
        let visits = appointments(store, &AppointmentFilter { doctor: Some(*doctor), ..AppointmentFilter::default() });
        refuse_overlap("slots of a doctor", slots.iter().map(|slot| (slot.interval, slot)));
        refuse_overlap("appointments of a doctor", active(&visits));
        check_busy(&slots, &visits);
        for visit in &visits {
            check_history(visit, &read(store, |store| store.changes_of(visit.id)));
        }
        patients.extend(visits.iter().map(|visit| visit.patient));
    }
    for patient in patients {
        check_patient(store, patient);
    }
}

fn slots_of(store: &Shared, doctor: DoctorId) -> Vec<Slot> {
    let filter = SlotFilter { doctor: Some(doctor), ..SlotFilter::default() };
    let entries = all_pages(store, 100, |store, page| store.slots_page(&filter, page));
    entries.into_iter().map(|entry| entry.slot).collect()
}

fn appointments(store: &Shared, filter: &AppointmentFilter) -> Vec<Appointment> {
    let entries = all_pages(store, 100, |store, page| store.appointments_page(filter, page));
    entries.into_iter().map(|entry| entry.appointment).collect()
}

fn check_patient(store: &Shared, patient: PatientId) {
    let visits = appointments(store, &AppointmentFilter { patient: Some(patient), ..AppointmentFilter::default() });
    refuse_overlap("appointments of a patient", active(&visits));
}

fn active(visits: &[Appointment]) -> impl Iterator<Item = (Interval, &Appointment)> {
    visits.iter().filter(|visit| visit.status.is_active()).map(|visit| (visit.interval, visit))
}

fn refuse_overlap<T: std::fmt::Debug>(what: &str, rows: impl Iterator<Item = (Interval, T)>) {
    let mut rows: Vec<(Interval, T)> = rows.collect();
    rows.sort_by_key(|(interval, _)| *interval);
    for pair in rows.windows(2) {
        assert!(!pair[0].0.overlaps(pair[1].0), "overlapping {what}: {pair:#?}");
    }
}

fn check_busy(slots: &[Slot], visits: &[Appointment]) {
    let mut had: BTreeMap<SlotId, &Appointment> = BTreeMap::new();
    for (_, visit) in active(visits) {
        let other = had.insert(visit.slot, visit);
        assert!(other.is_none(), "two active appointments in one slot: {visit:#?} {other:#?}");
        let slot = slots.iter().find(|slot| slot.id == visit.slot);
        let place = slot.map(|slot| (slot.interval, slot.location, slot.status));
        assert_eq!(place, Some((visit.interval, visit.location, SlotStatus::Busy)), "the slot of {visit:#?}");
    }
    for slot in slots.iter().filter(|slot| slot.status == SlotStatus::Busy) {
        assert!(had.contains_key(&slot.id), "busy without an active appointment: {slot:#?}");
    }
}

fn check_history(visit: &Appointment, changes: &[Change]) {
    let revisions: Vec<Revision> = changes.iter().map(|change| change.revision).collect();
    let expected: Vec<Revision> = (1..=visit.revision.number()).filter_map(Revision::new).collect();
    assert_eq!(revisions, expected, "one entry for each revision of {visit:#?}");
    let standings = changes.iter().map(|change| Some(change.to));
    let before: Vec<_> = std::iter::once(None).chain(standings).collect();
    for (change, before) in changes.iter().zip(&before) {
        assert_eq!(change.from, *before, "a history without gaps: {changes:#?}");
        let (from, to) = (change.from.map(|from| from.status), change.to.status);
        let is_legal = match change.kind {
            ChangeKind::Booked => from.is_none() && to.is_active(),
            ChangeKind::Status => from.is_some_and(|from| from.may_become(to)),
            ChangeKind::Moved => from.is_some_and(AppointmentStatus::is_active) && to.is_active(),
            ChangeKind::Amended => from == Some(to),
        };
        assert!(is_legal, "an illegal step: {change:#?}");
    }
    assert_eq!(before.last(), Some(&Some(visit.standing())), "the last entry is where it stands: {changes:#?}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clinic, sample};
    use kernel::{SlotId, Zone};

    fn panics(breach: fn(&Clinic, DoctorId, PatientId)) -> bool {
        std::panic::catch_unwind(|| {
            let clinic = Clinic::in_memory(Zone::UTC);
            breach(&clinic, clinic.doctor("Ada"), clinic.patient("Bea"));
            invariants(clinic.store());
        })
        .is_err()
    }

    #[test]
    fn an_orderly_clinic_passes() {
        assert!(!panics(|clinic, doctor, _| _ = clinic.slots(doctor, sample::now(), 30, 3)));
    }

    #[test]
    fn each_breach_is_found() {
        assert!(panics(|clinic, doctor, _| _ = [1, 2].map(|_| clinic.slot(doctor, sample::now(), 30))), "overlap");
        assert!(
            panics(|clinic, doctor, _| {
                let slot = clinic.slots(doctor, sample::now(), 30, 1)[0];
                clinic.write(|store| store.change_slot(&slot.with_status(SlotStatus::Busy)));
            }),
            "busy for nobody"
        );
        assert!(
            panics(|clinic, doctor, patient| {
                let slot = clinic.slots(doctor, sample::now(), 30, 1)[0];
                clinic.write(|store| store.add_appointment(&sample::appointment(&slot, patient)));
            }),
            "free for somebody"
        );
        assert!(
            panics(|clinic, doctor, patient| {
                let slot = clinic.slots(doctor, sample::now(), 30, 1)[0];
                clinic.write(|store| {
                    let cancelled = AppointmentStatus::Cancelled;
                    let visit = Appointment { status: cancelled, ..sample::appointment(&slot, patient) };
                    store.add_appointment(&Appointment { slot: SlotId::new(sample::fresh()), ..visit })
                });
            }),
            "no history"
        );
    }
}
