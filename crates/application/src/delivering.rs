//! Sending what is owed, a little at a time, and never on anybody's request.

mod drafting;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{StoreError, UnitOfWorkExt};
use messaging_core::ports::{DeliveryFailure, Fate, Post};
use messaging_core::retrying::next_try;
use messaging_core::{Attempt, Posted};

use crate::App;
use crate::editions::Concern;
use crate::ports::AnyStore;
use drafting::Draft;

/// How long a claim keeps a message from other workers: longer than any delivery takes.
pub const CLAIM_MINUTES: i64 = 5;

/// How many messages one round sends at the most.
pub const MESSAGES_PER_ROUND: u32 = 50;

/// How much of what the other side said is kept.
const DETAIL_CHARS_MAX: usize = 500;

/// What every message says of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stationery {
    /// What links begin with, without a slash at the end.
    pub public_url: String,
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Handed over.
    pub sent: u32,
    /// Not handed over: to be tried again, or given up.
    pub failed: u32,
    /// Not wanted, or nobody there.
    pub skipped: u32,
}

impl App {
    /// Sends what is due, oldest first, one after the other, until nothing is due, `goes_on` says no, or
    /// [`MESSAGES_PER_ROUND`] were sent. Any number of workers may do this at once.
    ///
    /// A message is claimed and the claim committed before it is handed over, and what became of it is written
    /// afterwards. Who ends in between leaves a message that nobody else touches for [`CLAIM_MINUTES`], and that is then
    /// sent again: at most one copy more than intended for each such end.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deliver_due(
        &self,
        post: &dyn Post,
        stationery: &Stationery,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Round, StoreError> {
        let mut round = Round::default();
        for _ in 0..MESSAGES_PER_ROUND {
            let now = self.clock.now();
            if !goes_on() || !self.store.read(|store: &mut AnyStore| store.is_message_due(now))? {
                break;
            }
            let (claim, until) = (self.ids.fresh(), now + TimeDelta::minutes(CLAIM_MINUTES));
            let claimed = |store: &mut AnyStore| store.claim_messages(claim, now, until, 1);
            for posted in self.store.write_about(Concern::of_nothing, claimed)? {
                let (fate, detail) = self.send(post, stationery, &posted);
                self.settle(claim, &posted, fate, detail)?;
                match fate {
                    Fate::Sent => round.sent += 1,
                    Fate::Again(_) | Fate::Dead => round.failed += 1,
                    Fate::Skipped => round.skipped += 1,
                }
            }
        }
        Ok(round)
    }

    fn send(&self, post: &dyn Post, stationery: &Stationery, posted: &Posted) -> (Fate, Option<String>) {
        let failure = match self.draft(&posted.message, stationery) {
            Ok(Draft::Nobody(why)) => return (Fate::Skipped, Some(why.to_owned())),
            Ok(Draft::Ready(letter)) => match post.deliver(&letter) {
                Ok(()) => return (Fate::Sent, None),
                Err(failure) => failure,
            },
            Err(error) => DeliveryFailure::Transient(error.to_string()),
        };
        match failure {
            DeliveryFailure::Permanent(reason) => (Fate::Dead, Some(reason)),
            DeliveryFailure::Transient(reason) => (self.after_failure(posted), Some(reason)),
        }
    }

    fn after_failure(&self, posted: &Posted) -> Fate {
        let [.., high, low] = self.ids.fresh().into_bytes();
        let jitter = u16::from_be_bytes([high, low]);
        next_try(posted.failures.saturating_add(1), self.clock.now(), jitter).map_or(Fate::Dead, Fate::Again)
    }

    fn settle(&self, claim: uuid::Uuid, posted: &Posted, fate: Fate, detail: Option<String>) -> Result<(), StoreError> {
        let at: DateTime<Utc> = self.clock.now();
        let detail = detail.map(|detail| detail.chars().take(DETAIL_CHARS_MAX).collect());
        let attempt =
            Attempt { message: posted.message.id, number: posted.attempts, at, outcome: fate.outcome(), detail };
        // A claim that has expired meanwhile is somebody else's, who will say what became of the message.
        let settle = |store: &mut AnyStore| store.settle_message(claim, fate, &attempt);
        self.store.write_about(Concern::of_nothing, settle).map(|_| ())
    }
}
