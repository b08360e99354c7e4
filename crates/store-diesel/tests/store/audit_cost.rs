//! Bookings that are audited in several ways; and, with more of them, what the audit log costs a booking, for
//! docs/adr/0007-audit-chain.md:
//!
//! `SLOTKEEPER_TEST_AUDITED_BOOKINGS=250 tests/with-mariadb \
//!     cargo nextest run -p store-diesel --all-features --no-capture -j 1 audit_cost`

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use application::audit::{AuditAction, AuditEntry, AuditLine, Search, chain};
use application::ports::AnyStore;
use application::{App, Settings};
use chrono::{DateTime, Utc};
use kernel::{AppointmentId, PatientId, SlotId, StoreError, UnitOfWorkExt, Zone};
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::{Actor, BookingPolicy, Error, Interval};
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

const THREADS: usize = 8;
/// How many bookings a thread makes in a round, unless the environment wants a measurement.
const BOOKINGS_PER_THREAD: u32 = 4;
const ROUNDS: usize = 5;

#[expect(clippy::disallowed_methods, reason = "only whoever measures knows how long that may take")]
fn bookings_per_thread() -> u32 {
    std::env::var("SLOTKEEPER_TEST_AUDITED_BOOKINGS").map_or(BOOKINGS_PER_THREAD, |text| text.parse().unwrap())
}

/// What a booking writes beside itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audited {
    /// Nothing.
    No,
    /// An entry, which nobody seals.
    Entry,
    /// An entry, which the sealer seals meanwhile.
    EntryAndSealer,
    /// An entry and its seal, in the same transaction.
    EntryAndSeal,
}

const KINDS: [Audited; 4] = [Audited::No, Audited::Entry, Audited::EntryAndSealer, Audited::EntryAndSeal];

/// A clock that goes, so that entries are spread over time as they are in a clinic.
fn now() -> DateTime<Utc> {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    sample::now() + BEGAN.elapsed()
}

fn book(store: &mut AnyStore, request: &BookingRequest, audited: Audited) -> Result<(), Error> {
    let visit = booking::book(store, request, &BookingPolicy::default(), sample::now())?;
    if audited == Audited::No {
        return Ok(());
    }
    let entry = AuditEntry {
        id: sample::fresh(),
        at: now(),
        actor: Some(request.by.account),
        role: Some(request.by.role),
        action: AuditAction::AppointmentBooked,
        subject: Some(visit.id.uuid()),
        address: Some("203.0.113.7".to_owned()),
        detail: None,
        shown: BTreeSet::new(),
        state: None,
    };
    store.add_audit(&entry)?;
    if audited == Audited::EntryAndSeal {
        let last = store.last_seal()?.map(|sealed| sealed.seal);
        store.add_seals(&chain::seal(last.as_ref(), &[AuditLine::from(&entry)]))?;
    }
    Ok(())
}

/// Books one slot after the other; says how often the store had to be asked again.
fn books(store: &Shared, patient: PatientId, by: Actor, slots: &[SlotId], audited: Audited) -> usize {
    let mut again = 0;
    for slot in slots {
        let id = AppointmentId::new(sample::fresh());
        let target = Target::Slot(*slot);
        let request = BookingRequest { id, patient, target, reason: None, notes: None, by };
        while let Err(error) = store.write(|store| book(store, &request, audited)) {
            let turned_away =
                matches!(error, Error::Store(StoreError::Contended { .. } | StoreError::Unavailable { .. }));
            assert!(turned_away, "{error:?}");
            again += 1;
        }
    }
    again
}

fn round(store: &Shared, audited: Audited) -> (f64, usize) {
    let clinic = Clinic::open(store, Zone::UTC);
    let start = sample::instant("2026-11-23T00:00:00Z");
    let count = bookings_per_thread();
    let work: Vec<_> = (0..THREADS)
        .map(|n| {
            let patient = clinic.patient(&format!("Patient {n}"));
            let slots = clinic.slots(clinic.doctor(&format!("Doctor {n}")), start, 5, count);
            (patient, clinic.patient_actor(patient), slots.into_iter().map(|slot| slot.id).collect::<Vec<_>>())
        })
        .collect();
    let clock = FixedClock::at(now());
    let sealer = sealer(store, &clock);
    let began = Instant::now();
    let ended = std::thread::scope(|scope| {
        let bookers: Vec<_> = work
            .iter()
            .map(|(patient, by, slots)| {
                scope.spawn(move || (books(store, *patient, *by, slots, audited), began.elapsed()))
            })
            .collect();
        if audited == Audited::EntryAndSealer {
            while bookers.iter().any(|booker| !booker.is_finished()) {
                std::thread::sleep(Duration::from_secs(1));
                clock.set(now());
                let _ = sealer.seal_audit(Search::Recent);
            }
        }
        bookers.into_iter().map(|booker| booker.join().unwrap()).collect::<Vec<_>>()
    });
    let year = Interval::of_minutes(start, 366 * 24 * 60).unwrap();
    for (patient, ..) in &work {
        let visits = clinic.read(|store| store.engagements_of(*patient, year)).appointments;
        assert_eq!(visits.len(), usize::try_from(count).unwrap(), "{audited:?}");
    }
    let seconds = ended.iter().map(|(_, at)| at.as_secs_f64()).fold(0.0, f64::max);
    let again = ended.iter().map(|(again, _)| again).sum();
    (f64::from(count) * f64::from(u32::try_from(THREADS).unwrap()) / seconds, again)
}

fn sealer(store: &Shared, clock: &FixedClock) -> App {
    App::new(
        Shared::clone(store),
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

fn measure(engine: &str, make: fn() -> Shared) {
    let stores = KINDS.map(|kind| (kind, make()));
    let mut results = KINDS.map(|_| Vec::new());
    // Taken in turns, so that a slow minute of the machine is everyone's.
    for _ in 0..ROUNDS {
        for ((kind, store), results) in stores.iter().zip(&mut results) {
            results.push(round(store, *kind));
        }
    }
    for (kind, mut results) in KINDS.into_iter().zip(results) {
        results.sort_by(|a, b| a.0.total_cmp(&b.0));
        let again: usize = results.iter().map(|(_, again)| again).sum();
        let median = results.get(ROUNDS / 2).map(|(speed, _)| *speed).unwrap_or_default();
        let range = results.first().zip(results.last()).map(|(low, high)| format!("{:.0} to {:.0}", low.0, high.0));
        println!(
            "{engine} {kind:?}: {median:.0} bookings/s ({}), asked again {again} times",
            range.unwrap_or_default()
        );
    }
}

#[test]
#[cfg(feature = "sqlite")]
fn bookings_are_made_however_they_are_audited_on_sqlite() {
    measure("SQLite", crate::scratch::shared_sqlite);
}

#[test]
#[cfg(feature = "mysql")]
fn bookings_are_made_however_they_are_audited_on_mariadb() {
    measure("MariaDB", crate::scratch::shared_mysql);
}
