//! A booking that is sure to lose is refused without a transaction that writes: where many want one slot, all but one
//! only read.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use kernel::UnitOfWorkExt;
use scheduling_core::booking::{self, BookingRequest, Target};

use crate::appointments::{permit_patient, permit_slot};
use crate::idempotency::{Outcome, Retry, answered};
use crate::{App, Caller, Error, Party, Refusal, Settings};

/// How many slots are remembered at most.
const SLOTS_MAX: u16 = 4_096;

/// Slots that were lately seen taken on this node. It forgets, and may be wrong: it says where a look is worthwhile,
/// and never what is so.
pub(crate) struct LatelyTaken(Vec<AtomicU64>);

impl Default for LatelyTaken {
    fn default() -> Self {
        Self((0..SLOTS_MAX).map(|_| AtomicU64::new(0)).collect())
    }
}

impl LatelyTaken {
    fn knows(&self, target: Target) -> bool {
        let print = print(target);
        self.place(print).is_some_and(|place| place.load(Ordering::Relaxed) == print)
    }

    /// Remembers the slot of a booking that was made, or came too late; somebody else's place may be overwritten.
    pub(crate) fn learn(&self, target: Target, outcome: &Result<Outcome, Error>) {
        use scheduling_core::Refusal::SlotNotFree;

        let print = print(target);
        let is_taken = matches!(outcome, Ok(_) | Err(Error::Refused(Refusal::Scheduling(SlotNotFree { .. }))));
        if let Some(place) = self.place(print)
            && is_taken
        {
            place.store(print, Ordering::Relaxed);
        }
    }

    fn place(&self, print: u64) -> Option<&AtomicU64> {
        usize::try_from(print % u64::from(SLOTS_MAX)).ok().and_then(|index| self.0.get(index))
    }
}

/// The same for the same target, on every node and at any time.
fn print(target: Target) -> u64 {
    let mut hasher = DefaultHasher::new();
    target.hash(&mut hasher);
    hasher.finish()
}

impl App {
    /// What a booking comes to that need not be tried, because its slot was lately seen taken and still is: the answer
    /// that was given under the same key, or the refusal that the transaction would end in. `None`: try it.
    ///
    /// # Errors
    /// `IdempotencyKeyReused`, `Unknown`, a refusal of [`booking::refuse_lost`]; or the store fails.
    pub(crate) fn lost(
        &self,
        caller: &Caller,
        request: &BookingRequest,
        retry: Option<Retry<'_>>,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Option<Outcome>, Error> {
        if !self.lately_taken.knows(request.target) {
            return Ok(None);
        }
        let told = self.store.read(|store| {
            let Err(error) = booking::refuse_lost(store, request.target, now) else { return Ok(None) };
            // After the slot: if the same request has taken it meanwhile, then its answer is there by now.
            if let Some(retry) = &retry
                && let Some(outcome) = answered(store, caller.account, retry)?
            {
                return Ok(Some(outcome));
            }
            permit_slot(store, caller, request.target)?;
            permit_patient(store, caller, request.patient, settings)?;
            // That there is no such patient is said first.
            let is_own = matches!(caller.party, Party::Patient(_));
            if is_own || store.patient(request.patient)?.is_some() { Err(error.into()) } else { Ok(None) }
        });
        told.map(|told| self.told_again(told))
    }
}
