//! Who may see whom: the one place that every reading of a patient asks.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{DoctorId, PatientId, StoreError};
use scheduling_core::Appointment;
use scheduling_core::care::{PatientAccess, access_by_visits, may_read_notes};

use crate::access::{Action, Reach, reach};
use crate::ports::{AppointmentEntry, Diary};
use crate::settings::DoctorsSee;
use crate::{Caller, Party, Refusal, Settings, Thing};

/// How much the caller may see of a patient.
///
/// # Errors
/// When the store fails.
pub(crate) fn access_to<S: Diary + ?Sized>(
    store: &mut S,
    caller: &Caller,
    patient: PatientId,
    settings: &Settings,
) -> Result<PatientAccess, StoreError> {
    match caller.party {
        Party::Patient(own) if own == patient => Ok(PatientAccess::Record),
        Party::Patient(_) => Ok(PatientAccess::None),
        Party::Doctor(doctor) => {
            let of_doctor = access_of_doctor(store, doctor, &BTreeSet::from([patient]), settings)?;
            Ok(of_doctor.get(&patient).copied().unwrap_or(PatientAccess::None))
        }
        Party::Receptionist | Party::Admin => Ok(match reach(caller.role(), Action::ReadClinicalData) {
            Reach::All => PatientAccess::Record,
            Reach::Own | Reach::None => PatientAccess::Contact,
        }),
    }
}

/// Refuses a patient of whom the caller may see nothing, as one who does not exist.
///
/// # Errors
/// `Unknown`; or the store fails.
pub(crate) fn permit_contact<S: Diary + ?Sized>(
    store: &mut S,
    caller: &Caller,
    patient: PatientId,
    settings: &Settings,
) -> Result<PatientAccess, crate::Error> {
    match access_to(store, caller, patient, settings)? {
        PatientAccess::None => Err(Refusal::Unknown(Thing::Patient).into()),
        access @ (PatientAccess::Contact | PatientAccess::Record) => Ok(access),
    }
}

/// The doctor whose own patients alone the caller finds; `None` where the caller finds everybody's.
pub(crate) fn finds_only_patients_of(caller: &Caller, settings: &Settings) -> Option<DoctorId> {
    match (caller.party, settings.doctors_see) {
        (Party::Doctor(doctor), DoctorsSee::Own) => Some(doctor),
        (Party::Doctor(_), DoctorsSee::All) | (Party::Patient(_) | Party::Receptionist | Party::Admin, _) => None,
    }
}

/// Leaves out of appointments what their reader may not see of the patients.
///
/// # Errors
/// When the store fails.
pub(crate) fn leave_out_unseen<S: Diary + ?Sized>(
    store: &mut S,
    caller: &Caller,
    entries: &mut [AppointmentEntry],
    settings: &Settings,
) -> Result<(), StoreError> {
    let Party::Doctor(doctor) = caller.party else { return Ok(()) };
    // What an active visit opens by itself needs no look at the others.
    let is_off = |entry: &&AppointmentEntry| !entry.appointment.status.is_active();
    let patients: BTreeSet<_> = entries.iter().filter(is_off).map(|entry| entry.appointment.patient).collect();
    let access = access_of_doctor(store, doctor, &patients, settings)?;
    for entry in entries {
        let status = entry.appointment.status;
        let Some(access) = access.get(&entry.appointment.patient).filter(|_| !status.is_active()) else { continue };
        if !may_read_notes(status, *access) {
            (entry.appointment.reason, entry.appointment.notes) = (None, None);
        }
        if *access == PatientAccess::None {
            entry.patient = None;
        }
    }
    Ok(())
}

/// Whether the caller may read the reason and the notes of an appointment that is theirs to read.
///
/// # Errors
/// When the store fails.
pub(crate) fn reads_notes_of<S: Diary + ?Sized>(
    store: &mut S,
    caller: &Caller,
    appointment: &Appointment,
    settings: &Settings,
) -> Result<bool, StoreError> {
    match caller.party {
        Party::Doctor(_) if !appointment.status.is_active() => {
            Ok(may_read_notes(appointment.status, access_to(store, caller, appointment.patient, settings)?))
        }
        Party::Doctor(_) | Party::Patient(_) | Party::Receptionist | Party::Admin => Ok(true),
    }
}

/// How much a doctor may see of each of these patients.
fn access_of_doctor<S: Diary + ?Sized>(
    store: &mut S,
    doctor: DoctorId,
    patients: &BTreeSet<PatientId>,
    settings: &Settings,
) -> Result<BTreeMap<PatientId, PatientAccess>, StoreError> {
    if patients.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<PatientId> = patients.iter().copied().collect();
    let visits = store.visits_with(doctor, &ids)?;
    let least = match settings.doctors_see {
        DoctorsSee::All => PatientAccess::Contact,
        DoctorsSee::Own => PatientAccess::None,
    };
    let of = |patient: PatientId| {
        let between = visits.iter().filter(|(whose, _)| *whose == patient).map(|(_, facts)| *facts);
        (patient, access_by_visits(between, &settings.care).max(least))
    };
    Ok(ids.into_iter().map(of).collect())
}
