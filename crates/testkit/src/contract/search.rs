//! People by the words of their names; for patients, doctors and accounts alike.

use clinic_core::ports::{DoctorFilter, PatientFilter};
use identity_core::Account;
use identity_core::ports::AccountFilter;
use kernel::{AccountId, Role, Zone, fold};

use super::support::{all_pages, token};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

/// A list that people are looked for in.
#[derive(Clone, Copy, Debug)]
enum List {
    Patients,
    Doctors,
    Accounts,
}

const LISTS: [List; 3] = [List::Patients, List::Doctors, List::Accounts];

impl List {
    /// Somebody who is in it.
    fn add(self, clinic: &Clinic, name: &str) -> AccountId {
        let role = match self {
            Self::Patients => Role::Patient,
            Self::Doctors => Role::Doctor,
            Self::Accounts => Role::Receptionist,
        };
        let account = sample::account(role, name);
        match self {
            Self::Patients => drop(clinic.add_patient(&account, &sample::patient(account.id))),
            Self::Doctors => drop(clinic.add_doctor(&account, &sample::doctor(account.id, clinic.location().id))),
            Self::Accounts => clinic.write(|store| store.add_account(&account)),
        }
        account.id
    }

    /// Whom this finds, in the order in which they come, so many to a page.
    fn find(self, store: &Shared, typed: &str, rows: u8) -> Vec<AccountId> {
        let name = Some(typed.to_owned());
        match self {
            Self::Patients => {
                let filter = PatientFilter { name, ..PatientFilter::default() };
                let found = all_pages(store, rows, |store, page| store.patients(&filter, page));
                found.into_iter().map(|row| row.patient.account).collect()
            }
            Self::Doctors => {
                let filter = DoctorFilter { name, ..DoctorFilter::default() };
                let found = all_pages(store, rows, |store, page| store.doctors(&filter, page));
                found.into_iter().map(|row| row.doctor.account).collect()
            }
            Self::Accounts => {
                let filter = AccountFilter { part: name, ..AccountFilter::default() };
                let found = all_pages(store, rows, |store, page| store.accounts(&filter, page));
                found.into_iter().map(|account| account.id).collect()
            }
        }
    }
}

/// A name, what finds it, and what does not.
const NAMES: [(&str, &[&str], &[&str]); 10] = [
    (
        "José María Núñez",
        &["Jose Maria", "Núñez, José", "josé núñez", "NUN  jo", " mari"],
        &["ose", "jose x", "josefa"],
    ),
    ("D’Arcy O’Neill", &["O'Neill", "oneill", "o neill", "DARCY", "arcy, oneill"], &["eill"]),
    ("İpek Işık", &["ipek", "İPEK", "isik"], &["pek"]),
    ("Łukasz Żółć", &["lukasz", "ŁUKASZ zolc"], &["ukasz"]),
    ("山田\u{3000}太郎", &["山田 太郎", "山田", "太郎", "太郎\u{3000}山田", "山田太郎"], &["yamada"]),
    ("李小龙", &["李小龙", "李", "小龙"], &["li"]),
    ("Anne-Marie van  Dijk", &["anne marie", "Anne-Marie", "annemarie", "vandijk", "van dijk"], &["ijk"]),
    ("Zoe\u{308} Weiß", &["zoë", "ZOE\u{308}", "weiss", "WEISS"], &["oe"]),
    ("Søren Ａｄａ Đặng", &["soren ada", "dang"], &["oren"]),
    ("100%_Ada\\ 🩺", &["100", "ada", "ADA%", "_ada"], &["%da", "_da", "%dA%"]),
];

pub fn people_are_found_by_words_of_their_names(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    for list in LISTS {
        for (name, found_by, not_by) in NAMES {
            let token = token();
            let id = list.add(&clinic, &format!("{name} {token}"));
            for typed in found_by {
                assert_eq!(list.find(store, &format!("{typed} {token}"), 3), [id], "{list:?}: {typed:?} for {name:?}");
                assert_eq!(
                    list.find(store, &format!("{} {typed}", token.to_uppercase()), 3),
                    [id],
                    "{list:?}: {typed:?}"
                );
            }
            for typed in found_by.iter().filter(|typed| typed.chars().count() < 9) {
                assert!(list.find(store, typed, 100).contains(&id), "{list:?}: {typed:?} alone for {name:?}");
            }
            for typed in not_by {
                assert_eq!(list.find(store, &format!("{typed} {token}"), 3), [], "{list:?}: {typed:?} for {name:?}");
            }
        }
    }
}

