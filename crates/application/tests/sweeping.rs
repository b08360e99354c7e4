//! What nobody needs any more goes, and nothing else, told over a store in memory.

use std::sync::Arc;

use application::sweeping::Swept;
use application::{App, Settings};
use chrono::TimeDelta;
use kernel::{Revision, Zone};
use scheduling_core::AppointmentStatus;
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, sample};

#[test]
fn expired_free_slots_go_after_their_retention_unless_they_ever_had_an_appointment() {
    let clinic = Clinic::in_memory(Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let clock = FixedClock::default();
    // More than one sweep removes at once.
    let slots = clinic.slots(doctor, sample::now(), 5, 600);
    let kept = slots[0];
    let mut cancelled = sample::appointment(&kept, clinic.patient("Bea"));
    cancelled.status = AppointmentStatus::Cancelled;
    clinic.write(|store| store.add_appointment(&cancelled));

    let settings = Settings { expired_slots_retention_days: 30, ..Settings::default() };
    let app = App::new(
        clinic.store().clone(),
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        settings,
    );
    clock.advance(TimeDelta::days(30) + TimeDelta::minutes(5 * 600));
    let last = slots[599];
    assert_eq!(app.sweep().unwrap(), Swept { slots: 598, ..Swept::default() });
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(app.sweep().unwrap(), Swept { slots: 1, ..Swept::default() });
    assert!(clinic.read(|store| store.slot(last.id)).is_none());
    let kept = clinic.read(|store| store.slot(kept.id)).unwrap();
    assert_eq!(kept.revision, Revision::FIRST);
    assert_eq!(app.sweep().unwrap(), Swept::default());
}
