//! Doctors.

use kernel::{AccountId, DoctorId, LocationId, Money, Revision, fold};

use crate::Location;

/// What a doctor is trained in: one of a list that the installation keeps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specialty {
    /// The word on the wire, `lower_snake`: `general_practice`.
    pub code: String,
    /// What people read: General practice.
    pub name: String,
}

impl Specialty {
    /// The code that a caller most likely means: case, spaces and dashes do not matter.
    pub fn code_of(text: &str) -> String {
        fold(text.trim()).replace([' ', '-'], "_")
    }
}

/// A doctor's profile (FHIR Practitioner); the name is the account's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doctor {
    /// Its identity.
    pub id: DoctorId,
    /// Whose profile.
    pub account: AccountId,
    /// Codes of one or more specialties, each once, sorted.
    pub specialties: Vec<String>,
    /// Under which licence the doctor practises.
    pub license_number: String,
    /// Degrees and the like.
    pub qualifications: Option<String>,
    /// Whole years of practice.
    pub experience_years: Option<u8>,
    /// What a visit costs unless something else says so.
    pub consultation_fee: Option<Money>,
    /// Whether new bookings are taken; existing ones stay.
    pub accepting_bookings: bool,
    /// Where the doctor sees patients.
    pub location: LocationId,
    /// How often it was written.
    pub revision: Revision,
}

/// A doctor as the directory shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorEntry {
    /// The profile.
    pub doctor: Doctor,
    /// The account's.
    pub full_name: String,
    /// The account's.
    pub profile_pic: Option<String>,
    /// Where the doctor sees patients.
    pub location: Location,
    /// Whether the account may come in; who may not is in no directory.
    pub active: bool,
}
