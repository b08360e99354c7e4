//! What the audit log costs a booking: measured on demand, for docs/adr/0007-audit-chain.md.
//!
//! `tests/with-mariadb cargo nextest run -p store-diesel --all-features --run-ignored only audit_cost --no-capture -j 1`

use std::sync::Arc;
use std::time::{Duration, Instant};

use application::audit::{AuditAction, AuditEntry, AuditLine, Search, chain};
use application::ports::AnyStore;
use application::{App, Settings};
use chrono_tz::Tz;
use kernel::{AppointmentId, PatientId, SlotId, StoreError, UnitOfWorkExt};
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::{Actor, BookingPolicy, Error};
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

const THREADS: usize = 8;
const BOOKINGS_PER_THREAD: usize = 250;
const ROUNDS: usize = 5;

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

fn book(store: &mut AnyStore, request: &BookingRequest, audited: Audited) -> Result<(), Error> {
    let visit = booking::book(store, request, &BookingPolicy::default(), sample::now())?;
    if audited == Audited::No {
        return Ok(());
    }
    let entry = AuditEntry {
        id: sample::fresh(),
        at: sample::now(),
        actor: Some(request.by.account),
        role: Some(request.by.role),
        action: AuditAction::AppointmentBooked,
        subject: Some(visit.id.uuid()),
        address: Some("203.0.113.7".to_owned()),
        detail: None,
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
    let clinic = Clinic::open(store, Tz::UTC);
    let start = sample::instant("2026-11-23T00:00:00Z");
    let count = u32::try_from(BOOKINGS_PER_THREAD).unwrap();
    let work: Vec<_> = (0..THREADS)
        .map(|n| {
            let patient = clinic.patient(&format!("Patient {n}"));
            let slots = clinic.slots(clinic.doctor(&format!("Doctor {n}")), start, 5, count);
            (patient, clinic.patient_actor(patient), slots.into_iter().map(|slot| slot.id).collect::<Vec<_>>())
        })
        .collect();
    let sealer = sealer(store);
    let began = Instant::now();
    let again = std::thread::scope(|scope| {
        let bookers: Vec<_> = work
            .iter()
            .map(|(patient, by, slots)| scope.spawn(move || books(store, *patient, *by, slots, audited)))
            .collect();
        if audited == Audited::EntryAndSealer {
            while bookers.iter().any(|booker| !booker.is_finished()) {
                std::thread::sleep(Duration::from_secs(1));
                let _ = sealer.seal_audit(Search::Recent);
            }
        }
        bookers.into_iter().map(|booker| booker.join().unwrap()).sum()
    });
    let seconds = began.elapsed().as_secs_f64();
    (f64::from(count) * f64::from(u32::try_from(THREADS).unwrap()) / seconds, again)
}

fn sealer(store: &Shared) -> App {
    App::new(
        Shared::clone(store),
        Arc::new(FixedClock::at(sample::now())),
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
#[ignore = "a measurement, not a test"]
#[cfg(feature = "sqlite")]
fn on_sqlite() {
    measure("SQLite", crate::scratch::shared_sqlite);
}

#[test]
#[ignore = "a measurement, not a test"]
#[cfg(feature = "mysql")]
fn on_mariadb() {
    measure("MariaDB", crate::scratch::shared_mysql);
}
