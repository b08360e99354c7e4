//! Who works and who is treated here: doctors, patients, locations and specialties. No database.

pub mod doctor;
pub mod location;
pub mod patient;
pub mod ports;

pub use doctor::{Doctor, DoctorEntry, Specialty};
pub use location::Location;
pub use patient::{BloodGroup, Gender, Patient, PatientEntry};
