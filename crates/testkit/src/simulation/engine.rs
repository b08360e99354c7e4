//! A store in which many transactions are open at once, and which goes wrong as engines do.

use std::collections::VecDeque;

use kernel::{Access, StoreError, Trouble, Verdict};
use scheduling_core::Appointment;

use super::NODES;
use super::dice::Dice;
use super::plan::{Kind, Plan, Rates, Sabotage};
use super::tally::Tally;
use crate::memory::{Keeping, State};

/// How many commits ago a state may be that is shown to somebody who does not wait.
const COMMITS_BEHIND_MAX: usize = 4;

/// One of the transactions that are open; those that began later end sooner.
struct Open {
    node: usize,
    access: Access,
    /// What was committed when it began, or when it last caught up with the others.
    base: State,
    /// How many commits there had been.
    caught_up: u64,
    /// What it saw and wrote before somebody else was let in.
    seen: State,
    /// Shows what was committed long ago, and goes on to.
    is_stale: bool,
    /// Somebody else has committed one of its rows, and COMMIT will say so.
    is_doomed: bool,
    /// The node has ended it without a word; what comes after that is not kept.
    has_ended: bool,
}

/// What is committed, and what is under way.
pub(crate) struct Engine {
    committed: State,
    commits: u64,
    /// Which commit was the last on each node.
    last_commits: [u64; NODES],
    /// What was committed before, latest first.
    past: VecDeque<State>,
    open: Vec<Open>,
    /// How many more writes find the disk full.
    full_for: usize,
    /// What goes wrong by itself.
    pub(crate) rates: Rates,
    plan: Plan,
}

impl Engine {
    pub(crate) fn new(committed: State, plan: Plan) -> Self {
        let rates = plan.rates;
        Self {
            committed,
            commits: 0,
            last_commits: [0; NODES],
            past: VecDeque::new(),
            open: Vec::new(),
            full_for: 0,
            rates,
            plan,
        }
    }

    pub(crate) fn committed(&self) -> &State {
        &self.committed
    }

    /// From now on nothing goes wrong by itself.
    pub(crate) fn calm_down(&mut self) {
        self.rates = Rates::default();
        self.full_for = 0;
    }

    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Closes what a process has left open.
    pub(crate) fn close_down_to(&mut self, depth: usize) {
        self.open.truncate(depth);
    }

    /// Begins a transaction; says its number, and what it sees.
    pub(crate) fn begin(
        &mut self,
        node: usize,
        access: Access,
        dice: &mut Dice,
        tally: &mut Tally,
    ) -> Result<(usize, State), Trouble> {
        if dice.happens(self.rates.unreachable) {
            return Err(unreachable(tally));
        }
        let is_writing = |open: &Open| open.access == Access::Write;
        if (self.plan.kind, access) == (Kind::File, Access::Write) && self.open.iter().any(is_writing) {
            let reason = "no turn to write".to_owned();
            return Err(Trouble::Failed(StoreError::Unavailable { reason }));
        }
        // A node has always what was committed on it.
        let unseen = usize::try_from(self.commits - self.last_commits[node]).expect("this fits").min(self.past.len());
        let is_stale = self.plan.kind == Kind::Cluster && unseen != 0 && dice.happens(self.rates.stale);
        let behind = if is_stale { 1 + dice.below(unseen) } else { 0 };
        tally.stale += u64::from(is_stale);
        let base = if behind == 0 { &self.committed } else { &self.past[behind - 1] }.clone();
        self.open.push(Open {
            node,
            access,
            base: base.clone(),
            caught_up: self.commits - u64::try_from(behind).expect("this fits"),
            seen: base.clone(),
            is_stale: is_stale && access == Access::Read,
            is_doomed: false,
            has_ended: false,
        });
        Ok((self.open.len() - 1, base))
    }

    /// Others are about to be let in.
    pub(crate) fn pause(&mut self, number: usize, seen: &State) {
        self.open[number].seen = seen.clone();
    }

    /// A statement is about to be run: it may fail, and it may see what others have committed.
    pub(crate) fn statement(
        &mut self,
        number: usize,
        seen: &mut State,
        dice: &mut Dice,
        tally: &mut Tally,
    ) -> Result<(), Trouble> {
        if dice.happens(self.rates.conflict) {
            tally.conflicts_at_statement += 1;
            return Err(Trouble::LostRace);
        }
        if dice.happens(self.rates.unreachable) {
            return Err(unreachable(tally));
        }
        if self.open[number].access == Access::Write {
            self.refuse_when_full(dice, tally)?;
        }
        self.catch_up(number, seen, dice, tally)
    }

