//! Units of work: all or nothing, again if a race was lost, guards first.

use std::collections::BTreeSet;

use kernel::{AccountId, DoctorId, Guard, Held, PatientId, Role, StoreError, UnitOfWorkExt};

use super::support::try_write;
use crate::clinic::{read, write};
use crate::{Shared, sample};

fn hold(store: &Shared, guards: &[Guard]) -> Held {
    let guards: BTreeSet<Guard> = guards.iter().copied().collect();
    write(store, |store| store.hold(&guards))
}

pub fn what_is_refused_leaves_nothing(store: &Shared) {
    let account = sample::account(Role::Patient, "Bea");
    let refused = StoreError::Failed { reason: "a rule said no".to_owned() };
    let result: Result<(), StoreError> = try_write(store, |store| {
        store.add_account(&account)?;
        assert_eq!(store.account(account.id)?, Some(account.clone()), "its own writes are seen");
        Err(refused.clone())
    });
    assert_eq!(result, Err(refused));
    assert_eq!(read(store, |store| store.account(account.id)), None);
}

pub fn a_failed_statement_is_not_forgotten(store: &Shared) {
    let first = sample::account(Role::Patient, "Ada");
    write(store, |store| store.add_account(&first));
    let second = sample::account(Role::Patient, "Bea");
    let same_again = first.clone();
    let result: Result<(), StoreError> = try_write(store, |store| {
        store.add_account(&second)?;
        assert!(store.add_account(&same_again).is_err());
        Ok(())
    });
    assert!(result.is_err());
    assert_eq!(read(store, |store| store.account(second.id)), None);
}

pub fn a_lost_race_is_run_again(store: &Shared) {
    let account = sample::account(Role::Patient, "Ada");
    write(store, |store| store.add_account(&account));
    let mut runs = 0;
    let renamed = try_write(store, |store| {
        runs += 1;
        let mut changed = store.account(account.id)?.expect("it was added");
        changed.full_name = format!("Ada {runs}");
        // The first two times somebody else seems to have been faster.
        changed.revision = if runs < 3 { changed.revision } else { changed.revision.next() };
        store.change_account(&changed)?;
        Ok(runs)
    });
    assert_eq!(renamed, Ok(3));
    let stored = read(store, |store| store.account(account.id)).unwrap();
    assert_eq!((stored.full_name.as_str(), stored.revision), ("Ada 3", account.revision.next()));
}

pub fn a_guard_can_be_held_once_it_was_made(store: &Shared) {
    let doctor = Guard::Doctor(DoctorId::new(sample::fresh()));
    let patient = Guard::Patient(PatientId::new(sample::fresh()));
    assert_eq!(hold(store, &[doctor]), Held::Missing(doctor));
    assert_eq!(hold(store, &[doctor, patient]), Held::Missing(doctor));
    write(store, |store| store.add_guard(doctor));
    assert_eq!(hold(store, &[doctor]), Held::All);
    assert_eq!(hold(store, &[doctor, patient]), Held::Missing(patient));
    write(store, |store| store.add_guard(patient));
    assert_eq!([hold(store, &[patient, doctor]), hold(store, &[patient, doctor])], [Held::All, Held::All]);
    assert_eq!(hold(store, &[]), Held::All);
}

pub fn the_guard_of_administrators_is_there_from_the_start(store: &Shared) {
    assert_eq!(hold(store, &[Guard::Admins]), Held::All);
}

pub fn a_read_cannot_write(store: &Shared) {
    let account = sample::account(Role::Patient, "Ada");
    let written: Result<(), StoreError> = store.read(|store| store.add_account(&account));
    assert!(matches!(written, Err(StoreError::Failed { .. })), "{written:?}");
    assert_eq!(read(store, |store| store.account(account.id)), None);
}

/// What each of many writers is told is so when it is told, for everyone, whatever becomes of the others.
pub fn writers_at_once_each_hear_of_their_own(store: &Shared) {
    const WRITERS: usize = 16;
    let refused = StoreError::Failed { reason: "a rule said no".to_owned() };
    std::thread::scope(|scope| {
        for n in 0..WRITERS {
            let refused = &refused;
            scope.spawn(move || {
                for round in 0..12 {
                    let account = sample::account(Role::Patient, &format!("Ada {n} {round}"));
                    let orphan = sample::patient(AccountId::new(sample::fresh()));
                    let told = try_write(store, |store| {
                        store.add_account(&account)?;
                        match (n + round) % 3 {
                            0 => Ok(()),
                            1 => Err(refused.clone()),
                            _ => store.add_patient(&orphan),
                        }
                    });
                    assert_eq!(told.is_ok(), (n + round) % 3 == 0, "{told:?}");
                    assert!(matches!(told, Ok(()) | Err(StoreError::Failed { .. })), "{told:?}");
                    assert_eq!(read(store, |store| store.account(account.id)).is_some(), told.is_ok());
                }
            });
        }
    });
}
