use diesel::prelude::*;
use kernel::{AccountId, AppointmentId, DoctorId, MessageId, PatientId, StoreError};
use messaging_core::{About, Addressee, Attempt, Message, Posted};

use crate::convert::{Column, bytes, number};
use crate::instant::Instant;
use crate::schema::{delivery_attempts, messages};

// A row that could have defaults would be a statement of its own on SQLite.
#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub(crate) struct MessageRow {
    id: Vec<u8>,
    kind: String,
    addressee: &'static str,
    addressee_id: Vec<u8>,
    appointment_id: Option<Vec<u8>>,
    appointment_revision: Option<i64>,
    created_at: Instant,
    due_at: Instant,
    priority: i16,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(crate) struct PostedRow {
    id: Vec<u8>,
    kind: String,
    addressee: String,
    addressee_id: Vec<u8>,
    appointment_id: Option<Vec<u8>>,
    appointment_revision: Option<i64>,
    created_at: Instant,
    due_at: Instant,
    status: String,
    attempts: i64,
    failures: i64,
    sent_at: Option<Instant>,
    last_error: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = delivery_attempts, treat_none_as_default_value = false)]
pub(super) struct AttemptRow {
    message_id: Vec<u8>,
    attempt: i64,
    ended_at: Instant,
    outcome: String,
    detail: Option<String>,
}

/// The kind and the id of an addressee.
pub(super) fn addressed(to: Addressee) -> (&'static str, Vec<u8>) {
    match to {
        Addressee::Account(id) => ("account", bytes(id.uuid())),
        Addressee::Patient(id) => ("patient", bytes(id.uuid())),
        Addressee::Doctor(id) => ("doctor", bytes(id.uuid())),
    }
}

impl From<&Message> for MessageRow {
    fn from(message: &Message) -> Self {
        let (addressee, addressee_id) = addressed(message.to);
        Self {
            id: bytes(message.id.uuid()),
            kind: message.kind.to_string(),
            addressee,
            addressee_id,
            appointment_id: message.about.map(|about| bytes(about.appointment.uuid())),
            appointment_revision: message.about.map(|about| number(about.revision)),
            created_at: Instant::new(message.created_at),
            due_at: Instant::new(message.due_at),
            priority: message.kind.priority(),
        }
    }
}

impl TryFrom<PostedRow> for Posted {
    type Error = StoreError;

    fn try_from(row: PostedRow) -> Result<Self, StoreError> {
        let column = |name| Column("messages", name);
        let to = match row.addressee.as_str() {
            "account" => Addressee::Account(column("addressee_id").id(&row.addressee_id, AccountId::new)?),
            "patient" => Addressee::Patient(column("addressee_id").id(&row.addressee_id, PatientId::new)?),
            "doctor" => Addressee::Doctor(column("addressee_id").id(&row.addressee_id, DoctorId::new)?),
            _ => return Err(column("addressee").corrupt()),
        };
        let about = match (row.appointment_id, row.appointment_revision) {
            (None, None) => None,
            (Some(id), Some(revision)) => Some(About {
                appointment: column("appointment_id").id(&id, AppointmentId::new)?,
                revision: column("appointment_revision").revision(revision)?,
            }),
            _ => return Err(column("appointment_revision").corrupt()),
        };
        Ok(Self {
            message: Message {
                id: column("id").id(&row.id, MessageId::new)?,
                kind: column("kind").word(&row.kind)?,
                to,
                about,
                created_at: row.created_at.utc(),
                due_at: row.due_at.utc(),
            },
            status: column("status").word(&row.status)?,
            attempts: column("attempts").number(row.attempts)?,
            failures: column("failures").number(row.failures)?,
            sent_at: row.sent_at.map(Instant::utc),
            last_error: row.last_error,
        })
    }
}

impl From<&Attempt> for AttemptRow {
    fn from(attempt: &Attempt) -> Self {
        Self {
            message_id: bytes(attempt.message.uuid()),
            attempt: i64::from(attempt.number),
            ended_at: Instant::new(attempt.at),
            outcome: attempt.outcome.to_string(),
            detail: attempt.detail.clone(),
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let column = |name| Column("delivery_attempts", name);
        Ok(Self {
            message: column("message_id").id(&row.message_id, MessageId::new)?,
            number: column("attempt").number(row.attempt)?,
            at: row.ended_at.utc(),
            outcome: column("outcome").word(&row.outcome)?,
            detail: row.detail,
        })
    }
}
