//! Who does a job at present.

use std::sync::Arc;

use application::leases::Lease;
use application::{App, Settings};
use chrono::TimeDelta;
use uuid::Uuid;

use super::rivals::race;
use super::support::{assert_lost, token};
use crate::clinic::{read, write};
use crate::{FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

fn lease(name: &str, seconds: i64) -> Lease {
    let expires_at = sample::instant("2126-11-20T08:00:00.000001Z") + TimeDelta::seconds(seconds);
    Lease { name: name.to_owned(), holder: sample::fresh(), expires_at }
}

fn stored(store: &Shared, name: &str) -> Option<Lease> {
    read(store, |store| store.lease(name))
}

pub fn a_lease_is_written_over_the_one_that_was_read_only(store: &Shared) {
    let name = token();
    assert_eq!(stored(store, &name), None);
    let (first, second) = (lease(&name, 0), lease(&name, 60));
    write(store, |store| store.add_lease(&first));
    assert_eq!(stored(store, &name), Some(first.clone()));
    let prolonged = Lease { expires_at: second.expires_at, ..first.clone() };
    for other in [&second, &prolonged] {
        assert_lost(store, |store| store.change_lease(other, &lease(&name, 90)));
    }
    write(store, |store| store.change_lease(&first, &second));
    assert_eq!(stored(store, &name), Some(second));
}

pub fn leases_are_given_back_by_their_holder_only(store: &Shared) {
    let (mine, others) = (lease(&token(), 0), lease(&token(), 0));
    let also_mine = Lease { name: token(), ..mine.clone() };
    write(store, |store| [&mine, &also_mine, &others].into_iter().try_for_each(|lease| store.add_lease(lease)));
    write(store, |store| store.remove_leases(mine.holder));
    assert_eq!((stored(store, &mine.name), stored(store, &also_mine.name)), (None, None));
    assert_eq!(stored(store, &others.name), Some(others));
}

/// New at first, and then expired.
pub fn of_16_who_want_a_lease_one_holds_it(store: &Shared) {
    let (name, clock) = (token(), FixedClock::default());
    let app = App::new(
        store.clone(),
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    let minute = TimeDelta::minutes(1);
    for round in 0..5 {
        let rivals: Vec<Uuid> = (0..16).map(|_| sample::fresh()).collect();
        let took = race(rivals, |rival| app.lease(&name, rival, minute).unwrap().then_some(rival));
        let holders: Vec<Uuid> = took.into_iter().flatten().collect();
        assert_eq!(holders, [stored(store, &name).unwrap().holder], "round {round}");
        clock.advance(minute);
    }
}
