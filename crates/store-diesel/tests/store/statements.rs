//! How many statements a change or a page costs, COMMIT and the idempotency key included, and on SQLite BEGIN.

use std::sync::Arc;

use application::directory::{DoctorSearch, NextFree};
use application::idempotency::Retry;
use application::{App, Caller, Party, Settings};
use clinic_core::ports::PatientFilter;
use identity_core::{Account, AccountStatus, EmailAddress};
use kernel::{AccountId, PageRequest, Role, SessionId, Zone};
use scheduling_core::booking::Target;
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

use crate::recording::{self, sent};

/// The most statements of a booking: ten, its entry in the audit log, and one for the messages that it owes.
const STATEMENTS_MAX: usize = 10 + 1 + 1;

fn app(clinic: &Clinic, settings: Settings) -> App {
    let app = App::new(
        Shared::clone(clinic.store()),
        Arc::new(FixedClock::at(sample::now())),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        settings,
    );
    // What the installation decided is known before, and asked for again at most every two seconds.
    app.settings();
    app
}

fn changes_are_cheap(make: fn() -> Shared) {
    recording::begin();
    let clinic = Clinic::open(&make(), Zone::UTC);
    let app = app(&clinic, Settings::default());
    let patient = clinic.patient("Ada");
    let account: AccountId = clinic.patient_actor(patient).account;
    let caller =
        Caller { account, session: SessionId::new(sample::fresh()), party: Party::Patient(patient), address: None };
    let doctor = clinic.doctor("Grace");
    let [one, other] =
        [9, 10].map(|hour| clinic.slot(doctor, sample::instant(&format!("2026-11-23T{hour:02}:00:00Z")), 30));
    let retry = |key| Some(Retry { key, fingerprint: [7; 32], status: 201, body: |_, _| "{}".to_owned() });
    let booking = |slot| application::appointments::Booking {
        target: Target::Slot(slot),
        patient: None,
        reason: Some("Cough".to_owned()),
        notes: None,
    };

    let booked = sent(|| drop(app.book(&caller, &booking(one), retry("one")).unwrap()));
    assert!(booked.len() <= STATEMENTS_MAX, "{}: {booked:#?}", booked.len());
    assert!(booked.last().is_some_and(|last| last.starts_with("COMMIT")), "{booked:#?}");
    // The answer shows the names that the offer was read with.
    assert_eq!(booked.iter().filter(|sql| sql.contains("full_name")).count(), 1, "{booked:#?}");
    // What begins and ends a transaction of SQLite is a script.
    let is_script = |sent: &&String| ["BEGIN IMMEDIATE", "COMMIT"].contains(&sent.as_str());
    assert_eq!(
        booked.first().is_some_and(|first| is_script(&first)),
        booked.last().is_some_and(|last| is_script(&last))
    );
    let prepared_anew: Vec<_> = booked.iter().filter(|sent| !is_script(sent) && !recording::is_kept(sent)).collect();
    assert!(prepared_anew.is_empty(), "these would be prepared for each booking: {prepared_anew:#?}");

    // Nobody writes who comes too late, or again: slot and answer are read, on SQLite between BEGIN and ROLLBACK.
    let replayed = sent(|| drop(app.book(&caller, &booking(one), retry("one")).unwrap()));
    let refused = sent(|| drop(app.book(&caller, &booking(one), retry("two")).unwrap_err()));
    for read in [replayed, refused] {
        let is_reading =
            |sql: &String| ["SELECT", "BEGIN DEFERRED", "ROLLBACK"].iter().any(|word| sql.starts_with(word));
        assert!(read.len() <= 4 && read.iter().all(is_reading), "{read:#?}");
    }
    let appointment = clinic.read(|store| store.active_in(&[one])).into_iter().next().unwrap();
    let moved = sent(|| {
        app.reschedule(&caller, appointment.id, Target::Slot(other), None, retry("two")).unwrap();
    });
    assert!(moved.len() <= STATEMENTS_MAX + 3, "{}: {moved:#?}", moved.len());
    let cancelled = sent(|| drop(app.cancel(&caller, appointment.id, None, None, retry("three")).unwrap()));
    assert!(cancelled.len() <= STATEMENTS_MAX, "{}: {cancelled:#?}", cancelled.len());
}

