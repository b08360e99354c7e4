//! Who is who in the demo clinic. Names are combined by number, so that the cast is the same each time.

/// How many doctors there are.
pub(super) const DOCTORS: usize = 20;

/// How many patients there are.
pub(super) const PATIENTS: usize = 200;

/// Name and e-mail address.
pub(super) const ADMIN: (&str, &str) = ("Ngozi Adeyemi", "admin@demo.example");

/// Name and e-mail address.
pub(super) const RECEPTIONIST: (&str, &str) = ("Tomás Herrera", "desk@demo.example");

/// The second location: name, address, city and time zone; the first is the installation's own.
pub(super) const BRANCH: (&str, &str, &str, &str) = ("Harbour branch", "14 Marina Road", "Lagos", "Africa/Lagos");

const GIVEN: [&str; 20] = [
    "Amara",
    "Bjørn",
    "Chioma",
    "Dmitri",
    "Elif",
    "Farid",
    "Grace",
    "Hiroshi",
    "Ines",
    "Jonas",
    "Kavita",
    "Liam",
    "Maya",
    "Nadia",
    "Oluwaseun",
    "Priya",
    "Rafael",
    "Sofia",
    "Tariq",
    "Zoë",
];

const FAMILY: [&str; 19] = [
    "Abiola",
    "Bergström",
    "Chen",
    "Dubois",
    "Eze",
    "Fernández",
    "Gupta",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kamau",
    "Lindqvist",
    "Mwangi",
    "Novak",
    "O'Brien",
    "Pereira",
    "Rossi",
    "Şahin",
    "Thapa",
];

const SPECIALTIES: [&str; 10] = [
    "general_practice",
    "cardiology",
    "dermatology",
    "dentistry",
    "pediatrics",
    "neurology",
    "orthopedics",
    "psychiatry",
    "gynecology",
    "ophthalmology",
];

/// The name of number `n`; 380 in a row differ.
pub(super) fn name(n: usize) -> String {
    format!("{} {}", nth(&GIVEN, n), nth(&FAMILY, n * 7 + n / 20))
}

/// The address of number `n`, from 1.
pub(super) fn email(role: &str, n: usize) -> String {
    format!("{role}{n:03}@demo.example")
}

/// The address of the doctor who waits for the administrator.
pub(super) fn waiting_doctor() -> String {
    email("doctor", DOCTORS + 1)
}

/// Whether doctor number `n` sees patients at the second location: one in four does.
pub(super) const fn is_at_branch(n: usize) -> bool {
    n % 4 == 2
}

/// What doctor number `n` is trained in: every third in two fields, every sixth in three.
pub(super) fn specialties(n: usize) -> Vec<String> {
    let first = nth(&SPECIALTIES, n);
    let second = n.is_multiple_of(3).then(|| nth(&SPECIALTIES, n + 3));
    let third = n.is_multiple_of(6).then(|| nth(&SPECIALTIES, n + 5));
    std::iter::once(first).chain(second).chain(third).map(str::to_owned).collect()
}

fn nth<'a>(words: &[&'a str], n: usize) -> &'a str {
    words.iter().cycle().nth(n % words.len().max(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_people_of_the_cast_have_one_name() {
        let names: BTreeSet<String> = (0..=DOCTORS + PATIENTS).map(name).collect();
        assert_eq!(names.len(), DOCTORS + PATIENTS + 1);
    }

    #[test]
    fn a_doctor_is_trained_in_one_to_three_different_fields() {
        for n in 0..DOCTORS {
            let fields: BTreeSet<String> = specialties(n).into_iter().collect();
            assert_eq!(fields.len(), specialties(n).len());
        }
    }
}
