//! Retries are safe: the same request again gets the same answer and does nothing twice.

use kernel::{AccountId, DoctorId, Revision, StoreError, UnitOfWorkExt};
use scheduling_core::Appointment;
use uuid::Uuid;

use crate::editions::Concern;
use crate::ports::{Answer, Answers, AnyStore, Labels};
use crate::{App, Caller, Error, Refusal};

/// A promise of the caller to name the same request by the same key, and how its success is told.
#[derive(Clone, Copy, Debug)]
pub struct Retry<'a> {
    /// The caller's key (`Idempotency-Key`).
    pub key: &'a str,
    /// SHA-256 of what is asked.
    pub fingerprint: [u8; 32],
    /// The HTTP status of success.
    pub status: u16,
    /// The body of success.
    pub body: fn(&Appointment, &Labels) -> String,
}

/// What came of a request that may have been made before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly every outcome is the larger one, and it is not kept")]
pub enum Outcome {
    /// It was done now: the appointment, and its labels.
    Done(Appointment, Labels),
    /// It had been done, and this is what was told.
    Replayed {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
        /// Which appointment it was about.
        subject: Uuid,
        /// At which revision.
        revision: Revision,
    },
}

/// What a request has made of an appointment.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    /// The appointment now.
    pub(crate) after: Appointment,
    /// Its labels now.
    pub(crate) labels: Labels,
    /// Whose time it took before; another doctor's, where it was moved from one to the other.
    pub(crate) doctor_before: DoctorId,
}

impl Changed {
    fn concern(&self) -> Concern {
        Concern::Doctors(vec![self.doctor_before, self.after.doctor])
    }
}

/// How often a request whose outcome the store does not know is made again, which finds its answer if it was kept.
const UNKNOWN_OUTCOMES_MAX: u32 = 3;

impl App {
    /// Does `work` once, however often the caller asks under one key: the success is stored in the same transaction and
    /// replayed; a refusal is decided anew each time.
    ///
    /// A key that another transaction answers meanwhile makes this one lose the race, and when it comes back it finds
    /// the answer. When the store cannot say whether a commit was kept, the stored answer says it.
    pub(crate) fn once(
        &self,
        caller: &Caller,
        retry: Option<Retry<'_>>,
        mut work: impl FnMut(&mut AnyStore) -> Result<Changed, Error>,
    ) -> Result<Outcome, Error> {
        let Some(retry) = retry else {
            let Changed { after, labels, .. } = self.store.write_about(Changed::concern, work)?;
            return Ok(Outcome::Done(after, labels));
        };
        let mut unknown = 0;
        loop {
            match self.try_once(caller, &retry, &mut work) {
                Err(Error::Store(StoreError::OutcomeUnknown { .. })) if unknown < UNKNOWN_OUTCOMES_MAX => unknown += 1,
                // A store that fails now says nothing about what it may have kept before.
                Err(Error::Store(error)) if unknown != 0 => {
                    return Err(StoreError::OutcomeUnknown { reason: error.to_string() }.into());
                }
                told => return told,
            }
        }
    }

    fn try_once(
        &self,
        caller: &Caller,
        retry: &Retry<'_>,
        work: &mut dyn FnMut(&mut AnyStore) -> Result<Changed, Error>,
    ) -> Result<Outcome, Error> {
        let about = |(_, concern): &(Outcome, Concern)| concern.clone();
        let attempt = |store: &mut AnyStore| self.attempt_once(store, caller.account, retry, work);
        let error = match self.store.write_about(about, attempt) {
            Ok((outcome, _)) => return Ok(outcome),
            Err(error) => error,
        };
        match error {
            Error::Refused(Refusal::IdempotencyKeyReused) | Error::Store(_) | Error::Credentials(_) => Err(error),
            // Refused, perhaps, by what the first request under this key has done meanwhile.
            Error::Refused(_) => self.replay(caller.account, retry)?.ok_or(error),
        }
    }

    fn attempt_once(
        &self,
        store: &mut AnyStore,
        account: AccountId,
        retry: &Retry<'_>,
        work: &mut dyn FnMut(&mut AnyStore) -> Result<Changed, Error>,
    ) -> Result<(Outcome, Concern), Error> {
        if let Some(outcome) = answered(store, account, retry)? {
            return Ok((outcome, Concern::Everything));
        }
        let changed = work(store)?;
        let concern = changed.concern();
        let Changed { after: appointment, labels, .. } = changed;
        store.add_answer(
            account,
            &Answer {
                key: retry.key.to_owned(),
                fingerprint: retry.fingerprint,
                status: retry.status,
                body: (retry.body)(&appointment, &labels),
                subject: appointment.id.uuid(),
                revision: appointment.revision,
                at: self.clock.now(),
            },
        )?;
        Ok((Outcome::Done(appointment, labels), concern))
    }

    fn replay(&self, account: AccountId, retry: &Retry<'_>) -> Result<Option<Outcome>, Error> {
        self.store.read(|store| answered(store, account, retry)).map(|told| self.told_again(told))
    }

    /// It may be told here before whoever has done it, perhaps on another node, has said so.
    pub(crate) fn told_again(&self, told: Option<Outcome>) -> Option<Outcome> {
        told.inspect(|_| self.store.raise(&Concern::Everything))
    }
}

/// What was told under this key.
pub(crate) fn answered<S: Answers + ?Sized>(
    store: &mut S,
    account: AccountId,
    retry: &Retry<'_>,
) -> Result<Option<Outcome>, Error> {
    match store.answer(account, retry.key)? {
        None => Ok(None),
        Some(answer) if answer.fingerprint != retry.fingerprint => Err(Refusal::IdempotencyKeyReused.into()),
        Some(Answer { status, body, subject, revision, .. }) => {
            Ok(Some(Outcome::Replayed { status, body, subject, revision }))
        }
    }
}
