//! Patients, for themselves and for those who look after them.

use chrono::NaiveDate;
use clinic_core::ports::{PatientFilter, Patients};
use clinic_core::{BloodGroup, Gender, Patient, PatientEntry};
use identity_core::{Phone, registering};
use kernel::{DoctorId, Page, PageRequest, PatientId, UnitOfWorkExt};

use crate::access::{Action, Reach};
use crate::accounts::{AccountEdit, refuse_unborn};
use crate::audit::{AuditAction, account_fields, patient_fields, record};
use crate::editions::Concern;
use crate::ports::AnyStore;
use crate::settings::DoctorsSee;
use crate::{App, Caller, Edit, Error, Party, Refusal, Store, Thing};

/// How much of a patient the caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientView {
    /// Name and contact data.
    Contact(PatientEntry),
    /// All of it.
    Whole(PatientEntry),
}

/// What is to be different about a patient, as the patient says.
#[derive(Clone, Debug, Default)]
pub struct PatientEdit {
    /// Not in the future.
    pub date_of_birth: Edit<NaiveDate>,
    /// Administrative.
    pub gender: Edit<Gender>,
    /// ABO and Rh(D).
    pub blood_group: Edit<BloodGroup>,
    /// Where the patient lives.
    pub address: Edit<String>,
    /// Whom to call.
    pub emergency_contact: Edit<String>,
    /// In their own words.
    pub medical_history: Edit<String>,
}

/// What is to be different about a patient's contact data, as the front desk says.
#[derive(Clone, Debug, Default)]
pub struct ContactEdit {
    /// The name.
    pub full_name: Option<String>,
    /// The telephone number.
    pub phone: Option<Phone>,
    /// Where the patient lives.
    pub address: Edit<String>,
    /// Whom to call.
    pub emergency_contact: Edit<String>,
}

