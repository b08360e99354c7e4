//! Writers of one file take turns in one transaction and share its COMMIT, so that many of them wait for the disk once
//! (docs/adr/0012-group-commit.md).

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kernel::{StoreError, Trouble, Verdict};

/// How many take part in one transaction.
const MEMBERS_MAX: usize = 64;

/// How old a transaction may be for another part to begin.
const AGE_MAX: Duration = Duration::from_millis(10);

/// A connection on which a transaction can have parts.
pub(crate) trait Shared {
    /// Begins the transaction.
    fn begin(&mut self) -> Result<(), Trouble>;
    /// Begins another part of it.
    fn mark(&mut self) -> Result<(), Trouble>;
    /// Ends what was begun last, and keeps it: for a part that was marked, as long as the transaction is kept.
    fn keep(&mut self) -> Result<(), Trouble>;
    /// Ends what was begun last, and forgets it.
    fn forget(&mut self) -> Result<(), Trouble>;
    /// Does what there is to do between two transactions.
    fn rest(&mut self) {}
}

/// Who is in the transaction, and who waits to be, first come, first served.
pub(crate) struct Turns<T> {
    age_max: Duration,
    queue: Mutex<Queue<T>>,
}

struct Queue<T> {
    /// Whether somebody has the turn.
    is_taken: bool,
    /// The number of whoever comes next.
    next: u64,
    waiting: VecDeque<(u64, Sender<Turn<T>>)>,
}

/// What is handed from one to the next.
enum Turn<T> {
    /// There is no transaction: begin one.
    Begin,
    /// There is one.
    Join(Group<T>),
}

/// An open transaction, and those who wait for its end; each had the turn, and all of them share its outcome.
struct Group<T> {
    shared: T,
    began: Instant,
    members: Vec<Sender<Result<(), Trouble>>>,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { age_max: AGE_MAX, queue: Mutex::new(Queue { is_taken: false, next: 0, waiting: VecDeque::new() }) }
    }
}

