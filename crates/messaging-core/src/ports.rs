//! What the rules need of a store and of the post.

use chrono::{DateTime, Utc};
use kernel::{AccountId, AppointmentId, MessageId, StoreError, words};
use thiserror::Error;
use uuid::Uuid;

use crate::{Addressee, Letter, Message, MessageKind, Preferences};

words! {
    /// How far a message has come.
    pub enum MessageStatus {
        /// It is to be sent, now or later.
        Waiting = "waiting",
        /// It was handed over.
        Sent = "sent",
        /// It was given up.
        Dead = "dead",
        /// Its addressee does not want it, or is not there any more.
        Skipped = "skipped",
    }
}

/// A message, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// What is owed to whom.
    pub message: Message,
    /// How far it has come.
    pub status: MessageStatus,
    /// How often somebody set out to send it.
    pub attempts: u32,
    /// How often in a row that failed.
    pub failures: u32,
    /// When it was handed over.
    pub sent_at: Option<DateTime<Utc>>,
    /// What was wrong the last time.
    pub last_error: Option<String>,
}

words! {
    /// How an attempt ended.
    pub enum AttemptOutcome {
        /// It was handed over.
        Sent = "sent",
        /// It could not be handed over, and is tried again.
        Failed = "failed",
        /// It was given up.
        Dead = "dead",
        /// There was nobody to hand it to.
        Skipped = "skipped",
    }
}

/// A line of the delivery log. A number that is missing stands for a worker that ended before it could say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Of which message.
    pub message: MessageId,
    /// The first is 1.
    pub number: u32,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How.
    pub outcome: AttemptOutcome,
    /// What the other side said.
    pub detail: Option<String>,
}

/// What becomes of a claimed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was handed over.
    Sent,
    /// It is tried again then.
    Again(DateTime<Utc>),
    /// It is given up.
    Dead,
    /// There is nobody to hand it to.
    Skipped,
}

impl Fate {
    /// As the delivery log says it.
    pub const fn outcome(self) -> AttemptOutcome {
        match self {
            Self::Sent => AttemptOutcome::Sent,
            Self::Again(_) => AttemptOutcome::Failed,
            Self::Dead => AttemptOutcome::Dead,
            Self::Skipped => AttemptOutcome::Skipped,
        }
    }

    /// The status of a message after it.
    pub const fn status(self) -> MessageStatus {
        match self {
            Self::Sent => MessageStatus::Sent,
            Self::Again(_) => MessageStatus::Waiting,
            Self::Dead => MessageStatus::Dead,
            Self::Skipped => MessageStatus::Skipped,
        }
    }
}

/// Messages that wait to be sent, and what became of those that do not wait any more.
pub trait Outbox {
    /// Adds messages, all or none.
    ///
    /// # Errors
    /// When the store fails.
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError>;

    /// Whether any message is due that nobody has claimed; [`is_over`](crate::retrying::is_over) says what time has come.
    ///
    /// # Errors
    /// When the store fails.
    fn is_message_due(&mut self, now: DateTime<Utc>) -> Result<bool, StoreError>;

    /// Claims at most `most` messages that are due, by [priority](MessageKind::priority) and then the longest due first, until then: nobody else is given them
    /// before. Each counts as an attempt. `claim` must be new each time.
    ///
    /// # Errors
    /// When the store fails.
    fn claim_messages(
        &mut self,
        claim: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<Posted>, StoreError>;

    /// Says what became of a message under this claim, and writes it into the delivery log; `false`, and nothing
    /// written, when the claim has expired and somebody else has the message.
    ///
    /// # Errors
    /// When the store fails.
    fn settle_message(&mut self, claim: Uuid, fate: Fate, attempt: &Attempt) -> Result<bool, StoreError>;

    /// Gives a message under this claim back, due at `due_at`, as if nobody had set out to send it; `false`, and nothing
    /// written, when the claim has expired and somebody else has the message.
    ///
    /// # Errors
    /// When the store fails.
    fn put_off_message(&mut self, claim: Uuid, id: MessageId, due_at: DateTime<Utc>) -> Result<bool, StoreError>;

    /// Every message to this addressee about this visit, by the revision that it tells of.
    ///
    /// # Errors
    /// When the store fails.
    fn messages_about(&mut self, appointment: AppointmentId, to: Addressee) -> Result<Vec<Posted>, StoreError>;

    /// This message.
    ///
    /// # Errors
    /// When the store fails.
    fn message(&mut self, id: MessageId) -> Result<Option<Posted>, StoreError>;

    /// The delivery log of a message, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn attempts_of(&mut self, id: MessageId) -> Result<Vec<Attempt>, StoreError>;

    /// Makes a message due at once, whatever became of it; one that somebody has claimed stays theirs.
    ///
    /// # Errors
    /// When the store fails, or when there is no such message.
    fn send_message_again(&mut self, id: MessageId, now: DateTime<Utc>) -> Result<(), StoreError>;
}

/// What was decided once for the whole installation.
pub trait Installation {
    /// The domain in the UID of every invitation; nothing before a server was started for the first time.
    ///
    /// # Errors
    /// When the store fails.
    fn calendar_domain(&mut self) -> Result<Option<String>, StoreError>;

    /// Writes that domain for good.
    ///
    /// # Errors
    /// When the store fails, or when there is one.
    fn add_calendar_domain(&mut self, domain: &str) -> Result<(), StoreError>;
}

/// What people want to be told.
pub trait PreferenceBook {
    /// The wishes of this account, if it has said any.
    ///
    /// # Errors
    /// When the store fails.
    fn preferences_of(&mut self, account: AccountId) -> Result<Option<Preferences>, StoreError>;

    /// Writes the wishes of an account over those it had.
    ///
    /// # Errors
    /// When the store fails.
    fn put_preferences(&mut self, account: AccountId, preferences: &Preferences) -> Result<(), StoreError>;
}

/// Why a letter was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeliveryFailure {
    /// Later it may work.
    #[error("{0}")]
    Transient(String),
    /// It never will.
    #[error("{0}")]
    Permanent(String),
}

/// Puts letters into words and hands them over. Called outside any transaction; it may wait, but not for ever.
pub trait Post: Send + Sync {
    /// Hands a letter over.
    ///
    /// # Errors
    /// When it was not accepted.
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure>;
}

/// What was owed before.
pub trait Owed {
    /// When this account was last owed a message of this kind, sent or not.
    ///
    /// # Errors
    /// When the store fails.
    fn last_owed(&mut self, account: AccountId, kind: MessageKind) -> Result<Option<DateTime<Utc>>, StoreError>;
}
