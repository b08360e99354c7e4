//! Locations and specialties.

use clinic_core::ports::Places;
use clinic_core::{Location, Specialty};
use kernel::{LocationId, StoreError};

use super::transaction::Transaction;

/// Codes and names of the specialties that a new installation has, by code.
pub const SPECIALTIES: [(&str, &str); 41] = [
    ("allergology", "Allergology"),
    ("anesthesiology", "Anesthesiology"),
    ("audiology", "Audiology"),
    ("cardiology", "Cardiology"),
    ("dentistry", "Dentistry"),
    ("dermatology", "Dermatology"),
    ("dietetics", "Dietetics"),
    ("emergency_medicine", "Emergency medicine"),
    ("endocrinology", "Endocrinology"),
    ("family_medicine", "Family medicine"),
    ("gastroenterology", "Gastroenterology"),
    ("general_practice", "General practice"),
    ("general_surgery", "General surgery"),
    ("geriatrics", "Geriatrics"),
    ("gynecology", "Gynecology"),
    ("hematology", "Hematology"),
    ("immunology", "Immunology"),
    ("infectious_diseases", "Infectious diseases"),
    ("internal_medicine", "Internal medicine"),
    ("midwifery", "Midwifery"),
    ("nephrology", "Nephrology"),
    ("neurology", "Neurology"),
    ("neurosurgery", "Neurosurgery"),
    ("obstetrics", "Obstetrics"),
    ("occupational_medicine", "Occupational medicine"),
    ("oncology", "Oncology"),
    ("ophthalmology", "Ophthalmology"),
    ("orthopedics", "Orthopedics"),
    ("otolaryngology", "Otolaryngology"),
    ("pathology", "Pathology"),
    ("pediatrics", "Pediatrics"),
    ("physiotherapy", "Physiotherapy"),
    ("plastic_surgery", "Plastic surgery"),
    ("psychiatry", "Psychiatry"),
    ("psychology", "Psychology"),
    ("pulmonology", "Pulmonology"),
    ("radiology", "Radiology"),
    ("rheumatology", "Rheumatology"),
    ("sports_medicine", "Sports medicine"),
    ("urology", "Urology"),
    ("vascular_surgery", "Vascular surgery"),
];

impl Places for Transaction {
    fn location(&mut self, id: LocationId) -> Result<Option<Location>, StoreError> {
        Ok(self.rows().locations.iter().find(|location| location.id == id).cloned())
    }

    fn locations(&mut self) -> Result<Vec<Location>, StoreError> {
        Ok(self.rows().locations.clone())
    }

    fn add_location(&mut self, location: &Location) -> Result<(), StoreError> {
        if self.location(location.id)?.is_some() {
            return Err(self.fail("duplicate primary key"));
        }
        self.rows_mut()?.locations.push(location.clone());
        Ok(())
    }

    fn specialties(&mut self) -> Result<Vec<Specialty>, StoreError> {
        let specialty = |(code, name): &(&str, &str)| Specialty { code: (*code).to_owned(), name: (*name).to_owned() };
        Ok(SPECIALTIES.iter().map(specialty).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specialties_are_those_of_the_first_migration() {
        let migration = include_str!("../../../../migrations/sqlite/2026-11-20-000001_clinic/up.sql");
        let rows = migration.lines().filter_map(|line| line.trim().strip_prefix("('")?.split_once("')"));
        let pairs: Vec<_> = rows.filter_map(|(pair, _)| pair.split_once("', '")).collect();
        assert_eq!(pairs, SPECIALTIES);
        assert!(SPECIALTIES.is_sorted());
    }
}
