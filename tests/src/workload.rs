//! Patients and doctors who go on registering, publishing, booking, moving and cancelling, whatever happens to the
//! server, and keep evidence of it.
//!
//! What each of them chooses comes from a seed; what there is to choose from depends on what was answered. A request
//! without an answer is sent again under the same key until there is one. All want the same few slots.

mod actor;
mod dice;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::answer::Answer;
use crate::evidence::{Asked, Evidence};
use crate::wait;

use actor::Actor;
pub use dice::Dice;

/// The setting of servers whose doctors nobody approves: they register while the server is disturbed.
pub const ACTIVE_AT_ONCE: (&str, &str) = ("activation_by_admin", "none");

/// How many slots are wanted at a time.
const SLOTS_WANTED: usize = 24;

/// How many visits the doctors know of.
const VISITS_KNOWN: usize = 32;

/// One doctor to so many clients.
const CLIENTS_PER_DOCTOR: usize = 4;

/// People who act until they are stopped.
#[derive(Debug)]
pub struct Workload {
    shared: Arc<Shared>,
    actors: Vec<JoinHandle<()>>,
}

/// What has come of all requests.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Changes that were answered with success.
    pub changes: u64,
    /// Requests that were refused as they may be: gone, or taken.
    pub refused: u64,
    /// Answers that said "not now" (429 or 503).
    pub turned_away: u64,
    /// Requests without an answer.
    pub unanswered: u64,
    /// Answers that nobody should get.
    pub surprises: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Acting,
    Paused,
    Stopped,
}

/// A visit, and whose.
#[derive(Clone, Debug)]
struct Visit {
    id: String,
    doctor: String,
}

/// What all actors know.
#[derive(Debug)]
struct Shared {
    evidence: Arc<Evidence>,
    servers: Vec<String>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// How many actors have nothing under way because they were paused.
    resting: usize,
    slots: VecDeque<String>,
    visits: VecDeque<Visit>,
    tally: Tally,
}

impl Workload {
    /// Lets so many people act on these servers of one database, each of which knows all the others' answers. Two
    /// workloads on the same data need different seeds, and at most 1,000 people each.
    pub fn start(evidence: &Arc<Evidence>, servers: &[String], clients: usize, seed: u64) -> Self {
        let state = State {
            phase: Phase::Acting,
            resting: 0,
            slots: VecDeque::new(),
            visits: VecDeque::new(),
            tally: Tally::default(),
        };
        let shared =
            Arc::new(Shared { evidence: Arc::clone(evidence), servers: servers.to_vec(), state: Mutex::new(state) });
        let actor = |number| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || Actor::new(shared, seed, number).live())
        };
        Self { actors: (0..clients).map(actor).collect(), shared }
    }

    /// What has come of it so far.
    pub fn tally(&self) -> Tally {
        self.shared.state().tally.clone()
    }

    /// Waits until so many more changes were answered.
    pub fn let_pass(&self, changes: u64) {
        let enough = self.tally().changes + changes;
        self.until("the work to go on", |state| enough <= state.tally.changes);
    }

    /// Waits until so many more requests had no answer, or one that says "not now".
    pub fn let_fail(&self, requests: u64) {
        let failed = |tally: &Tally| tally.unanswered + tally.turned_away;
        let enough = failed(&self.tally()) + requests;
        self.until("the fault to be noticed", |state| enough <= failed(&state.tally));
    }

    /// Waits until everything that was begun is answered; nobody begins anything until [`Workload::resume`].
    pub fn pause(&self) {
        self.shared.state().phase = Phase::Paused;
        self.until("all requests to be answered", |state| state.resting == self.actors.len());
    }

    /// Goes on.
    pub fn resume(&self) {
        self.shared.state().phase = Phase::Acting;
        self.until("everybody to go on", |state| state.resting == 0);
    }

    /// Ends it: requests that are under way come to their end, and nothing is sent again.
    pub fn stop(self) -> Tally {
        self.shared.state().phase = Phase::Stopped;
        for actor in self.actors {
            actor.join().expect("no actor panics");
        }
        self.shared.state().tally.clone()
    }

    fn until(&self, what: &str, mut holds: impl FnMut(&State) -> bool) {
        wait::until(what, || {
            assert!(!self.actors.iter().any(JoinHandle::is_finished), "an actor has panicked");
            holds(&self.shared.state()).then_some(())
        });
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding it")
    }

    /// Whether to begin something; waits while paused.
    fn goes_on(&self) -> bool {
        let is_paused = || self.state().phase == Phase::Paused;
        if is_paused() {
            self.state().resting += 1;
            while is_paused() {
                thread::sleep(Duration::from_millis(2));
            }
            self.state().resting -= 1;
        }
        !self.is_stopped()
    }

    fn is_stopped(&self) -> bool {
        self.state().phase == Phase::Stopped
    }

    fn count(&self, asked: &Asked, answer: Option<&Answer>) {
        let tally = &mut self.state().tally;
        let Some(answer) = answer else {
            tally.unanswered += 1;
            return;
        };
        match answer.status {
            200..300 => tally.changes += u64::from(asked.method != "GET"),
            404 | 409 => tally.refused += 1,
            429 | 503 => tally.turned_away += 1,
            status => tally.surprises.push(format!("{}: {status}: {}", answer.asked, answer.text())),
        }
    }

    /// A slot to try for, if there is one.
    fn wanted_slot(&self, dice: &mut Dice) -> Option<String> {
        let state = self.state();
        (!state.slots.is_empty()).then(|| state.slots[dice.roll(state.slots.len())].clone())
    }

    fn offer_slot(&self, slot: String) {
        push(&mut self.state().slots, slot, SLOTS_WANTED);
    }

    fn know_visit(&self, visit: Visit) {
        push(&mut self.state().visits, visit, VISITS_KNOWN);
    }

    /// A visit to this doctor, if one is known.
    fn visit_to(&self, doctor: &str, dice: &mut Dice) -> Option<String> {
        let state = self.state();
        let own: Vec<&Visit> = state.visits.iter().filter(|visit| visit.doctor == doctor).collect();
        (!own.is_empty()).then(|| own[dice.roll(own.len())].id.clone())
    }
}

fn push<T>(line: &mut VecDeque<T>, new: T, most: usize) {
    line.push_back(new);
    if most < line.len() {
        line.pop_front();
    }
}
