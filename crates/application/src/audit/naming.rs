//! Which fields a change touched: their names are for the audit log, what stands in them is not.

use clinic_core::{Doctor, Patient};
use identity_core::Account;

/// The names of what is different, or nothing where nothing is.
pub(crate) fn named(fields: &[(&str, bool)]) -> Option<String> {
    let names: Vec<&str> = fields.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    if names.is_empty() { None } else { Some(names.join(", ")) }
}

/// What is different about an account, its password and what keeps its order left aside.
pub(crate) fn account_fields(old: &Account, new: &Account) -> Option<String> {
    named(&[
        ("role", old.role != new.role),
        ("status", old.status != new.status),
        ("email", old.email != new.email),
        ("pending_email", old.pending_email != new.pending_email),
        ("full_name", old.full_name != new.full_name),
        ("phone", old.phone != new.phone),
        ("username", old.username != new.username),
        ("national_id", old.national_id != new.national_id),
        ("profile_pic", old.profile_pic != new.profile_pic),
    ])
}

/// What is different about a patient's profile.
pub(crate) fn patient_fields(old: &Patient, new: &Patient) -> Option<String> {
    named(&[
        ("date_of_birth", old.date_of_birth != new.date_of_birth),
        ("gender", old.gender != new.gender),
        ("blood_group", old.blood_group != new.blood_group),
        ("address", old.address != new.address),
        ("emergency_contact", old.emergency_contact != new.emergency_contact),
        ("medical_history", old.medical_history != new.medical_history),
    ])
}

/// What is different about a doctor's profile.
pub(crate) fn doctor_fields(old: &Doctor, new: &Doctor) -> Option<String> {
    named(&[
        ("specialties", old.specialties != new.specialties),
        ("license_number", old.license_number != new.license_number),
        ("qualifications", old.qualifications != new.qualifications),
        ("experience_years", old.experience_years != new.experience_years),
        ("consultation_fee", old.consultation_fee != new.consultation_fee),
        ("accepting_bookings", old.accepting_bookings != new.accepting_bookings),
        ("location", old.location != new.location),
    ])
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn only_what_differs_is_named() {
        assert_eq!(named(&[("a", true), ("b", false), ("c", true)]).as_deref(), Some("a, c"));
        assert_eq!(named(&[("a", false)]), None);
    }
}