impl App {
    /// Patients who fit, by name, with contact data, for staff; a doctor finds everyone's, or their own, as the installation
    /// decides.
    ///
    /// # Errors
    /// `Forbidden` for patients; or the store fails.
    pub fn patients(
        &self,
        caller: &Caller,
        filter: &PatientFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, Error> {
        caller.permit_all(Action::ReadPatients)?;
        let filter = PatientFilter { in_care_of: self.only_own(caller), ..filter.clone() };
        Ok(self.store.read(|store| store.patients(&filter, page))?)
    }

    /// One patient: all of them for the patient, for an administrator and for a doctor who has or had an appointment
    /// with them; name and contact data for other staff, unless the installation keeps them from other doctors. Who reads
    /// all of somebody else stands in the audit log.
    ///
    /// # Errors
    /// `Unknown`, also for another patient, and for one whom the doctor does not find; or the store fails.
    pub fn patient(&self, caller: &Caller, id: PatientId) -> Result<PatientView, Error> {
        caller.permit_on(Action::ReadPatients, Thing::Patient, None, Some(id))?;
        let only_own = self.only_own(caller);
        let contact = || self.store.read(|store| contact_of(store, only_own, id));
        match (caller.permit(Action::ReadClinicalData), caller.party) {
            (Err(_) | Ok(Reach::None), _) => contact().map(PatientView::Contact),
            (_, Party::Patient(_)) => contact().map(PatientView::Whole),
            (Ok(reach @ (Reach::Own | Reach::All)), _) => self.record_of(caller, reach, id),
        }
    }

    /// One patient, for staff who may read clinical data of some or all.
    fn record_of(&self, caller: &Caller, reach: Reach, id: PatientId) -> Result<PatientView, Error> {
        let (audited, now, only_own) = (self.ids.fresh(), self.clock.now(), self.only_own(caller));
        self.store.write_about(Concern::of_nothing, |store| {
            let entry = contact_of(store, only_own, id)?;
            let whole = match (reach, caller.party) {
                (Reach::Own, Party::Doctor(doctor)) => store.are_in_care(doctor, id)?,
                (Reach::Own | Reach::None, _) => false,
                (Reach::All, _) => true,
            };
            if !whole {
                return Ok(PatientView::Contact(entry));
            }
            record(store, audited, now, Some(caller), AuditAction::PatientRecordRead, Some(id.uuid()), None)?;
            Ok(PatientView::Whole(entry))
        })
    }

    /// The caller's own profile.
    ///
    /// # Errors
    /// `Forbidden` for anyone but a patient; or the store fails.
    pub fn my_patient(&self, caller: &Caller) -> Result<PatientEntry, Error> {
        let id = own(caller)?;
        self.store.read(|store| found(store, id))
    }

    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// `Forbidden` for anyone but a patient, a birth in the future; or the store fails.
    pub fn change_my_patient(&self, caller: &Caller, edit: &PatientEdit) -> Result<PatientEntry, Error> {
        let id = own(caller)?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        self.store.write(|store| {
            let entry = found(store, id)?;
            let patient = edited(entry.patient.clone(), edit.clone());
            refuse_unborn(patient.date_of_birth, now)?;
            store.change_patient(&patient)?;
            let fields = patient_fields(&entry.patient, &patient);
            record(store, audited, now, Some(caller), AuditAction::PatientChanged, Some(id.uuid()), fields)?;
            Ok(PatientEntry { patient, ..entry })
        })
    }

    /// Changes a patient's name and contact data.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`, a telephone number that is taken; or the store fails.
    pub fn change_patient_contact(
        &self,
        caller: &Caller,
        id: PatientId,
        edit: &ContactEdit,
    ) -> Result<PatientView, Error> {
        caller.permit_on(Action::ChangePatientContact, Thing::Patient, None, Some(id))?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        self.store.write(|store| {
            let entry = found(store, id)?;
            let fields = change_contact(store, &entry.patient, edit.clone())?;
            Ok::<_, Error>(record(
                store,
                audited,
                now,
                Some(caller),
                AuditAction::PatientChanged,
                Some(id.uuid()),
                fields,
            )?)
        })?;
        self.patient(caller, id)
    }

    /// Whose patients the caller finds, where those are not everyone's.
    fn only_own(&self, caller: &Caller) -> Option<DoctorId> {
        match (caller.party, self.settings().doctors_see) {
            (Party::Doctor(doctor), DoctorsSee::Own) => Some(doctor),
            (Party::Patient(_) | Party::Doctor(_) | Party::Receptionist | Party::Admin, _) => None,
        }
    }
}

/// Says which fields are different now.
fn change_contact<S: Store + ?Sized>(
    store: &mut S,
    patient: &Patient,
    edit: ContactEdit,
) -> Result<Option<String>, Error> {
    let mut fields = None;
    if edit.full_name.is_some() || edit.phone.is_some() {
        let account = store.account(patient.account)?.ok_or(Refusal::Unknown(Thing::Patient))?;
        let named = AccountEdit { full_name: edit.full_name, phone: edit.phone, ..AccountEdit::default() };
        let renamed = named.over(account.clone());
        registering::amend(store, &renamed)?;
        fields = account_fields(&account, &renamed);
    }
    let contact =
        PatientEdit { address: edit.address, emergency_contact: edit.emergency_contact, ..PatientEdit::default() };
    let changed = edited(patient.clone(), contact);
    store.change_patient(&changed)?;
    let fields: Vec<String> = fields.into_iter().chain(patient_fields(patient, &changed)).collect();
    Ok(if fields.is_empty() { None } else { Some(fields.join(", ")) })
}

/// One patient, unless the installation keeps them from everyone but their own doctors.
fn contact_of(store: &mut AnyStore, only_own: Option<DoctorId>, id: PatientId) -> Result<PatientEntry, Error> {
    let entry = found(store, id)?;
    match only_own {
        Some(doctor) if !store.are_in_care(doctor, id)? => Err(Refusal::Unknown(Thing::Patient).into()),
        _ => Ok(entry),
    }
}

fn own(caller: &Caller) -> Result<PatientId, Refusal> {
    match caller.party {
        Party::Patient(id) => Ok(id),
        Party::Doctor(_) | Party::Receptionist | Party::Admin => Err(Refusal::Forbidden),
    }
}

fn found<S: Patients + ?Sized>(store: &mut S, id: PatientId) -> Result<PatientEntry, Error> {
    Ok(store.patient(id)?.ok_or(Refusal::Unknown(Thing::Patient))?)
}

fn edited(patient: Patient, edit: PatientEdit) -> Patient {
    Patient {
        date_of_birth: edit.date_of_birth.over(patient.date_of_birth),
        gender: edit.gender.over(patient.gender),
        blood_group: edit.blood_group.over(patient.blood_group),
        address: edit.address.over(patient.address),
        emergency_contact: edit.emergency_contact.over(patient.emergency_contact),
        medical_history: edit.medical_history.over(patient.medical_history),
        revision: patient.revision.next(),
        ..patient
    }
}
