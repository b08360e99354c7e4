//! Ids that count.

use std::sync::atomic::{AtomicU64, Ordering};

use application::app::Ids;
use uuid::{Builder, Uuid};

/// Ids of version 7 that count upwards from 1, so that a run can be repeated; for a store of its own only.
#[derive(Debug)]
pub struct SequentialIds(AtomicU64);

impl Default for SequentialIds {
    fn default() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl Ids for SequentialIds {
    fn fresh(&self) -> Uuid {
        Builder::from_unix_timestamp_millis(self.0.fetch_add(1, Ordering::Relaxed), &[0; 10]).into_uuid()
    }
}
