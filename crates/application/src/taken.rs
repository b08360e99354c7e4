//! Counting those who ask for names that others have.

use identity_core::{Subject, taken};
use kernel::UnitOfWorkExt;

use crate::editions::Concern;
use crate::{App, Error, Refusal};

impl App {
    /// Does work that tells when a name is taken, and counts when it does; without a subject it counts nothing.
    ///
    /// # Errors
    /// `TooManyTakenNames` when it has told too often; those of the work; or the store fails.
    pub(crate) fn counting_taken<T>(
        &self,
        subject: Option<&Subject>,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(subject) = subject else { return work() };
        let now = self.clock.now();
        self.store.read(|store| taken::refuse_early(store, subject, now))?;
        let done = work();
        if let Err(Error::Refused(Refusal::Identity(identity_core::Refusal::Taken { .. }))) = done {
            self.store.write_about(Concern::of_nothing, |store| taken::count(store, subject, now))?;
        }
        done
    }
}
