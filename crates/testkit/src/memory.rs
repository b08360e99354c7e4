//! A store in memory, with every port and the semantics of its words.

mod accounts;
mod answers;
mod appointments;
mod audit;
mod audit_trail;
mod diary;
mod directory;
mod doctors;
mod guards;
mod installation;
mod leases;
mod login_failures;
mod login_names;
mod messages;
mod one_time;
mod outbox;
mod owed;
mod paging;
mod patients;
mod places;
mod preferences;
mod roster;
mod schedules;
mod sessions;
mod settings;
mod slots;
mod state;
mod sweeping;
mod table;
mod transaction;
mod visitors;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use application::ports::AnyStore;
use kernel::{Access, StoreError, UnitOfWork, Verdict, carry_out, run_again};

pub use places::SPECIALTIES;
pub(crate) use state::State;
pub(crate) use table::Keeping;
pub(crate) use transaction::{Between, Transaction};

/// Everything an installation knows, kept for as long as the value lives.
///
/// One writer at a time; a reader sees what was committed before it began. A unit of work that lost a race is run again,
/// one that had a failed statement is not committed, and one that was opened for reading cannot write.
#[derive(Debug)]
pub struct MemoryStore {
    writing: Mutex<()>,
    committed: Mutex<State>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// A store as the migrations leave it: the guards of administrators and places, and the list of specialties.
    pub fn new() -> Self {
        Self { writing: Mutex::new(()), committed: Mutex::new(State::seeded()) }
    }

    /// The same, as everyone wants to hold it.
    pub fn shared() -> crate::Shared {
        Arc::new(Self::new())
    }

    /// What is committed now.
    pub(crate) fn state(&self) -> State {
        lock(&self.committed).clone()
    }
}

impl UnitOfWork<AnyStore> for MemoryStore {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let once = || {
            let _writer = (access == Access::Write).then(|| lock(&self.writing));
            let mut transaction = Transaction::new(access, self.state());
            let done = transaction.attempt(work);
            carry_out(done, |verdict| {
                if (access, verdict) == (Access::Write, Verdict::Commit) {
                    *lock(&self.committed) = transaction.into_state();
                }
                Ok(())
            })
        };
        run_again(access, once, |_, _| true)
    }
}

/// What is locked is only ever replaced as a whole, so a panic elsewhere leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use crate::clinic::{read, write};
    use crate::{MemoryStore, sample};
    use kernel::Role;

    #[test]
    fn a_reader_undoes_nothing_that_was_written_meanwhile() {
        let store = MemoryStore::shared();
        let account = sample::account(Role::Patient, "Bea");
        let seen = read(&store, |reader| {
            write(&store, |writer| writer.add_account(&account));
            reader.account(account.id)
        });
        assert_eq!(seen, None, "it reads what was there when it began");
        assert!(read(&store, |store| store.account(account.id)).is_some());
    }
}