impl<T: Shared> Turns<T> {
    /// Does `part` in a transaction in which others may have theirs before and after, and comes back when that has
    /// ended: also what was forgotten may rest on what another part wrote. Only who begins and forgets need not wait.
    ///
    /// `open` gives a connection within the time that is left.
    ///
    /// # Errors
    /// The trouble of the part; else that of the transaction, which is the same for all who had a part; `Unavailable`
    /// when it was not one's turn within `wait`.
    pub(crate) fn take_part(
        &self,
        wait: Duration,
        open: impl FnOnce(Duration) -> Result<T, Trouble>,
        part: impl FnOnce(&mut T) -> Result<Verdict, Trouble>,
    ) -> Result<(), Trouble> {
        let began = Instant::now();
        let turn = self.turn(wait)?;
        let group = match turn {
            Turn::Begin => open(wait.saturating_sub(began.elapsed())).and_then(Group::begin),
            Turn::Join(group) => group.mark(),
        };
        let mut group = group.inspect_err(|_| self.let_next_begin())?;
        // Whoever panics must not take the turn along.
        let done = catch_unwind(AssertUnwindSafe(|| part(&mut group.shared)));
        let outcome = match done {
            Ok(Ok(Verdict::Commit)) => self.keep(group),
            Ok(Ok(Verdict::RollBack) | Err(_)) | Err(_) => self.forget(group),
        };
        match done {
            Ok(Ok(_)) => outcome,
            Ok(Err(trouble)) => Err(trouble),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Waits for one's turn.
    fn turn(&self, wait: Duration) -> Result<Turn<T>, Trouble> {
        let (give, take) = channel();
        let number = {
            let mut queue = self.queue();
            if !queue.is_taken {
                queue.is_taken = true;
                return Ok(Turn::Begin);
            }
            queue.next += 1;
            let number = queue.next;
            queue.waiting.push_back((number, give));
            number
        };
        take.recv_timeout(wait).or_else(|_| {
            self.queue().waiting.retain(|(other, _)| *other != number);
            // It may have been given between the last moment and this one.
            take.try_recv().map_err(|_| {
                let reason = format!("no turn to write within {} ms", wait.as_millis());
                Trouble::Failed(StoreError::Unavailable { reason })
            })
        })
    }

    /// Ends a part that stays.
    fn keep(&self, mut group: Group<T>) -> Result<(), Trouble> {
        if !group.members.is_empty()
            && let Err(trouble) = group.shared.keep()
        {
            return self.give_up(group, Err(trouble));
        }
        self.wait_for_outcome(group)
    }

    /// Ends a part of which nothing stays.
    fn forget(&self, mut group: Group<T>) -> Result<(), Trouble> {
        let forgotten = group.shared.forget();
        if group.members.is_empty() {
            // It was alone and has seen nothing but what is committed. Nothing is kept even if that failed.
            return self.give_up(group, Ok(()));
        }
        match forgotten {
            Ok(()) => self.wait_for_outcome(group),
            // The engine has ended the whole transaction, as some do when there is no room.
            Err(_) => self.give_up(group, Err(Trouble::LostRace)),
        }
    }

    /// Lets the next one in, or commits when there is none; waits until somebody has.
    fn wait_for_outcome(&self, mut group: Group<T>) -> Result<(), Trouble> {
        let (tell, outcome) = channel();
        group.members.push(tell);
        if let Some(mut group) = self.hand_on(group) {
            let outcome = group.shared.keep();
            tell_all(group.members, &outcome);
            group.shared.rest();
            // The connection goes back before anybody else wants it.
            drop(group.shared);
            self.let_next_begin();
        }
        outcome.recv().unwrap_or_else(|_| {
            let reason = "whoever was to commit never did".to_owned();
            Err(Trouble::Failed(StoreError::OutcomeUnknown { reason }))
        })
    }

    /// Gives the group to whoever is next; gives it back when it is complete or nobody waits.
    fn hand_on(&self, group: Group<T>) -> Option<Group<T>> {
        if MEMBERS_MAX <= group.members.len() || self.age_max < group.began.elapsed() {
            return Some(group);
        }
        match self.queue().give(Turn::Join(group)) {
            Some(Turn::Join(group)) => Some(group),
            Some(Turn::Begin) | None => None,
        }
    }

    fn let_next_begin(&self) {
        let mut queue = self.queue();
        queue.is_taken = queue.give(Turn::Begin).is_none();
    }

    /// Ends a transaction of which nothing is kept: all the others may have their part again, in another one.
    fn give_up(&self, group: Group<T>, own: Result<(), Trouble>) -> Result<(), Trouble> {
        let others = group.leave();
        self.let_next_begin();
        tell_all(others, &Err(Trouble::LostRace));
        own
    }

    /// Nothing that may panic is done while this is held.
    fn queue(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Queue<T> {
    /// Gives the turn to whoever has waited longest; gives it back when nobody waits.
    fn give(&mut self, mut turn: Turn<T>) -> Option<Turn<T>> {
        while let Some((_, next)) = self.waiting.pop_front() {
            turn = next.send(turn).err()?.0;
        }
        Some(turn)
    }
}

impl<T: Shared> Group<T> {
    fn begin(mut shared: T) -> Result<Self, Trouble> {
        shared.begin()?;
        Ok(Self { shared, began: Instant::now(), members: Vec::new() })
    }

    /// Begins another part; where that fails, nobody keeps anything.
    fn mark(mut self) -> Result<Self, Trouble> {
        match self.shared.mark() {
            Ok(()) => Ok(self),
            Err(trouble) => {
                tell_all(self.leave(), &Err(Trouble::LostRace));
                Err(trouble)
            }
        }
    }

    /// Puts the connection back, before anybody else wants it.
    fn leave(self) -> Vec<Sender<Result<(), Trouble>>> {
        self.members
    }
}

/// Some may not listen any more.
fn tell_all(members: Vec<Sender<Result<(), Trouble>>>, outcome: &Result<(), Trouble>) {
    for member in members {
        let _ = member.send(outcome.clone());
    }
}

#[cfg(test)]
mod tests;
