//! Visits that nobody attended, told over a store in memory.

use kernel::Zone;
use std::sync::Arc;

use application::{App, Settings};
use chrono::TimeDelta;
use scheduling_core::{Actor, AppointmentStatus, SlotStatus};
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, sample};

fn app(clinic: &Clinic, clock: &FixedClock, no_show_grace_minutes: Option<u32>) -> App {
    App::new(
        clinic.store().clone(),
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings { no_show_grace_minutes, ..Settings::default() },
    )
}

#[test]
fn a_visit_that_is_still_booked_after_its_start_and_the_grace_is_missed() {
    let clinic = Clinic::in_memory(Zone::UTC);
    let clock = FixedClock::default();
    let slot = clinic.slots(clinic.doctor("Ada"), sample::now(), 30, 1)[0];
    let visit = sample::appointment(&slot, clinic.patient("Bea"));
    clinic.write(|store| {
        store.add_appointment(&visit)?;
        store.change_slot(&slot.with_status(SlotStatus::Busy))
    });

    let never = app(&clinic, &clock, None);
    let after_an_hour = app(&clinic, &clock, Some(60));
    clock.advance(TimeDelta::minutes(59));
    assert_eq!(after_an_hour.mark_no_shows(), Ok(0));
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(never.mark_no_shows(), Ok(0));
    assert_eq!(after_an_hour.mark_no_shows(), Ok(1));
    assert_eq!(after_an_hour.mark_no_shows(), Ok(0));

    let told = clinic.read(|store| store.changes_of(visit.id));
    assert_eq!(
        told.last().map(|change| (change.by, change.to.status)),
        Some((Actor::SYSTEM, AppointmentStatus::NoShow))
    );
    assert_eq!(clinic.read(|store| store.slot(slot.id)).map(|slot| slot.status), Some(SlotStatus::Free));
}
