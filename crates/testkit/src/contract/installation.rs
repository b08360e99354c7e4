//! What was decided once for the whole installation.

use std::sync::Arc;

use application::{App, Settings};

use super::rivals::race;
use super::support::assert_lost;
use crate::clinic::read;
use crate::{FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared};

/// New at first, where nobody else has used the store; decided afterwards.
pub fn of_8_nodes_that_are_started_together_one_decides_the_domain_for_all(store: &Shared) {
    let before = read(store, |store| store.calendar_domain());
    let own: Vec<String> = (0..8).map(|n| format!("node{n}.example")).collect();
    let app = App::new(
        store.clone(),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    let told = race(own.clone(), |own| app.calendar_domain(&own).unwrap());
    let kept = read(store, |store| store.calendar_domain()).unwrap();
    assert!(told.iter().all(|domain| *domain == kept), "{told:?}");
    match before {
        None => assert!(own.contains(&kept), "{kept}"),
        Some(before) => assert_eq!(kept, before),
    }
    assert_lost(store, |store| store.add_calendar_domain("another.example"));
    assert_eq!(app.calendar_domain("another.example"), Ok(kept));
}
