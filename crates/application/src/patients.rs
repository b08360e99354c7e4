//! Patients, for themselves and for those who look after them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use clinic_core::ports::{PatientFilter, Patients};
use clinic_core::{BloodGroup, Gender, Patient, PatientEntry, duplicate};
use identity_core::{Phone, Subject, registering};
use kernel::{Page, PageRequest, PatientId, Role, StoreError, UnitOfWorkExt};
use scheduling_core::care::PatientAccess;

use crate::access::Action;
use crate::accounts::{AccountEdit, refuse_mistyped_birth};
use crate::audit::{AuditAction, Reading, account_fields, patient_fields, record};
use crate::editions::Concern;
use crate::ports::AnyStore;
use crate::{App, Caller, Edit, Error, Party, Refusal, Settings, Store, Thing, care};

/// A patient as somebody sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownPatient {
    /// The patient.
    pub entry: PatientEntry,
    /// Whether an earlier patient has the same name and date of birth; nothing for the patient's own eyes.
    pub possible_duplicate: Option<bool>,
}

impl ShownPatient {
    fn new(entry: PatientEntry, duplicates: Option<&BTreeSet<PatientId>>) -> Self {
        let possible_duplicate = duplicates.map(|duplicates| duplicates.contains(&entry.patient.id));
        Self { entry, possible_duplicate }
    }
}

/// How much of a patient the caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientView {
    /// Name, date of birth and contact data.
    Contact(ShownPatient),
    /// All of it.
    Whole(ShownPatient),
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
    /// The date of birth, which was misheard or mistyped.
    pub date_of_birth: Edit<NaiveDate>,
    /// Where the patient lives.
    pub address: Edit<String>,
    /// Whom to call.
    pub emergency_contact: Edit<String>,
}

impl ContactEdit {
    /// What is changed of the profile.
    fn profile(&self) -> PatientEdit {
        PatientEdit {
            date_of_birth: self.date_of_birth.clone(),
            address: self.address.clone(),
            emergency_contact: self.emergency_contact.clone(),
            ..PatientEdit::default()
        }
    }
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
    ) -> Result<Page<ShownPatient, String>, Error> {
        caller.permit_all(Action::ReadPatients)?;
        let settings = self.settings();
        let filter = PatientFilter { found_by: care::finds_only_patients_of(caller, &settings), ..filter.clone() };
        let found = self.store.read(|store| {
            let Page { items, next, total } = store.patients(&filter, page)?;
            let duplicates = possible_duplicates(store, caller, &items, &settings)?;
            let shown = |entry| ShownPatient::new(entry, duplicates.as_ref());
            Ok::<_, StoreError>(Page { items: items.into_iter().map(shown).collect(), next, total })
        })?;
        let fields = [
            ("q", filter.name.is_some()),
            ("phone", filter.phone.is_some()),
            ("national_id", filter.national_id.is_some()),
            ("date_of_birth", filter.date_of_birth.is_some()),
        ];
        let shown = found.items.iter().map(|patient| patient.entry.patient.id.uuid());
        self.note(caller, Reading::of_page(AuditAction::PatientsListed, &fields, &filter, shown))?;
        Ok(found)
    }

    /// One patient: all of them for the patient, for an administrator and for a doctor in a care relation with them; name and
    /// contact data for other staff, unless the installation keeps them from other doctors. Whoever of the staff reads all
    /// of somebody stands in the audit log before they are answered.
    ///
    /// # Errors
    /// `Unknown`, also for another patient, and for one whom the doctor does not find; or the store fails.
    pub fn patient(&self, caller: &Caller, id: PatientId) -> Result<PatientView, Error> {
        caller.permit_on(Action::ReadPatients, Thing::Patient, None, Some(id))?;
        let view = self.view(caller, id)?;
        if caller.role() != Role::Patient && matches!(view, PatientView::Contact(_)) {
            self.note(caller, Reading::of_one(AuditAction::PatientContactRead, id.uuid(), [id.uuid()]))?;
        }
        Ok(view)
    }

    /// As much of a patient as the caller may see; what staff sees of a record is told first.
    fn view(&self, caller: &Caller, id: PatientId) -> Result<PatientView, Error> {
        let settings = self.settings();
        let view = self.store.read(|store| view(store, caller, id, &settings))?;
        if caller.role() != Role::Patient && matches!(view, PatientView::Whole(_)) {
            let (audited, now) = (self.ids.fresh(), self.clock.now());
            let (action, subject) = (AuditAction::PatientRecordRead, Some(id.uuid()));
            self.store.write_about(Concern::of_nothing, |store| {
                record(store, audited, now, Some(caller), action, subject, None)
            })?;
        }
        Ok(view)
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
        let (audited, now, year_min) = (self.ids.fresh(), self.clock.now(), self.settings().birth_year_min);
        self.store.write(|store| {
            let entry = found(store, id)?;
            let patient = edited(entry.patient.clone(), edit.clone());
            refuse_mistyped_birth(changed_birth(&entry.patient, &patient), year_min, now)?;
            store.change_patient(&patient)?;
            let fields = patient_fields(&entry.patient, &patient);
            record(store, audited, now, Some(caller), AuditAction::PatientChanged, Some(id.uuid()), fields)?;
            Ok(PatientEntry { patient, ..entry })
        })
    }

    /// Changes a patient's name and contact data.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`, a telephone number that is taken, `TooManyTakenNames`; or the store fails.
    pub fn change_patient_contact(
        &self,
        caller: &Caller,
        id: PatientId,
        edit: &ContactEdit,
    ) -> Result<PatientView, Error> {
        caller.permit_on(Action::ChangePatientContact, Thing::Patient, None, Some(id))?;
        let (audited, now, year_min) = (self.ids.fresh(), self.clock.now(), self.settings().birth_year_min);
        let subject = edit.phone.is_some().then(|| Subject::taken_for_account(caller.account));
        self.counting_taken(subject.as_ref(), || {
            self.store.write(|store| {
                let entry = found(store, id)?;
                let patient = edited(entry.patient.clone(), edit.profile());
                refuse_mistyped_birth(changed_birth(&entry.patient, &patient), year_min, now)?;
                let fields = change_contact(store, &entry.patient, &patient, edit.clone())?;
                let (action, subject) = (AuditAction::PatientChanged, Some(id.uuid()));
                Ok(record(store, audited, now, Some(caller), action, subject, fields)?)
            })
        })?;
        self.view(caller, id)
    }
}

