//! Locations and specialties.

use std::sync::Arc;

use clinic_core::ports::Places;
use clinic_core::{Location, LocationUse, Specialty};
use kernel::{DoctorId, LocationId, Revision, StoreError};

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
        Ok(self.rows()?.locations.iter().find(|location| location.id == id).cloned())
    }

    fn locations(&mut self) -> Result<Vec<Location>, StoreError> {
        Ok(self.rows()?.locations.to_vec())
    }

    fn add_location(&mut self, location: &Location) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        if rows.locations.iter().any(|stored| stored.id == location.id) {
            return self.lose();
        }
        Arc::make_mut(&mut rows.locations).push(location.clone());
        Ok(())
    }

    fn specialties(&mut self) -> Result<Vec<Specialty>, StoreError> {
        let specialty = |(code, name): (&String, &String)| Specialty { code: code.clone(), name: name.clone() };
        Ok(self.rows()?.specialties.iter().map(specialty).collect())
    }

    fn change_location(&mut self, location: &Location) -> Result<(), StoreError> {
        let locations = Arc::make_mut(&mut self.rows_mut()?.locations);
        match locations.iter_mut().find(|stored| stored.id == location.id) {
            Some(stored) if stored.revision.next() == location.revision => *stored = location.clone(),
            _ => return self.lose(),
        }
        Ok(())
    }

    fn remove_location(&mut self, id: LocationId, revision: Revision) -> Result<(), StoreError> {
        let is_there = self.location(id)?.is_some_and(|stored| stored.revision == revision);
        if !is_there || self.use_of(id)?.people {
            return self.lose();
        }
        Arc::make_mut(&mut self.rows_mut()?.locations).retain(|stored| stored.id != id);
        Ok(())
    }

    fn doctors_at(&mut self, location: LocationId) -> Result<Vec<DoctorId>, StoreError> {
        let there = self.rows()?.schedules.values().filter(|schedule| schedule.location == location);
        Ok(there.map(|schedule| schedule.doctor).collect())
    }

    fn use_of(&mut self, location: LocationId) -> Result<LocationUse, StoreError> {
        let rows = self.rows()?;
        Ok(LocationUse {
            people: rows.doctors.values().any(|doctor| doctor.location == location)
                || rows.schedules.values().any(|schedule| schedule.location == location),
            times: rows.slots.values().any(|slot| slot.location == location)
                || rows.appointments.values().any(|appointment| appointment.location == location),
        })
    }

    fn add_specialty(&mut self, Specialty { code, name }: &Specialty) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.specialties, code.clone(), name.clone())
    }

    fn change_specialty(&mut self, Specialty { code, name }: &Specialty) -> Result<(), StoreError> {
        match self.rows_mut()?.specialties.get_mut(code) {
            Some(stored) => stored.clone_from(name),
            None => return self.lose(),
        }
        Ok(())
    }

    fn remove_specialty(&mut self, code: &str) -> Result<(), StoreError> {
        if self.is_practised(code)? || self.rows_mut()?.specialties.remove(code).is_none() {
            return self.lose();
        }
        Ok(())
    }

    fn is_practised(&mut self, code: &str) -> Result<bool, StoreError> {
        Ok(self.rows()?.doctors.values().any(|doctor| doctor.specialties.iter().any(|own| own == code)))
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
