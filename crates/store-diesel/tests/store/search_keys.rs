//! By what accounts are found: after an upgrade, and beside an earlier version.

use std::path::Path;

use application::ports::AnyStore;
use clinic_core::ports::PatientFilter;
use identity_core::Account;
use kernel::{AccountId, PageRequest, Role, UnitOfWorkExt, Zone};
use testkit::{Clinic, sample};

use crate::scratch::Scratch;

const MIGRATION: &str = "2026-11-30-000027_search_keys";

/// One of the migration's files in this dialect.
fn file(dialect: &str, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(dialect).join(MIGRATION);
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn found(scratch: &Scratch, typed: &str) -> Vec<AccountId> {
    let filter = PatientFilter { name: Some(typed.to_owned()), ..PatientFilter::default() };
    let page = scratch.read(|store: &mut AnyStore| store.patients(&filter, &PageRequest::default())).unwrap();
    page.items.into_iter().map(|row| row.patient.account).collect()
}

/// Brings everything up to date, so many accounts at a time; says how many it wrote.
fn reconcile(scratch: &Scratch, most: u32) -> usize {
    let (mut after, mut written) = (None, 0);
    while let Some((last, of_them)) =
        scratch.write(|store: &mut AnyStore| store.reconcile_search_keys(after, most)).unwrap()
    {
        written += of_them;
        after = Some(last);
    }
    written
}

fn who_was_there_before_is_found(scratch: &Scratch, run: impl Fn(&Scratch, &str), [down, up]: [String; 2]) {
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let add = |name: &str| {
        let account = sample::account(Role::Patient, name);
        clinic.add_patient(&account, &sample::patient(account.id));
        account.id
    };
    let [ada, bea, cleo] = ["Ada Müller", " Bea   O’Neill ", "Cleo"].map(add);
    run(scratch, &down);
    run(scratch, &up);
    assert_eq!(found(scratch, "ada"), []);
    assert_eq!(reconcile(scratch, 2), 3);
    assert_eq!(found(scratch, "muller ada"), [ada]);
    assert_eq!(found(scratch, "oneill"), [bea]);
    let stored = || clinic.read(|store| store.account(bea)).unwrap();
    assert_eq!(stored().full_name, "Bea O’Neill", "needless spaces are gone");
    assert_eq!(reconcile(scratch, 100), 0, "it is done");

    // What an earlier version writes, of an account that is there and of one that is new.
    run(
        scratch,
        "UPDATE accounts SET full_name = 'Dora', name_key = 'dora', revision = revision + 1 WHERE full_name = 'Cleo'",
    );
    assert_eq!(found(scratch, "cleo"), [cleo]);
    assert_eq!(reconcile(scratch, 1), 1);
    assert_eq!((found(scratch, "cleo"), found(scratch, "dora")), (vec![], vec![cleo]));
    let renamed = stored();
    let revision = renamed.revision.next();
    clinic.write(|store| store.change_account(&Account { full_name: "Emma".to_owned(), revision, ..renamed.clone() }));
    assert_eq!((found(scratch, "bea"), found(scratch, "emma")), (vec![], vec![bea]));
}

#[test]
#[cfg(feature = "sqlite")]
fn who_was_there_before_the_migration_is_found_on_sqlite() {
    let migration = ["down.sql", "up.sql"].map(|name| file("sqlite", name));
    who_was_there_before_is_found(&crate::scratch::sqlite(), Scratch::on_file, migration);
}

#[test]
#[cfg(feature = "mysql")]
fn who_was_there_before_the_migration_is_found_on_mariadb() {
    let migration = ["down.sql", "up.sql"].map(|name| file("mysql", name));
    who_was_there_before_is_found(&crate::scratch::mysql(), Scratch::on_schema, migration);
}

#[test]
#[cfg(feature = "mysql")]
fn of_four_who_reconcile_at_once_each_account_is_written_by_one() {
    let scratch = crate::scratch::mysql();
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    for n in 0..40 {
        clinic.patient(&format!("Ada Number{n}"));
    }
    scratch.on_schema("DELETE FROM search_keys; DELETE FROM searched_names");
    let written: usize = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| reconcile(&scratch, 7))).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(written, 40);
    assert_eq!(found(&scratch, "ada number39").len(), 1);
    assert_eq!(reconcile(&scratch, 100), 0);
}

/// A page of ten with their profiles, each of which is some looks into indexes.
#[cfg(feature = "mysql")]
const ROWS_READ_MAX: i64 = 100;

