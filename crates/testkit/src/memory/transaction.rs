//! One attempt at a unit of work.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Access, StoreError};

use super::state::State;

/// Owns its copy of the state, made when it first writes, and remembers whether a statement failed or a race was lost.
#[derive(Debug)]
pub(super) struct Transaction {
    access: Access,
    state: Arc<State>,
    lost: bool,
    failed: Option<StoreError>,
}

impl Transaction {
    pub(super) fn new(access: Access, state: Arc<State>) -> Self {
        Self { access, state, lost: false, failed: None }
    }

    pub(super) fn lost_a_race(&self) -> bool {
        self.lost
    }

    /// What is to be committed; an error if the work went on after a failed statement.
    pub(super) fn into_state(self) -> Result<Arc<State>, StoreError> {
        self.failed.map_or(Ok(self.state), Err)
    }

    pub(super) fn rows(&self) -> &State {
        &self.state
    }

    /// The rows, to be written.
    pub(super) fn rows_mut(&mut self) -> Result<&mut State, StoreError> {
        match self.access {
            Access::Write => Ok(Arc::make_mut(&mut self.state)),
            Access::Read => Err(self.fail("a unit of work that was opened for reading cannot write")),
        }
    }

    /// Somebody else was faster: the whole unit of work is run again.
    pub(super) fn lose<T>(&mut self) -> Result<T, StoreError> {
        self.lost = true;
        Err(StoreError::Contended { attempts: 1 })
    }

    /// A statement failed: nothing of this attempt is kept.
    pub(super) fn fail(&mut self, reason: &str) -> StoreError {
        let error = StoreError::Failed { reason: reason.to_owned() };
        self.failed = Some(error.clone());
        error
    }

    /// Adds a row under a key that has none.
    pub(super) fn insert<K: Ord, V>(
        &mut self,
        table: impl FnOnce(&mut State) -> &mut BTreeMap<K, V>,
        key: K,
        row: V,
    ) -> Result<(), StoreError> {
        match table(self.rows_mut()?).insert(key, row) {
            None => Ok(()),
            Some(_) => Err(self.fail("duplicate primary key")),
        }
    }

    /// Loses the race unless the row that is referred to, which may be removed at any time, exists.
    pub(super) fn require_now(&mut self, exists: bool) -> Result<(), StoreError> {
        if exists { Ok(()) } else { self.lose() }
    }

    /// Fails unless the row that is referred to exists.
    pub(super) fn require(&mut self, exists: bool, what: &str) -> Result<(), StoreError> {
        if exists { Ok(()) } else { Err(self.fail(&format!("foreign key: there is no such {what}"))) }
    }
}
