//! Waiting for what another process does: looking again and again, but not for ever.

use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine; reached only when something is broken.
const WAIT_SECONDS_MAX: u64 = 120;

const PAUSE_MS: u64 = 5;

/// Looks until there is something to see; stops the test when there never is.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        let waited = begun.elapsed();
        assert!(waited < Duration::from_secs(WAIT_SECONDS_MAX), "{what}: waited for it in vain");
        thread::sleep(Duration::from_millis(PAUSE_MS));
    }
}

/// Looks until it is seen what was just done; whoever began to look a second or more afterwards must see it.
pub fn within_a_second(what: &str, mut is_seen: impl FnMut() -> bool) {
    let done = Instant::now();
    until(what, || {
        let began = done.elapsed();
        let seen = is_seen();
        assert!(seen || began < Duration::from_secs(1), "{what}: not seen by who looked {began:?} afterwards");
        seen.then_some(())
    });
}
