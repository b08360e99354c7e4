//! Patients.

use chrono::NaiveDate;
use kernel::{AccountId, PatientId, Revision, words};

words! {
    /// FHIR administrative-gender.
    pub enum Gender {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
        /// Other.
        Other = "other",
        /// Unknown.
        Unknown = "unknown",
    }
}

words! {
    /// ABO and Rh(D).
    pub enum BloodGroup {
        /// A, Rh positive.
        APositive = "A+",
        /// A, Rh negative.
        ANegative = "A-",
        /// B, Rh positive.
        BPositive = "B+",
        /// B, Rh negative.
        BNegative = "B-",
        /// AB, Rh positive.
        AbPositive = "AB+",
        /// AB, Rh negative.
        AbNegative = "AB-",
        /// O, Rh positive.
        OPositive = "O+",
        /// O, Rh negative.
        ONegative = "O-",
    }
}

/// A patient's profile (FHIR Patient); name, e-mail and telephone are the account's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// Its identity.
    pub id: PatientId,
    /// Whose profile.
    pub account: AccountId,
    /// Not in the future.
    pub date_of_birth: Option<NaiveDate>,
    /// Administrative.
    pub gender: Option<Gender>,
    /// For the patient and those who treat them.
    pub blood_group: Option<BloodGroup>,
    /// Where the patient lives.
    pub address: Option<String>,
    /// Whom to call.
    pub emergency_contact: Option<String>,
    /// For the patient and those who treat them.
    pub medical_history: Option<String>,
    /// How often it was written.
    pub revision: Revision,
}

/// A patient together with what the account knows of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientEntry {
    /// The profile.
    pub patient: Patient,
    /// The account's.
    pub full_name: String,
    /// The account's.
    pub email: String,
    /// The account's.
    pub phone: Option<String>,
    /// The account's.
    pub profile_pic: Option<String>,
}