    fn catch_up(&mut self, number: usize, seen: &mut State, dice: &mut Dice, tally: &mut Tally) -> Result<(), Trouble> {
        let open = &mut self.open[number];
        let is_behind = open.caught_up < self.commits;
        // A transaction that writes waits for the others only when it begins.
        let lags = self.plan.kind == Kind::Cluster && open.access == Access::Write && dice.happens(500);
        if !is_behind || self.plan.kind == Kind::File || open.is_stale || open.is_doomed || lags {
            return Ok(());
        }
        let keeping = |table: &str| self.plan.keeping(table);
        if let Some(rebased) = seen.rebased(&open.base, &self.committed, &keep_all_own(&keeping)) {
            *seen = rebased;
        } else {
            match dice.below(3) {
                0 => {
                    tally.conflicts_at_statement += 1;
                    return Err(Trouble::LostRace);
                }
                1 => {
                    open.is_doomed = true;
                    return Ok(());
                }
                _ => {
                    tally.ended_in_silence += 1;
                    open.has_ended = true;
                    *seen = self.committed.clone();
                }
            }
        }
        open.base = self.committed.clone();
        open.caught_up = self.commits;
        Ok(())
    }

    /// Ends a transaction that may have written.
    pub(crate) fn end(
        &mut self,
        number: usize,
        verdict: Verdict,
        seen: &State,
        dice: &mut Dice,
        tally: &mut Tally,
    ) -> Result<(), Trouble> {
        let open = self.open.swap_remove(number);
        let is_lost = open.has_ended && !self.plan.is_sabotaged_by(Sabotage::SilenceBelieved);
        if verdict == Verdict::RollBack {
            if self.plan.is_sabotaged_by(Sabotage::RollbackKeeps) {
                self.keep(&open, seen).into_iter().for_each(|state| self.install(open.node, state));
            }
            if is_lost {
                tally.conflicts_at_rollback += 1;
                return Err(Trouble::LostRace);
            }
            return if dice.happens(self.rates.unreachable) { Err(unreachable(tally)) } else { Ok(()) };
        }
        self.refuse_when_full(dice, tally)?;
        if is_lost || dice.happens(self.rates.conflict) {
            tally.conflicts_at_commit += 1;
            return Err(Trouble::LostRace);
        }
        let kept = if open.has_ended { Some(self.committed.clone()) } else { self.keep(&open, seen) };
        let Some(state) = kept else {
            tally.conflicts_at_commit += 1;
            return Err(Trouble::LostRace);
        };
        let is_unknown = dice.happens(self.rates.unknown);
        let is_lost =
            (is_unknown && dice.happens(500)) || (self.plan.is_sabotaged_by(Sabotage::CommitsLost) && dice.happens(20));
        if !is_lost {
            self.install(open.node, state);
        }
        if !is_unknown {
            tally.commits += 1;
            return Ok(());
        }
        tally.unknown += 1;
        let reason = "the connection was lost after COMMIT".to_owned();
        Err(if self.plan.is_sabotaged_by(Sabotage::UnknownTakenForLost) {
            Trouble::LostRace
        } else {
            Trouble::Failed(StoreError::OutcomeUnknown { reason })
        })
    }

    /// What is committed after this transaction; nothing if somebody else was first.
    fn keep(&self, open: &Open, seen: &State) -> Option<State> {
        let keeping = |table: &str| self.plan.keeping(table);
        let is_held_by = |other: &Open| {
            let is_near = self.plan.kind != Kind::Cluster || other.node == open.node;
            is_near && other.access == Access::Write && seen.collides(&open.base, (&other.seen, &other.base), &keeping)
        };
        if self.open.iter().any(is_held_by) {
            return None;
        }
        let state = seen.rebased(&open.base, &self.committed, &keeping)?;
        let is_keyed = !self.plan.is_sabotaged_by(Sabotage::SlotsHoldNobody);
        (!is_keyed || state.appointments.is_same(&self.committed.appointments) || has_unique_slots(&state))
            .then_some(state)
    }

    fn install(&mut self, node: usize, state: State) {
        self.past.push_front(std::mem::replace(&mut self.committed, state));
        self.past.truncate(COMMITS_BEHIND_MAX);
        self.commits += 1;
        self.last_commits[node] = self.commits;
    }

    fn refuse_when_full(&mut self, dice: &mut Dice, tally: &mut Tally) -> Result<(), Trouble> {
        if dice.happens(self.rates.full) {
            self.full_for = 1 + dice.below(20);
        }
        if self.full_for == 0 {
            return Ok(());
        }
        self.full_for -= 1;
        tally.full += 1;
        Err(Trouble::Failed(StoreError::Unavailable { reason: "the disk is full".to_owned() }))
    }
}

/// What is lost at COMMIT is still there for the transaction that wrote it.
fn keep_all_own(keeping: &dyn Fn(&str) -> Keeping) -> impl Fn(&str) -> Keeping {
    move |table| if keeping(table) == Keeping::Lost { Keeping::FirstWins } else { keeping(table) }
}

fn unreachable(tally: &mut Tally) -> Trouble {
    tally.unreachable += 1;
    Trouble::Unreachable("the connection is gone".to_owned())
}

/// The unique key of the slot of an active appointment.
fn has_unique_slots(state: &State) -> bool {
    let active = |visit: &&Appointment| visit.status.is_active();
    let mut slots: Vec<_> = state.appointments.values().filter(active).map(|visit| visit.slot).collect();
    slots.sort_unstable();
    slots.windows(2).all(|two| two[0] != two[1])
}

#[cfg(test)]
mod tests;
