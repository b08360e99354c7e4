//! temporary
#![allow(warnings)]
use application::appointments::Booking;
use application::idempotency::Retry;
use application::{App, Caller, Party, Settings};
use chrono_tz::Tz;
use kernel::*;
use scheduling_core::booking::Target;
use std::sync::Arc;
use std::time::Instant;
use store_diesel::Database;
use testkit::*;

#[test]
fn stress() {
    let url = std::env::var("STRESS_URL").unwrap();
    let conns: u32 = std::env::var("CONNS").unwrap().parse().unwrap();
    let database = Database::open(&url, conns).unwrap();
    database.migrate().unwrap();
    let store: Shared = Arc::new(database.clone());
    let clinic = Clinic::open(&store, Tz::UTC);
    let app = App::new(
        store.clone(),
        Arc::new(FixedClock::at(sample::now())),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    let doctors: Vec<_> = (0..4).map(|n| clinic.doctor(&format!("D{n}"))).collect();
    let slots: Vec<_> = doctors
        .iter()
        .flat_map(|d| clinic.slots(*d, sample::instant("2026-11-23T09:00:00Z"), 30, 500))
        .map(|s| s.id)
        .collect();
    let patients: Vec<_> = (0..conns)
        .map(|n| {
            let p = clinic.patient(&format!("P{n}"));
            (p, clinic.patient_actor(p).account)
        })
        .collect();
    let begin = Instant::now();
    let results: Vec<(Vec<f64>, Vec<String>, u32)> = std::thread::scope(|scope| {
        let handles: Vec<_> = patients
            .iter()
            .enumerate()
            .map(|(n, (p, account))| {
                let (app, slots) = (&app, &slots);
                scope.spawn(move || {
                    let caller = Caller {
                        account: *account,
                        session: SessionId::new(sample::fresh()),
                        party: Party::Patient(*p),
                    };
                    let mut times = vec![];
                    let mut bad = vec![];
                    let mut ok = 0;
                    for i in 0..100u32 {
                        let slot = slots[((n as u32 * 7919 + i * 104729) % slots.len() as u32) as usize];
                        let key = format!("{n}-{i}");
                        let t = Instant::now();
                        let r = app.book(
                            &caller,
                            &Booking { target: Target::Slot(slot), patient: None, reason: None, notes: None },
                            Some(Retry { key: &key, fingerprint: [1; 32], status: 201, body: |_| "{}".to_owned() }),
                        );
                        times.push(t.elapsed().as_secs_f64() * 1000.0);
                        match r {
                            Ok(_) => ok += 1,
                            Err(application::Error::Store(e)) => bad.push(e.to_string()),
                            Err(_) => {}
                        }
                    }
                    (times, bad, ok)
                })
            })
            .collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    });
    let secs = begin.elapsed().as_secs_f64();
    let mut times: Vec<f64> = results.iter().flat_map(|r| r.0.clone()).collect();
    times.sort_by(f64::total_cmp);
    let ok: u32 = results.iter().map(|r| r.2).sum();
    println!(
        "{} calls in {secs:.2}s, {ok} booked, p50 {:.1} p99 {:.1} max {:.1} ms",
        times.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times[times.len() - 1]
    );
    for r in &results {
        for b in &r.1 {
            println!("BAD {b}");
        }
    }
    let t = Instant::now();
    println!("violations {:?} in {:?}", database.violations().unwrap().len(), t.elapsed());
    let t = Instant::now();
    for _ in 0..1000 {
        store.read(|s| s.appointment(AppointmentId::new(uuid::Uuid::nil()))).unwrap();
    }
    println!("read {:?} each", t.elapsed() / 1000);
}
