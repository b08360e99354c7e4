use application::messages::MessageEntry;
use messaging_core::{Attempt, AttemptOutcome, MessageKind, MessageStatus};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Instant;
use crate::words::Spelled;

pub(crate) type MessageStatusWord = Spelled<MessageStatus>;
pub(crate) type MessageKindWord = Spelled<MessageKind>;
pub(crate) type AttemptOutcomeWord = Spelled<AttemptOutcome>;

/// Whom a message is for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecipientReply {
    /// The person's name.
    name: String,
    /// The account's e-mail address now.
    email: String,
}

/// A message in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageRow {
    /// Its identity, also in its `Message-ID`.
    id: Uuid,
    /// What it says.
    kind: MessageKindWord,
    /// Whom it is for; null when they are not there any more.
    #[schema(required = true)]
    to: Option<RecipientReply>,
    /// How far it has come.
    status: MessageStatusWord,
    /// How often somebody set out to send it.
    attempts: u32,
    /// When it was written.
    created_at: Instant,
    /// When it was handed over.
    #[schema(required = true)]
    sent_at: Option<Instant>,
    /// What was wrong the last time.
    #[schema(required = true)]
    last_error: Option<String>,
}

/// An attempt to hand a message over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryAttemptReply {
    /// The first is 1; one that is missing was made by a server that ended before it could say how.
    attempt: u32,
    /// When it ended.
    at: Instant,
    /// How.
    outcome: AttemptOutcomeWord,
    /// What the mail server said.
    #[schema(required = true)]
    detail: Option<String>,
}

/// A message with its delivery log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageLogReply {
    /// As in a list.
    #[serde(flatten)]
    row: MessageRow,
    /// Every attempt, oldest first.
    log: Vec<DeliveryAttemptReply>,
}

impl From<MessageEntry> for MessageRow {
    fn from(MessageEntry { posted, to }: MessageEntry) -> Self {
        Self {
            id: posted.message.id.uuid(),
            kind: Spelled(posted.message.kind),
            to: to.map(|to| RecipientReply { name: to.full_name, email: to.email }),
            status: Spelled(posted.status),
            attempts: posted.attempts,
            created_at: Instant(posted.message.created_at),
            sent_at: posted.sent_at.map(Instant),
            last_error: posted.last_error,
        }
    }
}

impl From<(MessageEntry, Vec<Attempt>)> for MessageLogReply {
    fn from((entry, log): (MessageEntry, Vec<Attempt>)) -> Self {
        let attempt = |attempt: Attempt| DeliveryAttemptReply {
            attempt: attempt.number,
            at: Instant(attempt.at),
            outcome: Spelled(attempt.outcome),
            detail: attempt.detail,
        };
        Self { row: entry.into(), log: log.into_iter().map(attempt).collect() }
    }
}
