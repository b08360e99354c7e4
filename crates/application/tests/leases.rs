//! Work that one node does, told over a store in memory.

use std::sync::Arc;

use application::{App, Settings};
use chrono::TimeDelta;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, sample};

fn app(clock: &FixedClock) -> App {
    App::new(
        MemoryStore::shared(),
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

#[test]
fn a_lease_is_its_holders_until_it_expires() {
    let clock = FixedClock::default();
    let app = app(&clock);
    let (ada, eve) = (sample::fresh(), sample::fresh());
    let minutes = TimeDelta::minutes;
    assert_eq!(app.lease("sweeping", ada, minutes(3)), Ok(true));
    assert_eq!(app.lease("sweeping", eve, minutes(3)), Ok(false));
    assert_eq!(app.lease("counting", eve, minutes(3)), Ok(true), "each name has a lease of its own");

    clock.advance(minutes(2));
    assert_eq!(app.lease("sweeping", ada, minutes(3)), Ok(true), "who holds it may prolong it");
    clock.advance(minutes(2));
    assert_eq!(app.lease("sweeping", eve, minutes(3)), Ok(false));
    clock.advance(minutes(1));
    assert_eq!(app.lease("sweeping", eve, minutes(3)), Ok(true), "the holder has not been heard of for three minutes");
    assert_eq!(app.lease("sweeping", ada, minutes(3)), Ok(false));
}

#[test]
fn a_lease_that_is_given_back_is_free_at_once() {
    let app = app(&FixedClock::default());
    let (ada, eve) = (sample::fresh(), sample::fresh());
    for name in ["sweeping", "counting"] {
        assert_eq!(app.lease(name, ada, TimeDelta::minutes(3)), Ok(true));
    }
    assert_eq!(app.give_leases_back(eve), Ok(()));
    assert_eq!(app.lease("sweeping", eve, TimeDelta::minutes(3)), Ok(false));
    assert_eq!(app.give_leases_back(ada), Ok(()));
    for name in ["sweeping", "counting"] {
        assert_eq!(app.lease(name, eve, TimeDelta::minutes(3)), Ok(true));
    }
}