/// Says which fields are different now.
fn change_contact<S: Store + ?Sized>(
    store: &mut S,
    patient: &Patient,
    changed: &Patient,
    edit: ContactEdit,
) -> Result<Option<String>, Error> {
    let mut fields = None;
    if edit.full_name.is_some() || edit.phone.is_some() {
        let account = store.account(patient.account)?.ok_or(Refusal::Unknown(Thing::Patient))?;
        let named = AccountEdit { full_name: edit.full_name, phone: edit.phone, ..AccountEdit::default() };
        let renamed = named.over(account.clone());
        registering::amend(store, &account, &renamed)?;
        fields = account_fields(&account, &renamed);
    }
    store.change_patient(changed)?;
    let fields: Vec<String> = fields.into_iter().chain(patient_fields(patient, changed)).collect();
    Ok(if fields.is_empty() { None } else { Some(fields.join(", ")) })
}

/// The new date of birth, if it is another than before: what was accepted once is not looked at again.
fn changed_birth(before: &Patient, after: &Patient) -> Option<NaiveDate> {
    after.date_of_birth.filter(|date| before.date_of_birth != Some(*date))
}

/// As much of a patient as the caller may see.
fn view(store: &mut AnyStore, caller: &Caller, id: PatientId, settings: &Settings) -> Result<PatientView, Error> {
    let access = care::permit_contact(store, caller, id, settings)?;
    let entry = found(store, id)?;
    let patient = shown_one(store, caller, entry, settings)?;
    Ok(if access == PatientAccess::Record { PatientView::Whole(patient) } else { PatientView::Contact(patient) })
}

/// The patient with what is said to this caller of duplicates.
pub(crate) fn shown_one<S: Patients + ?Sized>(
    store: &mut S,
    caller: &Caller,
    entry: PatientEntry,
    settings: &Settings,
) -> Result<ShownPatient, StoreError> {
    let duplicates = possible_duplicates(store, caller, std::slice::from_ref(&entry), settings)?;
    Ok(ShownPatient::new(entry, duplicates.as_ref()))
}

/// The patients who may be registered twice, as far as the caller finds the others; nothing where a patient reads.
fn possible_duplicates<S: Patients + ?Sized>(
    store: &mut S,
    caller: &Caller,
    patients: &[PatientEntry],
    settings: &Settings,
) -> Result<Option<BTreeSet<PatientId>>, StoreError> {
    if caller.role() == Role::Patient {
        return Ok(None);
    }
    let dates: BTreeSet<NaiveDate> = patients.iter().filter_map(|entry| entry.patient.date_of_birth).collect();
    if dates.is_empty() {
        return Ok(Some(BTreeSet::new()));
    }
    let births = store.births_on(&dates, care::finds_only_patients_of(caller, settings))?;
    Ok(Some(duplicate::possible_duplicates(patients, &births)))
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
