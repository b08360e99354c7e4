//! Readings of what is another's: each is an entry of the audit log, written within a second, many at once, so that nobody
//! who reads waits for somebody who writes.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use kernel::StoreError;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{AuditAction, AuditEntry, named};
use crate::editions::Concern;
use crate::{App, Caller, Party};

/// How many entries wait at the most; whoever reads then writes first what waits.
const WAITING_MAX: usize = 4_096;

/// How many entries one transaction writes, so that other writers do not wait long for it.
const ENTRIES_PER_BATCH: usize = 200;

/// What somebody was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    action: AuditAction,
    subject: Option<Uuid>,
    shown: BTreeSet<Uuid>,
    detail: Option<String>,
}

impl Reading {
    /// Of one thing, which shows these people.
    pub(crate) fn of_one(action: AuditAction, subject: Uuid, shown: impl IntoIterator<Item = Uuid>) -> Self {
        Self { action, subject: Some(subject), shown: shown.into_iter().collect(), detail: None }
    }

    /// Of a page of a list, which shows these people. The entry names the fields by which the list was narrowed, and not
    /// what stood in them; pages of the same search have the same fingerprint.
    pub(crate) fn of_page(
        action: AuditAction,
        fields: &[(&str, bool)],
        filter: &impl Debug,
        shown: impl IntoIterator<Item = Uuid>,
    ) -> Self {
        let by = named(fields).map_or_else(String::new, |names| format!("by {names}; "));
        let detail = format!("{by}filter {}", fingerprint(filter));
        Self { action, subject: None, shown: shown.into_iter().collect(), detail: Some(detail) }
    }
}

/// The first 8 bytes of a filter's SHA-256 in hexadecimal.
fn fingerprint(filter: &impl Debug) -> String {
    let hash = Sha256::digest(format!("{filter:?}"));
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:016x}")
}

/// The entry of a reading; none where somebody has read only of themself, or there is nobody to be seen. It has no identity
/// until it is written.
fn entry_of(reading: Reading, caller: &Caller, at: DateTime<Utc>) -> Option<AuditEntry> {
    let Reading { action, subject, mut shown, detail } = reading;
    shown.remove(&caller.account.uuid());
    match caller.party {
        Party::Patient(_) => return None,
        Party::Doctor(own) => _ = shown.remove(&own.uuid()),
        Party::Receptionist | Party::Admin => {}
    }
    if shown.is_empty() {
        return None;
    }
    shown.retain(|id| Some(*id) != subject);
    let (actor, role) = (Some(caller.account), Some(caller.role()));
    let address = caller.address.map(|address| address.to_string());
    Some(AuditEntry { id: Uuid::nil(), at, actor, role, action, subject, address, detail, shown, state: None })
}

/// Entries of readings on their way into the log.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    state: Mutex<State>,
    /// Who writes; what is being written is in the log when the next one begins.
    turn: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<AuditEntry>,
    /// The oldest that was written and has perhaps no seal yet.
    unsealed_since: Option<DateTime<Utc>>,
}

impl Readings {
    /// When the oldest was that may still have to be sealed.
    pub(super) fn unsealed_since(&self) -> Option<DateTime<Utc>> {
        self.state().unsealed_since
    }

    /// Everything since then has a seal.
    pub(super) fn sealed_since(&self, since: Option<DateTime<Utc>>) {
        let mut state = self.state();
        if state.unsealed_since == since {
            state.unsealed_since = None;
        }
    }

    /// Adds an entry; gives it back where too many wait.
    fn add(&self, entry: AuditEntry) -> Option<AuditEntry> {
        let mut state = self.state();
        if WAITING_MAX <= state.waiting.len() {
            return Some(entry);
        }
        state.waiting.push_back(entry);
        None
    }

    fn take_batch(&self) -> Vec<AuditEntry> {
        let waiting = &mut self.state().waiting;
        let entries = waiting.len().min(ENTRIES_PER_BATCH);
        waiting.drain(..entries).collect()
    }

    fn put_back(&self, batch: Vec<AuditEntry>) {
        batch.into_iter().rev().for_each(|entry| self.state().waiting.push_front(entry));
    }

    fn is_written(&self, batch: &[AuditEntry]) {
        let mut state = self.state();
        let oldest = batch.iter().map(|entry| entry.at);
        state.unsealed_since = oldest.chain(state.unsealed_since).min();
    }

    /// Nothing in it is ever half done when somebody panics.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Remembers for the audit log what the caller was shown, unless it was only of themself. The answer may be given when
    /// this has succeeded.
    ///
    /// # Errors
    /// When too many readings wait, and cannot be written.
    pub(crate) fn note(&self, caller: &Caller, reading: Reading) -> Result<(), StoreError> {
        let Some(mut entry) = entry_of(reading, caller, self.clock.now()) else { return Ok(()) };
        while let Some(refused) = self.readings.add(entry) {
            self.write_readings()?;
            entry = refused;
        }
        Ok(())
    }

    /// Writes what this process has shown into the audit log. What is being written by somebody else is written, too, when
    /// this returns. A reading whose outcome the store does not know may be there twice, and never not at all.
    ///
    /// # Errors
    /// When the store fails; what is not written waits for the next time.
    pub fn write_readings(&self) -> Result<(), StoreError> {
        let _turn = self.readings.turn.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let mut batch = self.readings.take_batch();
            if batch.is_empty() {
                return Ok(());
            }
            for entry in &mut batch {
                entry.id = self.ids.fresh();
            }
            if let Err(error) = self.store.write_about(Concern::of_nothing, |store| store.add_entries(&batch)) {
                self.readings.put_back(batch);
                return Err(error);
            }
            self.readings.is_written(&batch);
        }
    }
}

#[cfg(test)]
mod tests;
