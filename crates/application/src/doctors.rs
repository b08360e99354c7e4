//! Doctors' profiles.

use clinic_core::ports::Doctors;
use clinic_core::{Doctor, DoctorEntry};
use kernel::{Currency, DoctorId, LocationId, Price, UnitOfWorkExt};
use scheduling_core::relocating;

use crate::access::Action;
use crate::accounts::specialty_codes;
use crate::audit::{AuditAction, doctor_fields, record};
use crate::{App, Caller, Edit, Error, Party, Refusal, Store, Thing};

/// What is to be different about a doctor's profile.
#[derive(Clone, Debug, Default)]
pub struct DoctorEdit {
    /// One or more, by code or name.
    pub specialties: Option<Vec<String>>,
    /// The licence.
    pub license_number: Option<String>,
    /// Degrees and the like.
    pub qualifications: Edit<String>,
    /// Whole years.
    pub experience_years: Edit<u8>,
    /// What a visit costs.
    pub consultation_fee: Edit<Price>,
    /// Whether new bookings are taken.
    pub accepting_bookings: Option<bool>,
    /// Where the doctor sees patients; for an administrator to say.
    pub location: Option<LocationId>,
}

impl App {
    /// The caller's own profile.
    ///
    /// # Errors
    /// `Forbidden` for anyone but a doctor; or the store fails.
    pub fn my_doctor(&self, caller: &Caller) -> Result<DoctorEntry, Error> {
        let id = own(caller)?;
        self.store.read(|store| found(store, id))
    }

    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// `Forbidden` for anyone but a doctor, and for another location; `ApprovedFields` once the account was activated; an
    /// unknown specialty; or the store fails.
    pub fn change_my_doctor(&self, caller: &Caller, edit: &DoctorEdit) -> Result<DoctorEntry, Error> {
        let id = own(caller)?;
        if edit.location.is_some() {
            return Err(Refusal::Forbidden.into());
        }
        self.edit_doctor(caller, id, edit)
    }

    /// Changes any doctor's profile.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, an unknown specialty, a refusal of
    /// [`relocating::relocate`]; or the store fails.
    pub fn change_doctor(&self, caller: &Caller, id: DoctorId, edit: &DoctorEdit) -> Result<DoctorEntry, Error> {
        caller.permit_all(Action::ChangeDoctor)?;
        self.edit_doctor(caller, id, edit)
    }

    fn edit_doctor(&self, caller: &Caller, id: DoctorId, edit: &DoctorEdit) -> Result<DoctorEntry, Error> {
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let currency = self.settings().currency;
        self.store.write(|store| {
            let mut entry = found(store, id)?;
            let before = entry.doctor.clone();
            if let Some(location) = edit.location.filter(|location| *location != entry.location.id) {
                let location = store.location(location)?.ok_or(Refusal::Unknown(Thing::Location))?;
                relocating::relocate(store, id, (location.id, location.zone), now)?;
                entry.doctor.location = location.id;
                entry.location = location;
            }
            let doctor = edited(store, entry.doctor, edit.clone(), currency)?;
            if entry.active && caller.permit_all(Action::ChangeDoctor).is_err() {
                before.refuse_unapproved(&doctor)?;
            }
            store.change_doctor(&doctor)?;
            let fields = doctor_fields(&before, &doctor);
            record(store, audited, now, Some(caller), AuditAction::DoctorChanged, Some(id.uuid()), fields)?;
            Ok(DoctorEntry { doctor, ..entry })
        })
    }
}

fn own(caller: &Caller) -> Result<DoctorId, Refusal> {
    match caller.party {
        Party::Doctor(id) => Ok(id),
        Party::Patient(_) | Party::Receptionist | Party::Admin => Err(Refusal::Forbidden),
    }
}

fn found<S: Doctors + ?Sized>(store: &mut S, id: DoctorId) -> Result<DoctorEntry, Error> {
    Ok(store.doctor(id)?.ok_or(Refusal::Unknown(Thing::Doctor))?)
}

fn edited<S: Store + ?Sized>(
    store: &mut S,
    doctor: Doctor,
    edit: DoctorEdit,
    currency: Currency,
) -> Result<Doctor, Error> {
    let specialties = match &edit.specialties {
        Some(named) => specialty_codes(store, named)?,
        None => doctor.specialties,
    };
    Ok(Doctor {
        specialties,
        license_number: edit.license_number.unwrap_or(doctor.license_number),
        qualifications: edit.qualifications.over(doctor.qualifications),
        experience_years: edit.experience_years.over(doctor.experience_years),
        consultation_fee: edit.consultation_fee.map(|fee| fee.in_full(currency)).over(doctor.consultation_fee),
        accepting_bookings: edit.accepting_bookings.unwrap_or(doctor.accepting_bookings),
        revision: doctor.revision.next(),
        ..doctor
    })
}