pub fn what_is_no_word_finds_nobody(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    for list in LISTS {
        list.add(&clinic, "Ada 100%_ 🩺");
        for typed in ["", " ", "%", "_", "%%%", "'", "' OR '1'='1", "\\", "🩺", "-", "\u{301}"] {
            assert_eq!(list.find(store, typed, 3), [], "{list:?}: {typed:?}");
        }
        let token = token();
        let id = list.add(&clinic, &token);
        let (start, end) = token.split_at(14);
        for typed in [format!("{start}%"), format!("%{token}"), format!("{start}_"), format!("!{token}")] {
            assert_eq!(list.find(store, &typed, 3), [id], "{list:?}: a sign between words is none, {typed:?}");
        }
        for typed in [format!("{start}%{end}"), format!("{start}_{end}"), end.to_owned()] {
            assert_eq!(list.find(store, &typed, 3), [], "{list:?}: {typed:?}");
        }
    }
}

pub fn those_who_are_found_come_by_name_in_pages(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    for list in LISTS {
        let token = token();
        let names =
            ["bea", "Bea Maria", "Ada", "BEA", "Zoë Bea", "ZOE\u{308} bea", "zoe", "Åsa bea", "bea", "Cleo Beate"];
        let mut all: Vec<_> =
            names.map(|name| format!("{name} {token}")).map(|name| (fold(&name), list.add(&clinic, &name))).to_vec();
        all.sort();
        let of = |wanted: fn(&str) -> bool| -> Vec<AccountId> {
            let first = |name: &str| name.trim_end_matches(&token).to_owned();
            all.iter().filter(|(name, _)| wanted(&first(name))).map(|(_, id)| *id).collect()
        };
        for rows in [1, 2, 3, 7, 100] {
            assert_eq!(list.find(store, &token, rows), of(|_| true), "{list:?}, {rows} to a page");
            let beas = of(|name| name.contains("bea"));
            assert_eq!(list.find(store, &format!("bea {token}"), rows), beas, "{list:?}, {rows} to a page");
            let maria = of(|name| name.contains("maria"));
            assert_eq!(list.find(store, &format!("{} m b", &token[..13]), rows), maria, "{list:?}, {rows} to a page");
        }
    }
}

pub fn a_new_name_finds_and_the_old_one_does_not(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    for list in LISTS {
        let (old, new) = (token(), token());
        let id = list.add(&clinic, &format!("Ada {old}"));
        let rename = |name: &str| {
            write(store, |store| {
                let account = store.account(id)?.unwrap();
                let revision = account.revision.next();
                store.change_account(&Account { full_name: name.to_owned(), revision, ..account })
            });
        };
        rename(&format!("Countess {new}"));
        assert_eq!(list.find(store, &old, 3), [], "{list:?}");
        assert_eq!(list.find(store, &format!("cou {new}"), 3), [id], "{list:?}");
        rename(&format!("COUNTESS {new}"));
        assert_eq!(list.find(store, &format!("cou {new}"), 3), [id], "{list:?}: in other letters");
        assert_eq!(read(store, |store| store.account(id)).unwrap().full_name, format!("COUNTESS {new}"));
        rename("🩺");
        assert_eq!(list.find(store, &new, 3), [], "{list:?}");
    }
}

pub fn only_accounts_are_found_by_their_address(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    for list in LISTS {
        let (token, domain) = (token(), format!("{}.example", token()));
        let id = list.add(&clinic, "Ada");
        write(store, |store| {
            let account = store.account(id)?.unwrap();
            let email = format!("Q{token}.Ada@{domain}").parse().unwrap();
            store.change_account(&Account { email, revision: account.revision.next(), ..account })
        });
        let whole = format!("q{token}.ada@{domain}");
        for typed in
            [&whole, &whole[..20], &whole.to_uppercase(), &format!(" {} ", &whole[..16]), &format!("@{domain}")]
        {
            let found = if matches!(list, List::Accounts) { vec![id] } else { vec![] };
            assert_eq!(list.find(store, typed, 3), found, "{list:?}: {typed}");
        }
        for typed in
            [&whole[1..20], "q", &format!("@{}", &domain[..30]), &whole.replace('@', "_"), &whole.replace('.', "%")]
        {
            assert!(!list.find(store, typed, 100).contains(&id), "{list:?}: {typed}");
        }
    }
}
