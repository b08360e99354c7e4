//! A clock that stands still.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use application::app::Clock;
use chrono::{DateTime, TimeDelta, Utc};

/// A clock that shows what it was set to; its clones are the same clock.
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<Mutex<DateTime<Utc>>>);

impl FixedClock {
    /// A clock that shows this instant.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Sets it, forwards or back.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.hand() = now;
    }

    /// Moves it on.
    pub fn advance(&self, by: TimeDelta) {
        *self.hand() += by;
    }

    fn hand(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self::at(crate::sample::now())
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.hand()
    }
}
