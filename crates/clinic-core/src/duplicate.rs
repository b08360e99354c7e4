//! Patients who may be registered twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{PatientId, name_forms};

use crate::PatientEntry;

/// Who was born on some day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Birth {
    /// The day.
    pub date: NaiveDate,
    /// The patient; those who were registered earlier have smaller ids.
    pub patient: PatientId,
    /// The name.
    pub full_name: String,
}

/// The patients who have the same name ([`name_forms`]) and date of birth as one who was registered before them; `births`
/// are all that are known of these days.
pub fn possible_duplicates(patients: &[PatientEntry], births: &[Birth]) -> BTreeSet<PatientId> {
    let mut firsts: BTreeMap<(NaiveDate, String), PatientId> = BTreeMap::new();
    for birth in births {
        for form in name_forms(&birth.full_name) {
            let first = firsts.entry((birth.date, form)).or_insert(birth.patient);
            *first = birth.patient.min(*first);
        }
    }
    let comes_later = |entry: &&PatientEntry| {
        let Some(date) = entry.patient.date_of_birth else { return false };
        let first = |form| firsts.get(&(date, form));
        name_forms(&entry.full_name).into_iter().filter_map(first).any(|first| *first < entry.patient.id)
    };
    patients.iter().filter(comes_later).map(|entry| entry.patient.id).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Revision};
    use uuid::Uuid;

    use super::*;
    use crate::Patient;

    /// Patients in the order in which they were registered, by name and date of birth.
    fn check(people: &[(&str, Option<&str>)], duplicates: &[u128]) {
        let entry = |(number, (name, born)): (u128, &(&str, Option<&str>))| PatientEntry {
            patient: Patient {
                id: id(number),
                account: AccountId::new(Uuid::from_u128(number)),
                date_of_birth: born.map(|date| date.parse().unwrap()),
                gender: None,
                blood_group: None,
                address: None,
                emergency_contact: None,
                medical_history: None,
                revision: Revision::FIRST,
            },
            full_name: (*name).to_owned(),
            email: "ada@example.org".to_owned(),
            phone: None,
            profile_pic: None,
        };
        let mut entries: Vec<PatientEntry> = (1..).zip(people).map(entry).collect();
        for _ in 0..entries.len() {
            let births: Vec<Birth> = entries.iter().filter_map(birth).collect();
            let found = possible_duplicates(&entries, &births);
            assert_eq!(found, duplicates.iter().copied().map(id).collect(), "{people:?}");
            entries.rotate_left(1);
        }
    }

    const fn id(number: u128) -> PatientId {
        PatientId::new(Uuid::from_u128(number))
    }

    fn birth(entry: &PatientEntry) -> Option<Birth> {
        let PatientEntry { patient, full_name, .. } = entry;
        Some(Birth { date: patient.date_of_birth?, patient: patient.id, full_name: full_name.clone() })
    }

    #[test]
    fn the_one_who_was_registered_later_may_be_a_duplicate_and_the_first_is_not() {
        let born = Some("1990-02-28");
        check(&[("José Núñez", born), ("jose nunez", born)], &[2]);
        check(&[("José Núñez", born), ("Núñez, José", born), ("JOSE NUNEZ", born)], &[2, 3]);
        check(&[("Ada", born), ("Bea", born), ("Ada", born), ("Bea", born)], &[3, 4]);
    }

    #[test]
    fn another_name_or_another_day_is_another_person() {
        let (born, later) = (Some("1990-02-28"), Some("1990-03-01"));
        check(&[("Ada Lovelace", born), ("Ada King", born), ("Ada", born), ("Ada Lovelace", later)], &[]);
    }

    #[test]
    fn nothing_is_known_of_who_has_no_date_of_birth_or_no_letters() {
        check(&[("Ada", None), ("Ada", None), ("Ada", Some("1990-02-28"))], &[]);
        check(&[("🩺", Some("1990-02-28")), ("💊", Some("1990-02-28"))], &[]);
    }
}
