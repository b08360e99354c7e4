//! Failed logins, by whom.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::lockout::{self, FREE_FAILURES};
use identity_core::ports::Tokens;
use identity_core::taken::{self, TAKEN_REFUSALS_MAX};
use identity_core::{Error, Failures, LoginName, Refusal, Subject};
use kernel::{AccountId, DeviceId};

use super::rivals::{Patience, race};
use super::support::token;
use crate::clinic::{read, write};
use crate::{PlainTokens, Shared, sample};

fn remembered(store: &Shared, subject: &Subject) -> Option<Failures> {
    read(store, |store| store.login_failures(subject))
}

fn fail(store: &Shared, subject: &Subject, at: DateTime<Utc>) -> Result<(), Error> {
    Patience::default().write(store, |store| lockout::count(store, std::slice::from_ref(subject), at))
}

/// A name that nobody has typed before.
fn unknown_name() -> Subject {
    Subject::unknown_name(&PlainTokens::default().hash_name(&LoginName::typed(&token())))
}

pub fn failures_are_remembered_by_whoever_failed(store: &Shared) {
    let at = sample::instant("2126-11-20T08:00:00.000001Z");
    let address: IpAddr = "2001:db8::1".parse().unwrap();
    for subject in [
        unknown_name(),
        Subject::unknown_name(&[0; 32]),
        Subject::unknown_name(&[0xff; 32]),
        Subject::account(AccountId::new(sample::fresh())),
        Subject::device(AccountId::new(sample::fresh()), DeviceId::new(sample::fresh())),
        Subject::taken_for_account(AccountId::new(sample::fresh())),
        Subject::taken_for_address(address),
        Subject::address(address),
    ] {
        write(store, |store| store.forget_login_failures(&subject));
        assert_eq!(remembered(store, &subject), None, "{subject:?}");
        fail(store, &subject, at).unwrap();
        fail(store, &subject, at + TimeDelta::microseconds(1)).unwrap();
        let expected = Failures { count: 2, last_at: at + TimeDelta::microseconds(1) };
        assert_eq!(remembered(store, &subject), Some(expected), "{subject:?}");
    }
}

pub fn who_is_forgotten_begins_anew(store: &Shared) {
    let (one, other) = (unknown_name(), unknown_name());
    for subject in [&one, &one, &other] {
        fail(store, subject, sample::now()).unwrap();
    }
    write(store, |store| store.forget_login_failures(&one));
    assert_eq!(remembered(store, &one), None);
    assert_eq!(remembered(store, &other).map(|failures| failures.count), Some(1));
    write(store, |store| store.forget_login_failures(&one));
    fail(store, &one, sample::now()).unwrap();
    assert_eq!(remembered(store, &one).map(|failures| failures.count), Some(1));
}

pub fn of_24_failures_at_once_each_is_counted_and_no_more_are_judged_than_are_free(store: &Shared) {
    let subject = unknown_name();
    let patience = Patience::default();
    let results = race((0..24).collect(), |_: usize| {
        patience.write(store, |store| lockout::count(store, std::slice::from_ref(&subject), sample::now()))
    });
    let counted = results.iter().flatten().count();
    assert_eq!(u32::try_from(counted).unwrap(), FREE_FAILURES, "{results:?}");
    assert_eq!(remembered(store, &subject).map(|failures| failures.count), Some(FREE_FAILURES));
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error, Error::Refused(Refusal::TooManyAttempts { retry_after_seconds: 1 }));
    }
}

pub fn of_24_names_at_once_that_others_have_ten_are_told(store: &Shared) {
    let subject = Subject::taken_for_account(AccountId::new(sample::fresh()));
    let patience = Patience::default();
    let results =
        race((0..24).collect(), |_: usize| patience.write(store, |store| taken::count(store, &subject, sample::now())));
    let told = results.iter().flatten().count();
    assert_eq!(u32::try_from(told).unwrap(), TAKEN_REFUSALS_MAX, "{results:?}");
    for error in results.into_iter().filter_map(Result::err) {
        assert!(matches!(error, Error::Refused(Refusal::TooManyTakenNames { .. })), "{error:?}");
    }
}

pub fn a_right_guess_among_too_many_at_once_is_refused_like_the_others(store: &Shared) {
    let subjects = [unknown_name()];
    for _ in 0..FREE_FAILURES {
        fail(store, &subjects[0], sample::now()).unwrap();
    }
    let forgiven = Patience::default().write(store, |store| lockout::forgive(store, &subjects, sample::now()));
    assert_eq!(forgiven, Err(Error::Refused(Refusal::TooManyAttempts { retry_after_seconds: 1 })));
    let later = sample::now() + TimeDelta::seconds(1);
    assert_eq!(Patience::default().write(store, |store| lockout::forgive(store, &subjects, later)), Ok(()));
    assert_eq!(remembered(store, &subjects[0]), None);
}

pub fn old_failures_are_removed_a_few_at_a_time(store: &Shared) {
    let cutoff = sample::instant("1999-01-01T00:00:00Z");
    while 0 < write(store, |store| store.remove_login_failures(cutoff, 100)) {}
    let subjects: Vec<Subject> = (0..4).map(|_| unknown_name()).collect();
    for (subject, age) in subjects.iter().zip([3, 2, 1, 0]) {
        fail(store, subject, cutoff - TimeDelta::microseconds(age)).unwrap();
    }
    let removed = [2, 2, 2].map(|most| write(store, |store| store.remove_login_failures(cutoff, most)));
    assert_eq!(removed, [2, 1, 0]);
    let left: Vec<bool> = subjects.iter().map(|subject| remembered(store, subject).is_some()).collect();
    assert_eq!(left, [false, false, false, true]);
}
