//! Doctors.

use kernel::{AccountId, DoctorId, LocationId, Money, Revision, fold};

use crate::{Location, Refusal};

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

impl Doctor {
    /// Refuses what only an administrator changes of an approved doctor: an approval rests on the licence and the
    /// qualifications that it was given for.
    ///
    /// # Errors
    /// `ApprovedFields` names each of them that would be different.
    pub fn refuse_unapproved(&self, after: &Self) -> Result<(), Refusal> {
        let fields = [
            ("license_number", self.license_number != after.license_number),
            ("qualifications", self.qualifications != after.qualifications),
        ];
        let fields: Vec<_> = fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        if fields.is_empty() { Ok(()) } else { Err(Refusal::ApprovedFields { fields }) }
    }
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_approval_rests_on_the_licence_and_the_qualifications() {
        let approved = Doctor {
            id: DoctorId::new(Uuid::from_u128(1)),
            account: AccountId::new(Uuid::from_u128(2)),
            specialties: vec!["cardiology".to_owned()],
            license_number: "L-1815".to_owned(),
            qualifications: Some("MD".to_owned()),
            experience_years: None,
            consultation_fee: None,
            accepting_bookings: true,
            location: LocationId::new(Uuid::from_u128(3)),
            revision: Revision::FIRST,
        };
        let changes = |change: fn(&mut Doctor)| {
            let mut after = approved.clone();
            change(&mut after);
            approved.refuse_unapproved(&after).err()
        };
        let refused = |fields: &[&'static str]| Some(Refusal::ApprovedFields { fields: fields.to_vec() });
        assert_eq!(changes(|_| {}), None);
        assert_eq!(changes(|doctor| (doctor.experience_years, doctor.accepting_bookings) = (Some(3), false)), None);
        assert_eq!(changes(|doctor| doctor.license_number.push('X')), refused(&["license_number"]));
        assert_eq!(changes(|doctor| doctor.qualifications = None), refused(&["qualifications"]));
        let both: fn(&mut Doctor) = |doctor| {
            doctor.license_number.clear();
            doctor.qualifications = Some("MD, PhD".to_owned());
        };
        assert_eq!(changes(both), refused(&["license_number", "qualifications"]));
    }
}
