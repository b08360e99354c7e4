//! One attempt at a unit of work.

use std::collections::BTreeMap;

use application::ports::AnyStore;
use kernel::{Access, StoreError, Trouble, Verdict};

use super::state::State;

/// What comes between the statements of a transaction, where others are at work.
pub(crate) trait Between {
    /// Called before each statement with what the transaction sees.
    ///
    /// # Errors
    /// When the transaction has come to grief.
    fn statement(&mut self, seen: &mut State) -> Result<(), Trouble>;
}

/// Owns its copy of the state, and remembers what has gone wrong: from then on no statement is run.
pub(crate) struct Transaction {
    access: Access,
    state: State,
    trouble: Option<Trouble>,
    between: Option<Box<dyn Between>>,
}

impl Transaction {
    pub(super) fn new(access: Access, state: State) -> Self {
        Self { access, state, trouble: None, between: None }
    }

    pub(crate) fn among_others(access: Access, state: State, between: Box<dyn Between>) -> Self {
        Self { between: Some(between), ..Self::new(access, state) }
    }

    /// Does the work, and says how it is to end. What failed cannot be kept, whatever the work makes of it.
    pub(crate) fn attempt(&mut self, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<Verdict, Trouble> {
        let verdict = work(self);
        self.trouble.clone().map_or(Ok(verdict), Err)
    }

    /// What is to be committed.
    pub(crate) fn into_state(self) -> State {
        self.state
    }

    /// The rows, for one statement.
    pub(super) fn rows(&mut self) -> Result<&State, StoreError> {
        self.begin_statement().map(|state| &*state)
    }

    /// The rows, for one statement that writes.
    pub(super) fn rows_mut(&mut self) -> Result<&mut State, StoreError> {
        match self.access {
            Access::Write => self.begin_statement(),
            Access::Read => Err(self.fail("a unit of work that was opened for reading cannot write")),
        }
    }

    fn begin_statement(&mut self) -> Result<&mut State, StoreError> {
        if self.trouble.is_none()
            && let Some(between) = &mut self.between
        {
            self.trouble = between.statement(&mut self.state).err();
        }
        match &self.trouble {
            Some(trouble) => Err(trouble.error()),
            None => Ok(&mut self.state),
        }
    }

    /// Somebody else was faster: the whole unit of work is run again.
    pub(super) fn lose<T>(&mut self) -> Result<T, StoreError> {
        Err(self.remember(Trouble::LostRace))
    }

    /// A statement failed: nothing of this attempt is kept.
    pub(super) fn fail(&mut self, reason: &str) -> StoreError {
        self.remember(Trouble::Failed(StoreError::Failed { reason: reason.to_owned() }))
    }

    fn remember(&mut self, trouble: Trouble) -> StoreError {
        let error = trouble.error();
        self.trouble = Some(trouble);
        error
    }

    /// Adds a row under a key; loses the race if there is one.
    pub(super) fn insert<K: Ord, V>(
        &mut self,
        table: impl FnOnce(&mut State) -> &mut BTreeMap<K, V>,
        key: K,
        row: V,
    ) -> Result<(), StoreError> {
        match table(self.rows_mut()?).insert(key, row) {
            None => Ok(()),
            Some(_) => self.lose(),
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
