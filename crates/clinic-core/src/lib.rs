//! Who works and who is treated here: doctors, patients, locations and specialties. No database.

pub mod doctor;
pub mod duplicate;
pub mod location;
pub mod patient;
pub mod phone_filter;
pub mod ports;
pub mod refusal;
pub mod specialty;

pub use doctor::{Doctor, DoctorEntry, Specialty};
pub use location::{Location, LocationEdit, LocationUse};
pub use patient::{BloodGroup, Gender, Patient, PatientEntry};
pub use phone_filter::{LastDigits, PhoneFilter};
pub use refusal::Refusal;
pub use specialty::SpecialtyCode;