/// Two thousand patients and two hundred doctors, all of whom have a word that begins with `a`, and ten doctors who have one
/// with `zo` at the end of the list.
fn many(clinic: &Clinic) {
    let patients = ["Ada", "Anne-Marie", "Zoë A"].into_iter().cycle().zip(0..2_000);
    let patients = patients.map(|(name, n)| format!("{name} Number{n}"));
    let doctors = (0..200).map(|n| if n % 20 == 0 { format!("Zoë Abiola {n}") } else { format!("Ada Chen {n}") });
    let patients: Vec<_> = patients.map(|name| sample::account(Role::Patient, &name)).collect();
    let doctors: Vec<_> = doctors.map(|name| sample::account(Role::Doctor, &name)).collect();
    clinic.write(|store| {
        for account in &patients {
            store.add_account(account)?;
            store.add_patient(&sample::patient(account.id))?;
        }
        for account in &doctors {
            store.add_account(account)?;
            store.add_doctor(&sample::doctor(account.id, clinic.location().id))?;
        }
        Ok(())
    });
}

/// Asks for the second page of ten of each list.
fn second_pages(scratch: &Scratch, check: impl Fn(&str, &[String])) {
    use clinic_core::ports::DoctorFilter;
    use identity_core::ports::AccountFilter;

    use crate::recording::sent;

    for typed in ["a", "number a", "zo a", "Marie Anne"] {
        let name = Some(typed.to_owned());
        let patients = PatientFilter { name: name.clone(), ..PatientFilter::default() };
        let doctors = DoctorFilter { name: name.clone(), ..DoctorFilter::default() };
        let accounts = AccountFilter { part: name, roles: [Role::Patient].into(), ..AccountFilter::default() };
        macro_rules! second_page {
            ($list:ident, $filter:expr) => {{
                let page = scratch.read(|store: &mut AnyStore| store.$list($filter, &PageRequest::default())).unwrap();
                let page = PageRequest { after: page.next, ..PageRequest::default() };
                let sent = sent(|| drop(scratch.read(|store: &mut AnyStore| store.$list($filter, &page)).unwrap()));
                check(&format!("{} {typed}", stringify!($list)), &sent);
            }};
        }
        second_page!(patients, &patients);
        second_page!(doctors, &doctors);
        second_page!(accounts, &accounts);
    }
}

#[test]
#[cfg(feature = "sqlite")]
fn a_short_word_that_few_have_leads_before_a_long_one_that_many_have() {
    use crate::recording::{self, Statement};

    recording::begin();
    let scratch = crate::scratch::sqlite();
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    many(&clinic);
    clinic.patient("Number Xu");
    let leading = |typed: &str| {
        let filter = PatientFilter { name: Some(typed.to_owned()), ..PatientFilter::default() };
        let page = PageRequest::default();
        let sent =
            recording::sent(|| drop(scratch.read(|store: &mut AnyStore| store.patients(&filter, &page)).unwrap()));
        let select = Statement::read(sent.iter().find(|sent| sent.contains("accounts")).unwrap()).literal();
        (select.split("'patient ").nth(1).unwrap().split('\'').next().unwrap().to_owned(), sent.len())
    };
    // BEGIN, a look for each word until one is rare, the page, and ROLLBACK.
    assert_eq!(leading("xu number"), ("xu".to_owned(), 5));
    assert_eq!(leading("zzz number a"), ("zzz".to_owned(), 5));
    assert_eq!(leading("number a"), ("number".to_owned(), 5), "many have both");
    assert_eq!(leading("number"), ("number".to_owned(), 3));
}

#[test]
#[cfg(feature = "mysql")]
fn a_page_of_those_who_are_found_on_mariadb_reads_nobody_else() {
    use crate::recording::{self, Statement, rows_read};

    recording::begin();
    let scratch = crate::scratch::mysql();
    many(&Clinic::open(&scratch.shared(), Zone::UTC));
    scratch.on_schema("ANALYZE TABLE accounts, patients, doctors, locations, search_keys");
    second_pages(&scratch, |what, sent| {
        let connection = &mut crate::scratch::connect(&scratch.url);
        // The specialties of a page are so few rows that MariaDB may read all there are.
        let selects = sent.iter().filter(|sent| sent.contains("accounts"));
        let read: i64 = selects.map(|sent| rows_read(connection, &Statement::read(sent))).sum();
        assert!(read <= ROWS_READ_MAX, "{what}: {read} rows for {sent:#?}");
    });
}

#[test]
#[cfg(feature = "sqlite")]
fn a_page_of_those_who_are_found_on_sqlite_is_read_in_its_order() {
    use crate::recording::{self, Statement};

    recording::begin();
    let scratch = crate::scratch::sqlite();
    many(&Clinic::open(&scratch.shared(), Zone::UTC));
    scratch.on_file("ANALYZE");
    second_pages(&scratch, |what, sent| {
        let select = sent.iter().find(|sent| sent.contains("accounts")).unwrap();
        let plan = scratch.query_plans([Statement::read(select).text.as_str()]).concat();
        assert!(
            plan.first().unwrap().starts_with("SEARCH search_keys USING PRIMARY KEY (search_key=?"),
            "{what}: {plan:#?}"
        );
        // There is one place.
        let is_slow =
            |step: &String| step.contains("TEMP B-TREE") || step.contains("SCAN") && !step.contains("SCAN locations");
        assert!(!plan.iter().any(is_slow), "{what}: {plan:#?}");
    });
}
