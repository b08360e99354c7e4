//! What the rules need of a store.

use kernel::{AccountId, DoctorId, LocationId, Page, PageRequest, PatientId, StoreError};

use crate::{Doctor, DoctorEntry, Location, Patient, PatientEntry, Specialty};

/// Which doctors are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorFilter {
    /// Part of the name, whatever its case.
    pub name: Option<String>,
    /// The code of a specialty.
    pub specialty: Option<String>,
    /// The city of the location, whatever its case.
    pub city: Option<String>,
    /// Whether they accept bookings.
    pub accepting_bookings: Option<bool>,
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

    /// Doctors by folded name, then id.
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

    /// Patients by folded name, then id; `name` is part of the name, whatever its case.
    ///
    /// # Errors
    /// When the store fails.
    fn patients(
        &mut self,
        name: Option<&str>,
        page: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, StoreError>;

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
}

/// All that the directory needs of a store.
pub trait ClinicStore: Doctors + Patients + Places {}

impl<S: Doctors + Patients + Places + ?Sized> ClinicStore for S {}
