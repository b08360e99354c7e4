//! SQLite's log, which it cannot begin anew while somebody reads.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use application::ports::{Answer, AnyStore};
use kernel::{AccountId, Revision, StoreError, UnitOfWorkExt};
use testkit::sample;

use crate::scratch::sqlite;

const MIB: u64 = 1 << 20;
/// The length at which readers are waited for, and what is written until that is tried for the third time: on a busy
/// machine they may take too long.
const LENGTH_MAX_MIB: u64 = 64 + 2 * 32 + 2;
const WRITTEN_MIB: u32 = 250;

#[test]
fn the_log_stays_short_while_somebody_always_reads() {
    let scratch = sqlite();
    let log = format!("{}-wal", scratch.url.trim_start_matches("sqlite://"));
    let is_over = AtomicBool::new(false);
    // Each begins before the other ends.
    let read = || {
        while !is_over.load(Ordering::Relaxed) {
            let reading = |store: &mut AnyStore| {
                store.count_active_admins()?;
                thread::sleep(Duration::from_millis(5));
                Ok::<_, StoreError>(())
            };
            scratch.read(reading).unwrap();
        }
    };
    let longest = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(read);
        }
        let lengths = (0..WRITTEN_MIB).map(|number| {
            let answer = Answer {
                key: format!("key-{number}"),
                fingerprint: [0; 32],
                status: 201,
                body: "x".repeat(1 << 20),
                subject: sample::fresh(),
                revision: Revision::FIRST,
                at: sample::now(),
            };
            let account = AccountId::new(sample::fresh());
            scratch.write(|store: &mut AnyStore| store.add_answer(account, &answer)).unwrap();
            fs::metadata(&log).unwrap().len() / MIB
        });
        let longest = lengths.max().unwrap();
        is_over.store(true, Ordering::Relaxed);
        longest
    });
    assert!((20..=LENGTH_MAX_MIB).contains(&longest), "{longest} MiB");
}
