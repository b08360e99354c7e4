//! What the rules need of a store.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{AccountId, DoctorId, LocationId, Order, Page, PageRequest, PatientId, Revision, Starts, StoreError};

use crate::duplicate::Birth;
use crate::{Doctor, DoctorEntry, Location, LocationUse, Patient, PatientEntry, PhoneFilter, Specialty};

/// Which doctors are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorFilter {
    /// What words of the name begin with ([`kernel::SearchWords`]).
    pub name: Option<String>,
    /// The code of a specialty.
    pub specialty: Option<String>,
    /// The city of the location, whatever its case.
    pub city: Option<String>,
    /// Whether they accept bookings.
    pub accepting_bookings: Option<bool>,
    /// Where they see patients.
    pub location: Option<LocationId>,
    /// They accept bookings, and have a free slot that starts then, the days being those of its location.
    pub free_within: Option<Starts>,
    /// In which order of their names.
    pub order: Order,
}

/// Which patients are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientFilter {
    /// What words of the name begin with ([`kernel::SearchWords`]).
    pub name: Option<String>,
    /// The telephone number, or its end.
    pub phone: Option<PhoneFilter>,
    /// The national identity number, whatever its case.
    pub national_id: Option<String>,
    /// When they were born.
    pub date_of_birth: Option<NaiveDate>,
    /// Those whom this doctor finds by the visits between them.
    pub found_by: Option<DoctorId>,
    /// In which order of their names.
    pub order: Order,
}

/// Doctors, with what their accounts and locations say.
pub trait Doctors {
    /// This doctor.
    ///
    /// # Errors
    /// When the store fails.
    fn doctor(&mut self, id: DoctorId) -> Result<Option<DoctorEntry>, StoreError>;

    /// The doctor whose account this is.
    ///
    /// # Errors
    /// When the store fails.
    fn doctor_of(&mut self, account: AccountId) -> Result<Option<DoctorEntry>, StoreError>;

    /// Doctors whose accounts may come in, by folded name, then the id of the account.
    ///
    /// # Errors
    /// When the store fails.
    fn doctors(
        &mut self,
        filter: &DoctorFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<DoctorEntry, String>, StoreError>;

    /// Adds a new profile with its specialties.
    ///
    /// # Errors
    /// When the store fails.
    fn add_doctor(&mut self, doctor: &Doctor) -> Result<(), StoreError>;

    /// Writes a profile with its specialties over the revision before it.
    ///
    /// # Errors
    /// When the store fails, or when the profile is no longer at that revision.
    fn change_doctor(&mut self, doctor: &Doctor) -> Result<(), StoreError>;
}

/// Patients, with what their accounts say.
pub trait Patients {
    /// This patient.
    ///
    /// # Errors
    /// When the store fails.
    fn patient(&mut self, id: PatientId) -> Result<Option<PatientEntry>, StoreError>;

    /// The patient whose account this is.
    ///
    /// # Errors
    /// When the store fails.
    fn patient_of(&mut self, account: AccountId) -> Result<Option<PatientEntry>, StoreError>;

    /// Patients by folded name, then the id of the account.
    ///
    /// # Errors
    /// When the store fails.
    fn patients(
        &mut self,
        filter: &PatientFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, StoreError>;

    /// The patients who were born on these days, in any order; for a doctor, those whom this doctor finds.
    ///
    /// # Errors
    /// When the store fails.
    fn births_on(&mut self, dates: &BTreeSet<NaiveDate>, found_by: Option<DoctorId>) -> Result<Vec<Birth>, StoreError>;

    /// Adds a new profile.
    ///
    /// # Errors
    /// When the store fails.
    fn add_patient(&mut self, patient: &Patient) -> Result<(), StoreError>;

    /// Writes a profile over the revision before it.
    ///
    /// # Errors
    /// When the store fails, or when the profile is no longer at that revision.
    fn change_patient(&mut self, patient: &Patient) -> Result<(), StoreError>;
}

/// Locations and specialties.
pub trait Places {
    /// This location.
    ///
    /// # Errors
    /// When the store fails.
    fn location(&mut self, id: LocationId) -> Result<Option<Location>, StoreError>;

    /// Every location, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn locations(&mut self) -> Result<Vec<Location>, StoreError>;

    /// Adds a new location.
    ///
    /// # Errors
    /// When the store fails.
    fn add_location(&mut self, location: &Location) -> Result<(), StoreError>;

    /// The list of specialties, by code.
    ///
    /// # Errors
    /// When the store fails.
    fn specialties(&mut self) -> Result<Vec<Specialty>, StoreError>;

    /// Writes a location over the revision before it.
    ///
    /// # Errors
    /// When the store fails, or when the location is no longer at that revision.
    fn change_location(&mut self, location: &Location) -> Result<(), StoreError>;

    /// Removes a location that is still at this revision.
    ///
    /// # Errors
    /// When the store fails, when the location is no longer at that revision, or when something refers to it after all:
    /// then the race is lost.
    fn remove_location(&mut self, id: LocationId, revision: Revision) -> Result<(), StoreError>;

    /// The doctors whose schedule is there, by id.
    ///
    /// # Errors
    /// When the store fails.
    fn doctors_at(&mut self, location: LocationId) -> Result<Vec<DoctorId>, StoreError>;

    /// Who or what is at a location.
    ///
    /// # Errors
    /// When the store fails.
    fn use_of(&mut self, location: LocationId) -> Result<LocationUse, StoreError>;

    /// Adds a specialty to the list.
    ///
    /// # Errors
    /// When the store fails, or when the code was added meanwhile.
    fn add_specialty(&mut self, specialty: &Specialty) -> Result<(), StoreError>;

    /// Gives the specialty of this code another name.
    ///
    /// # Errors
    /// When the store fails, or when the specialty is gone.
    fn change_specialty(&mut self, specialty: &Specialty) -> Result<(), StoreError>;

    /// Removes a specialty from the list.
    ///
    /// # Errors
    /// When the store fails, when the specialty is gone, or when a doctor has it after all: then the race is lost.
    fn remove_specialty(&mut self, code: &str) -> Result<(), StoreError>;

    /// Whether a doctor has this specialty.
    ///
    /// # Errors
    /// When the store fails.
    fn is_practised(&mut self, code: &str) -> Result<bool, StoreError>;
}

/// All that the directory needs of a store.
pub trait ClinicStore: Doctors + Patients + Places {}

impl<S: Doctors + Patients + Places + ?Sized> ClinicStore for S {}
