use crate::StoreError;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It changes nothing.
    Read,
    /// It may change something.
    Write,
}

/// How the work wants its transaction to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keep what was written.
    Commit,
    /// Forget it.
    RollBack,
}

/// Runs work against a store `S`, all or nothing.
pub trait UnitOfWork<S: ?Sized>: Send + Sync {
    /// Runs `work` in one transaction; runs it again, from the beginning, if a race was lost.
    ///
    /// The work must therefore do nothing that cannot be done twice, and take clock and new ids from outside.
    ///
    /// # Errors
    /// When the store failed or the race was lost too often. `Ok` says that the last verdict was carried out.
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut S) -> Verdict) -> Result<(), StoreError>;
}

/// The two ways in which everyone calls a [`UnitOfWork`].
pub trait UnitOfWorkExt<S: ?Sized>: UnitOfWork<S> {
    /// Runs work that changes nothing.
    ///
    /// # Errors
    /// The work's own, or the store's.
    fn read<T, E: From<StoreError>>(&self, work: impl FnMut(&mut S) -> Result<T, E>) -> Result<T, E> {
        run(self, Access::Read, work)
    }

    /// Runs work that may change something: all of it is kept if it ends in `Ok`, none of it otherwise.
    ///
    /// # Errors
    /// The work's own, or the store's.
    fn write<T, E: From<StoreError>>(&self, work: impl FnMut(&mut S) -> Result<T, E>) -> Result<T, E> {
        run(self, Access::Write, work)
    }
}

impl<S: ?Sized, U: UnitOfWork<S> + ?Sized> UnitOfWorkExt<S> for U {}

fn run<S: ?Sized, U: UnitOfWork<S> + ?Sized, T, E: From<StoreError>>(
    unit: &U,
    access: Access,
    mut work: impl FnMut(&mut S) -> Result<T, E>,
) -> Result<T, E> {
    let mut last = None;
    unit.attempt(access, &mut |store| {
        let result = work(store);
        let verdict = if result.is_ok() { Verdict::Commit } else { Verdict::RollBack };
        last = Some(result);
        verdict
    })?;
    last.unwrap_or_else(|| Err(StoreError::Failed { reason: "the unit of work never ran the work".to_owned() }.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store that is one number, and loses the race as often as it is told to.
    struct Counter {
        races_lost: u32,
        committed: std::sync::Mutex<u32>,
    }

    impl UnitOfWork<u32> for Counter {
        fn attempt(&self, _: Access, work: &mut dyn FnMut(&mut u32) -> Verdict) -> Result<(), StoreError> {
            for _ in 0..self.races_lost {
                work(&mut 0);
            }
            let mut committed = self.committed.lock().unwrap();
            let mut value = *committed;
            if work(&mut value) == Verdict::Commit {
                *committed = value;
            }
            Ok(())
        }
    }

    fn add(counter: &Counter, result: &Result<(), StoreError>) -> Result<u32, StoreError> {
        counter.write(|value: &mut u32| {
            *value += 1;
            result.clone().map(|()| *value)
        })
    }

    #[test]
    fn work_that_is_run_again_is_kept_once() {
        let counter = Counter { races_lost: 3, committed: 0.into() };
        assert_eq!(add(&counter, &Ok(())), Ok(1));
        assert_eq!(*counter.committed.lock().unwrap(), 1);
    }

    #[test]
    fn work_that_is_refused_leaves_nothing() {
        let counter = Counter { races_lost: 0, committed: 0.into() };
        let refused = StoreError::Contended { attempts: 1 };
        assert_eq!(add(&counter, &Err(refused.clone())), Err(refused));
        assert_eq!(*counter.committed.lock().unwrap(), 0);
    }
}
