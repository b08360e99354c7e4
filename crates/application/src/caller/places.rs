//! Room for what is remembered of calls.

use std::sync::{Mutex, PoisonError};

/// How many have a place. What gets a place that is taken replaces what had it, and nothing worse.
pub(super) const PLACES: usize = 4096;

/// A fixed number of places: it never grows, and nobody waits for who looks into another place.
pub(crate) struct Places<T>(Vec<Mutex<Option<T>>>);

impl<T> Default for Places<T> {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }
}

impl<T: Clone> Places<T> {
    /// What came to this place last, of [`PLACES`].
    pub(crate) fn get(&self, place: usize) -> Option<T> {
        self.0.get(place)?.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn put(&self, place: usize, value: T) {
        if let Some(place) = self.0.get(place) {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        }
    }
}
