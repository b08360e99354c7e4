//! Threads that may wait, and the line in front of them.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::rt::time::timeout;
use tokio::sync::oneshot;

use super::admission::{Patience, Sight, per_place};

/// A fixed number of threads, which take work in the order in which it came.
pub(crate) struct Pool {
    line: Arc<Line>,
    patience: Patience,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoResult {
    /// Nothing was begun: too many wait, or have waited too long.
    Busy,
    /// It was begun, and panicked.
    Panicked,
}

/// What the threads share with those who bring work.
#[derive(Default)]
struct Line {
    standing: Mutex<Standing>,
    /// There is work, or there will be none any more.
    came: Condvar,
    /// A thread has ended.
    left: Condvar,
}

#[derive(Default)]
struct Standing {
    jobs: VecDeque<Job>,
    /// How long it took whoever was served last to come forward by one place.
    per_place: Duration,
    closed: bool,
    threads: u32,
}

struct Job {
    came_at: Instant,
    /// How many stood before it when it came.
    before: usize,
    claim: Claim,
    work: Box<dyn FnOnce() + Send>,
}

/// Who has a job: it is either begun or given up, whichever is first.
#[derive(Clone, Default)]
struct Claim(Arc<AtomicBool>);

/// Gives a job up when whoever waits for it has gone.
struct Waiting(Claim);

impl Claim {
    /// Whether nobody had it.
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.take();
    }
}

impl Pool {
    /// Starts so many threads, each of which begins with `prepare`.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub(crate) fn start(name: &str, threads: u32, patience: Patience, prepare: fn()) -> io::Result<Self> {
        let line = Arc::new(Line::default());
        let pool = Self { line: Arc::clone(&line), patience };
        for number in 0..threads {
            let line = Arc::clone(&line);
            let thread = thread::Builder::new().name(format!("{name}-{number}"));
            pool.line.standing().threads += 1;
            let started = thread.spawn(move || {
                prepare();
                line.work();
            });
            started.inspect_err(|_| pool.line.leave())?;
        }
        Ok(pool)
    }

    /// Has work done. What was begun is finished, even when nobody waits for it any more.
    ///
    /// # Errors
    /// `Busy`, at once or when the time is up: then it is never begun. `Panicked`.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoResult> {
        let (sender, mut result) = oneshot::channel();
        let claim = Claim::default();
        let job = Job {
            came_at: Instant::now(),
            before: 0,
            claim: claim.clone(),
            // What panics drops the sender, which tells whoever waits; they may have gone.
            work: Box::new(move || drop(sender.send(work()))),
        };
        self.line.join(job, self.patience)?;
        let waiting = Waiting(claim);
        let result = match timeout(self.patience.wait_max, &mut result).await {
            Ok(result) => result,
            Err(_) if waiting.0.take() => return Err(NoResult::Busy),
            Err(_) => result.await,
        };
        result.map_err(|_| NoResult::Panicked)
    }

    /// Takes no more work, and waits so long at most until what it has is done; says whether it is.
    pub(crate) fn finish(&self, wait_max: Duration) -> bool {
        let standing = self.line.close();
        let waited = self.line.left.wait_timeout_while(standing, wait_max, |standing| 0 < standing.threads);
        waited.unwrap_or_else(PoisonError::into_inner).0.threads == 0
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.line.close());
    }
}

impl Line {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, job: Job, patience: Patience) -> Result<(), NoResult> {
        let mut standing = self.standing();
        if standing.closed || !patience.admits(standing.seen_at(job.came_at)) {
            return Err(NoResult::Busy);
        }
        let before = standing.jobs.len();
        standing.jobs.push_back(Job { before, ..job });
        drop(standing);
        self.came.notify_one();
        Ok(())
    }

    /// The life of a thread.
    fn work(&self) {
        while let Some(job) = self.next() {
            if job.claim.take() {
                // The work of another request does not end this thread.
                let _ = catch_unwind(AssertUnwindSafe(job.work));
            }
        }
        self.leave();
    }

    /// The first in line, for whom the thread waits; none when the line is closed and empty.
    fn next(&self) -> Option<Job> {
        let nothing_to_do = |standing: &mut Standing| standing.jobs.is_empty() && !standing.closed;
        let standing = self.came.wait_while(self.standing(), nothing_to_do);
        standing.unwrap_or_else(PoisonError::into_inner).advance(Instant::now())
    }

    fn leave(&self) {
        self.standing().threads -= 1;
        self.left.notify_all();
    }

    fn close(&self) -> MutexGuard<'_, Standing> {
        let mut standing = self.standing();
        standing.closed = true;
        self.came.notify_all();
        standing
    }
}

impl Standing {
    fn seen_at(&self, now: Instant) -> Sight {
        let first_waited = self.jobs.front().map(|first| now.saturating_duration_since(first.came_at));
        Sight { waiting: self.jobs.len(), first_waited: first_waited.unwrap_or_default(), per_place: self.per_place }
    }

    /// Lets the first go to be served.
    fn advance(&mut self, now: Instant) -> Option<Job> {
        let first = self.jobs.pop_front()?;
        self.per_place = per_place(now.saturating_duration_since(first.came_at), first.before, self.threads);
        Some(first)
    }
}

#[cfg(test)]
mod tests;
