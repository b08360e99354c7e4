//! Sending what is owed, a little at a time, and never on anybody's request.

mod drafting;
mod visits;

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{StoreError, UnitOfWorkExt};
use messaging_core::ports::{DeliveryFailure, Fate, Post};
use messaging_core::retrying::next_try;
use messaging_core::{Addressee, Attempt, Posted};
use uuid::Uuid;

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
    /// The domain in the UID of every invitation ([`App::calendar_domain`]).
    pub calendar_domain: String,
}

/// What became of a claimed message.
enum Sending {
    /// It was sent, or not, and the delivery log says so.
    Settled(Fate, Option<String>),
    /// It is not its turn before then.
    PutOff(DateTime<Utc>),
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

impl Round {
    /// Whether the round ended because enough was done, and not because nothing was due.
    pub const fn is_full(self) -> bool {
        self.left() == 0
    }

    const fn left(self) -> u32 {
        MESSAGES_PER_ROUND.saturating_sub(self.sent + self.failed + self.skipped)
    }

    const fn count(&mut self, sending: &Sending) {
        match sending {
            Sending::Settled(Fate::Sent, _) => self.sent += 1,
            Sending::Settled(Fate::Again(_) | Fate::Dead, _) => self.failed += 1,
            Sending::Settled(Fate::Skipped, _) => self.skipped += 1,
            Sending::PutOff(_) => {}
        }
    }
}

impl App {
    /// Sends what is due, messages with links first and then the longest due, up to `at_once` at the same time, until
    /// nothing is due, `goes_on` says no, or [`MESSAGES_PER_ROUND`] were sent. Any number of workers may do this at once.
    /// What an addressee is told of one visit comes in the order of its changes, however long the first of it takes.
    ///
    /// A message is claimed and the claim committed before it is handed over, and what became of it is written
    /// afterwards, for each by itself. A worker that ends in between leaves messages that nobody else touches for
    /// [`CLAIM_MINUTES`], and that are then sent again: at most one copy more than intended of each.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deliver_due(
        &self,
        post: &dyn Post,
        stationery: &Stationery,
        at_once: u32,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Round, StoreError> {
        let mut round = Round::default();
        while !round.is_full() {
            let now = self.clock.now();
            if !goes_on() || !self.store.read(|store: &mut AnyStore| store.is_message_due(now))? {
                break;
            }
            let (claim, until) = (self.ids.fresh(), now + TimeDelta::minutes(CLAIM_MINUTES));
            let most = at_once.min(round.left());
            let claimed = |store: &mut AnyStore| store.claim_messages(claim, now, until, most);
            let claimed = self.store.write_about(Concern::of_nothing, claimed)?;
            for sending in self.send_all(post, stationery, claim, &claimed) {
                round.count(&sending?);
            }
        }
        Ok(round)
    }

    /// Sends these messages at the same time, those to one addressee one after the other, and writes what became of each.
    fn send_all(
        &self,
        post: &dyn Post,
        stationery: &Stationery,
        claim: Uuid,
        claimed: &[Posted],
    ) -> Vec<Result<Sending, StoreError>> {
        let send = |posted: &&Posted| {
            let sending = self.send(post, stationery, posted);
            self.settle(claim, posted, &sending).map(|()| sending)
        };
        // Whoever reads that a visit was moved has read before that it was booked.
        let mut addressees: BTreeMap<Addressee, Vec<&Posted>> = BTreeMap::new();
        for posted in claimed {
            addressees.entry(posted.message.to).or_default().push(posted);
        }
        let mut addressees = addressees.into_values();
        let first = addressees.next().unwrap_or_default();
        thread::scope(|threads| {
            let others: Vec<_> = addressees
                .map(|messages| threads.spawn(move || messages.iter().map(send).collect::<Vec<_>>()))
                .collect();
            let first: Vec<_> = first.iter().map(send).collect();
            let others = others.into_iter().flat_map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            first.into_iter().chain(others).collect()
        })
    }

    fn send(&self, post: &dyn Post, stationery: &Stationery, posted: &Posted) -> Sending {
        let failure = match self.draft(&posted.message, stationery) {
            Ok(Draft::Nobody(why)) => return Sending::Settled(Fate::Skipped, Some(why.to_owned())),
            Ok(Draft::Later(due_at)) => return Sending::PutOff(due_at),
            Ok(Draft::Ready(letter)) => match post.deliver(&letter) {
                Ok(()) => return Sending::Settled(Fate::Sent, None),
                Err(failure) => failure,
            },
            Err(error) => DeliveryFailure::Transient(error.to_string()),
        };
        match failure {
            DeliveryFailure::Permanent(reason) => Sending::Settled(Fate::Dead, Some(reason)),
            DeliveryFailure::Transient(reason) => Sending::Settled(self.after_failure(posted), Some(reason)),
        }
    }

    fn after_failure(&self, posted: &Posted) -> Fate {
        let [.., high, low] = self.ids.fresh().into_bytes();
        let jitter = u16::from_be_bytes([high, low]);
        next_try(posted.failures.saturating_add(1), self.clock.now(), jitter).map_or(Fate::Dead, Fate::Again)
    }

    // A claim that has expired meanwhile is somebody else's, who will say what became of the message.
    fn settle(&self, claim: Uuid, posted: &Posted, sending: &Sending) -> Result<(), StoreError> {
        let id = posted.message.id;
        let (fate, detail) = match sending {
            Sending::PutOff(due_at) => {
                let put_off = |store: &mut AnyStore| store.put_off_message(claim, id, *due_at);
                return self.store.write_about(Concern::of_nothing, put_off).map(|_| ());
            }
            Sending::Settled(fate, detail) => (*fate, detail),
        };
        let at: DateTime<Utc> = self.clock.now();
        let detail = detail.as_ref().map(|detail| detail.chars().take(DETAIL_CHARS_MAX).collect());
        let attempt = Attempt { message: id, number: posted.attempts, at, outcome: fate.outcome(), detail };
        let settle = |store: &mut AnyStore| store.settle_message(claim, fate, &attempt);
        self.store.write_about(Concern::of_nothing, settle).map(|_| ())
    }
}