/// The most statements of a page of the directory: doctors, specialties and slots, on SQLite between BEGIN and ROLLBACK.
const DIRECTORY_STATEMENTS_MAX: usize = 5;

fn the_directory_asks_nothing_row_by_row(make: fn() -> Shared) {
    recording::begin();
    let clinic = Clinic::open(&make(), Zone::UTC);
    let app = app(&clinic, Settings::default());
    let search = DoctorSearch { next_free: NextFree::MAX, ..DoctorSearch::default() };
    let (name, free) = (PageRequest::longest(), PageRequest::longest());
    let [of_one, of_twenty] = [1, 20].map(|doctors| {
        let mut last = None;
        for n in 0..doctors {
            let doctor = clinic.doctor(&format!("Grace {n}"));
            clinic.slots(doctor, sample::instant("2026-11-23T09:00:00Z"), 30, 8);
            last = Some(doctor);
        }
        [
            sent(|| assert!(doctors <= app.doctors(&search, &name).unwrap().items.len())).len(),
            sent(|| assert!(doctors <= app.doctors_by_earliest_free(&search, &free).unwrap().items.len())).len(),
            sent(|| assert_eq!(app.doctor(last.unwrap()).unwrap().next_free.len(), 5)).len(),
        ]
    });
    assert_eq!(of_one, of_twenty);
    assert!(of_one.iter().all(|count| *count <= DIRECTORY_STATEMENTS_MAX), "{of_one:?}");
}

#[test]
#[cfg(feature = "sqlite")]
fn the_directory_on_sqlite_is_at_most_five_statements_a_page() {
    the_directory_asks_nothing_row_by_row(crate::scratch::shared_sqlite);
}

#[test]
#[cfg(feature = "mysql")]
fn the_directory_on_mariadb_is_at_most_five_statements_a_page() {
    the_directory_asks_nothing_row_by_row(crate::scratch::shared_mysql);
}

/// The most statements of a page of patients: the page, and who was born on the same days, on SQLite between BEGIN and
/// ROLLBACK.
const PATIENTS_STATEMENTS_MAX: usize = 4;

fn the_list_of_patients_asks_nothing_row_by_row(make: fn() -> Shared) {
    recording::begin();
    let clinic = Clinic::open(&make(), Zone::UTC);
    let app = app(&clinic, Settings::default());
    let session = SessionId::new(sample::fresh());
    let account = clinic.account(Role::Receptionist, "Rosa");
    let caller = Caller { account, session, party: Party::Receptionist, address: None };
    let page = PageRequest::longest();
    let [of_one, of_twenty] = [1, 20].map(|patients| {
        for _ in 0..patients {
            clinic.patient("Ada");
        }
        sent(|| {
            let found = app.patients(&caller, &PatientFilter::default(), &page).unwrap().items;
            let duplicates = found.iter().filter(|patient| patient.possible_duplicate == Some(true)).count();
            assert!(patients <= found.len() && duplicates + 1 == found.len());
        })
    });
    assert_eq!(of_one.len(), of_twenty.len());
    assert!(of_one.len() <= PATIENTS_STATEMENTS_MAX, "{of_one:#?}");
}

#[test]
#[cfg(feature = "sqlite")]
fn a_page_of_patients_on_sqlite_is_two_statements() {
    the_list_of_patients_asks_nothing_row_by_row(crate::scratch::shared_sqlite);
}

#[test]
#[cfg(feature = "mysql")]
fn a_page_of_patients_on_mariadb_is_two_statements() {
    the_list_of_patients_asks_nothing_row_by_row(crate::scratch::shared_mysql);
}

#[test]
#[cfg(feature = "sqlite")]
fn a_booking_on_sqlite_is_at_most_ten_statements_its_audit_entry_and_its_messages() {
    changes_are_cheap(crate::scratch::shared_sqlite);
}

#[test]
#[cfg(feature = "mysql")]
fn a_booking_on_mariadb_is_at_most_ten_statements_its_audit_entry_and_its_messages() {
    changes_are_cheap(crate::scratch::shared_mysql);
}

