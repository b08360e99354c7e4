//! Many threads that want the same thing at the same moment.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use application::ports::Store;
use kernel::{StoreError, UnitOfWorkExt};

use crate::Shared;

/// How often, in one case, everyone together may be told that a race was lost eight times over, or that there was no
/// connection to spare. More would mean that strangers stand in each other's way.
const TURNED_AWAY_MAX: u32 = 32;

/// Runs a task for each rival, in a thread of its own, all let go at once; answers come in the order of the rivals.
pub(super) fn race<I: Send, T: Send>(rivals: Vec<I>, task: impl Fn(I) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(rivals.len());
    std::thread::scope(|scope| {
        let run = |rival| {
            let (start, task) = (&start, &task);
            scope.spawn(move || {
                start.wait();
                task(rival)
            })
        };
        let threads: Vec<_> = rivals.into_iter().map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("no rival panics")).collect()
    })
}

/// Why a verb of some core did not do it.
pub(super) trait Outcome: From<StoreError> {
    fn store_error(&self) -> Option<&StoreError>;
}

impl Outcome for scheduling_core::Error {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

impl Outcome for identity_core::Error {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

impl Outcome for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Writes again what was turned away, as a patient client would, and counts how often that happens.
#[derive(Default)]
pub(super) struct Patience(AtomicU32);

impl Patience {
    pub(super) fn write<T, E: Outcome>(
        &self,
        store: &Shared,
        mut work: impl FnMut(&mut dyn Store) -> Result<T, E>,
    ) -> Result<T, E> {
        loop {
            let result = store.write(|store| work(store));
            match result.as_ref().err().and_then(Outcome::store_error) {
                None => return result,
                Some(StoreError::Contended { .. } | StoreError::Unavailable { .. }) => {
                    let times = self.0.fetch_add(1, Ordering::Relaxed);
                    assert!(times < TURNED_AWAY_MAX, "turned away {times} times");
                }
                Some(error) => panic!("the store failed in a race: {error:?}"),
            }
        }
    }
}
