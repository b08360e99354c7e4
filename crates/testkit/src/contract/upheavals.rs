//! Places that change while doctors publish there.

use std::sync::Arc;

use application::doctors::DoctorEdit;
use application::{App, Caller, Error, Party, Settings};
use chrono::{NaiveDate, NaiveTime};
use clinic_core::LocationEdit;
use kernel::{DoctorId, Expected, Role, SessionId, StoreError, Zone};
use scheduling_core::opening::{Hours, Window};
use scheduling_core::publishing::{Obstacle, Obstacles};

use super::rivals::race;
use crate::clinic::{read, write};
use crate::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

/// How often each race is run.
const ROUNDS: usize = 8;

/// The application on this store, and an administrator.
fn administration(store: &Shared) -> (App, Caller) {
    let app = App::new(
        Shared::clone(store),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    let account = sample::account(Role::Admin, "Ada");
    write(store, |store| store.add_account(&account));
    let session = SessionId::new(sample::fresh());
    (app, Caller { account: account.id, session, party: Party::Admin, address: None })
}

/// Asks again, as a patient client would, until the race is decided; says whether it was done.
fn settle<T>(mut ask: impl FnMut() -> Result<T, Error>) -> Result<bool, Error> {
    for _ in 0..32 {
        match ask() {
            Err(Error::Store(StoreError::Contended { .. } | StoreError::Unavailable { .. })) => {}
            Err(Error::Refused(_)) => return Ok(false),
            Err(other) => return Err(other),
            Ok(_) => return Ok(true),
        }
    }
    Ok(false)
}

/// Publishes a Monday from nine to ten.
fn publish(app: &App, caller: &Caller, doctor: DoctorId) -> Result<bool, Error> {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let hours = Hours {
        start_date: day,
        end_date: day,
        window: Window::new(hour(9), hour(10)).unwrap(),
        pause: None,
        weekdays: None,
        slot_minutes: 60,
    };
    let obstacles = Obstacles { overlap: Obstacle::Refuse, past: Obstacle::Refuse };
    settle(|| app.publish_slots(caller, Some(doctor), &hours, obstacles))
}

pub fn nine_is_at_nine_also_when_the_zone_is_changed_meanwhile(store: &Shared) {
    let (app, caller) = administration(store);
    for _ in 0..ROUNDS {
        let clinic = Clinic::open(store, Zone::UTC);
        let (doctor, here) = (clinic.doctor("Ada"), clinic.location().id);
        let edit = LocationEdit { zone: Some(crate::zone("Asia/Kathmandu")), ..LocationEdit::default() };
        race(vec![true, false], |publishes| {
            let done = if publishes {
                publish(&app, &caller, doctor)
            } else {
                settle(|| app.change_location(&caller, here, &edit, &Expected::Any))
            };
            done.unwrap()
        });
        let location = read(store, |store| store.location(here)).unwrap();
        let span = scheduling_core::Interval::new(sample::now(), sample::now() + chrono::TimeDelta::days(9)).unwrap();
        for slot in read(store, |store| store.slots_within(doctor, span)) {
            let local = slot.interval.start().with_timezone(&location.zone);
            assert_eq!(local.time(), NaiveTime::from_hms_opt(9, 0, 0).unwrap(), "{location:?}");
        }
    }
}

pub fn nothing_is_to_come_where_a_doctor_has_left(store: &Shared) {
    let (app, caller) = administration(store);
    let elsewhere = sample::location(crate::zone("Asia/Kathmandu"));
    write(store, |store| store.add_location(&elsewhere));
    for _ in 0..ROUNDS {
        let clinic = Clinic::open(store, Zone::UTC);
        let doctor = clinic.doctor("Ada");
        let edit = DoctorEdit { location: Some(elsewhere.id), ..DoctorEdit::default() };
        let done = race(vec![true, false], |publishes| {
            let done = if publishes {
                publish(&app, &caller, doctor)
            } else {
                settle(|| app.change_doctor(&caller, doctor, &edit))
            };
            done.unwrap()
        });
        let schedule = clinic.schedule(doctor);
        let entry = read(store, |store| store.doctor(doctor)).unwrap();
        assert_eq!(entry.location.id, schedule.location);
        let here = clinic.location().id;
        let waits_here = read(store, |store| store.has_slots_to_come(doctor, here, sample::now()));
        assert_eq!(waits_here, schedule.location == here && done[0], "{done:?}");
    }
}

pub fn a_location_is_not_removed_while_a_doctor_comes_there(store: &Shared) {
    let (app, caller) = administration(store);
    let clinic = Clinic::open(store, Zone::UTC);
    for _ in 0..ROUNDS {
        let doctor = clinic.doctor("Ada");
        let there = sample::location(Zone::UTC);
        write(store, |store| store.add_location(&there));
        let edit = DoctorEdit { location: Some(there.id), ..DoctorEdit::default() };
        let done = race(vec![true, false], |comes| {
            let done = if comes {
                settle(|| app.change_doctor(&caller, doctor, &edit))
            } else {
                settle(|| app.remove_location(&caller, there.id, &Expected::Any))
            };
            done.unwrap()
        });
        assert_ne!(done[0], done[1], "one of the two is refused");
        let entry = read(store, |store| store.doctor(doctor)).unwrap();
        assert_eq!(entry.location.id == there.id, done[0]);
    }
}

pub fn of_two_locations_that_are_removed_at_once_one_stays(store: &Shared) {
    let (app, caller) = administration(store);
    let others = read(store, |store| store.locations()).len();
    let locations = [Zone::UTC, crate::zone("Asia/Kathmandu")].map(sample::location);
    write(store, |store| locations.iter().try_for_each(|location| store.add_location(location)));
    let done = race(locations.to_vec(), |location| {
        settle(|| app.remove_location(&caller, location.id, &Expected::Any)).unwrap()
    });
    let refused = done.iter().filter(|done| !**done).count();
    assert_eq!(refused, usize::from(others == 0), "{done:?}");
    assert_eq!(read(store, |store| store.locations()).len(), others.max(1));
}