/// Whoever asks cannot tell by the work whether somebody has an address, nor whether a mail is on its way already.
fn asking_for_a_link_costs_the_same_whoever_asks(make: fn() -> Shared) {
    recording::begin();
    let clinic = Clinic::open(&make(), Zone::UTC);
    let app = app(&clinic, Settings { email_verification: true, ..Settings::default() });
    let of = |account: Account| {
        clinic.write(|store| store.add_account(&account));
        account.email
    };
    let proved = of(sample::account(Role::Patient, "Ada"));
    let unproved = of(Account { email_verified_at: None, ..sample::account(Role::Patient, "Bea") });
    let closed = of(Account { status: AccountStatus::Inactive, ..sample::account(Role::Patient, "Cleo") });
    let nobodys: EmailAddress = "nobody@example.org".parse().unwrap();
    let emails = [&proved, &unproved, &closed, &nobodys, &proved];
    for ask in [App::forgot_password, App::resend_verification] {
        let counts = emails.map(|email| sent(|| ask(&app, email).unwrap()).len());
        assert!(counts.iter().all(|count| *count == counts[0] && 0 < *count), "{counts:?}");
    }
}

#[test]
#[cfg(feature = "sqlite")]
fn asking_for_a_link_costs_the_same_on_sqlite() {
    asking_for_a_link_costs_the_same_whoever_asks(crate::scratch::shared_sqlite);
}

#[test]
#[cfg(feature = "mysql")]
fn asking_for_a_link_costs_the_same_on_mariadb() {
    asking_for_a_link_costs_the_same_whoever_asks(crate::scratch::shared_mysql);
}

#[test]
#[cfg(feature = "sqlite")]
fn the_free_times_of_a_doctor_are_looked_for_among_the_doctors_own() {
    use application::ports::FreeSlotFilter;
    use kernel::{DoctorId, UnitOfWorkExt};

    recording::begin();
    let scratch = crate::scratch::sqlite();
    let (from, to) = (sample::now(), sample::now() + chrono::TimeDelta::days(30));
    let doctor = Some(DoctorId::new(sample::fresh()));
    let filter = FreeSlotFilter { doctor, location: None, specialty: None, city: None, starts: (from..to).into() };
    let page = PageRequest::default();
    let sent = sent(|| {
        scratch.read(|store: &mut application::ports::AnyStore| store.free_slots(&filter, &page)).unwrap();
    });
    let select = sent.iter().find_map(|sent| sent.starts_with("SELECT").then(|| sent.split(" -- ").next().unwrap()));
    let plan = scratch.query_plans(select).concat();
    assert!(plan[0].contains("slots_by_doctor_and_status"), "{}", plan[0]);
}

#[test]
#[cfg(feature = "sqlite")]
fn doctors_of_a_specialty_by_their_earliest_slot_are_not_looked_for_among_all_doctors() {
    use clinic_core::ports::DoctorFilter;
    use kernel::UnitOfWorkExt;

    recording::begin();
    let scratch = crate::scratch::sqlite();
    let within = (sample::now()..sample::now() + chrono::TimeDelta::days(30)).into();
    let filter = DoctorFilter { specialty: Some("urology".to_owned()), ..DoctorFilter::default() };
    let sent = sent(|| {
        let page = PageRequest::default();
        scratch
            .read(|store: &mut application::ports::AnyStore| store.doctors_by_earliest_free(&filter, &within, &page))
            .unwrap();
    });
    let select = sent.iter().find_map(|sent| sent.starts_with("SELECT").then(|| sent.split(" -- ").next().unwrap()));
    let plan = scratch.query_plans(select).concat();
    let is_short = |step: &String| step.starts_with("SEARCH doctors ") && step.contains("(id=?)");
    assert!(plan.iter().any(is_short), "{plan:#?}");
}

/// Otherwise each `LIMIT ?` would have its statement planned anew whenever it is used.
#[test]
#[cfg(feature = "sqlite")]
fn sqlite_plans_a_statement_once_whatever_is_bound() {
    use diesel::prelude::*;

    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let is_stable = diesel::sql_query("SELECT sqlite_compileoption_used('ENABLE_QPSG') AS is_stable");
    assert_eq!(is_stable.get_result::<Planning>(&mut connection).unwrap().is_stable, 1);
}

/// How SQLite plans.
#[derive(diesel::QueryableByName)]
#[cfg(feature = "sqlite")]
struct Planning {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    is_stable: i32,
}
