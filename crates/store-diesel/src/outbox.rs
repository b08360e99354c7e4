//! Messages that wait to be sent.

use diesel::prelude::*;
use kernel::StoreError;
use messaging_core::ports::Outbox;
use messaging_core::{Addressee, Message};

use crate::convert::{bytes, number};
use crate::instant::Instant;
use crate::schema::messages;
use crate::transaction::Transaction;

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
}

impl From<&Message> for MessageRow {
    fn from(message: &Message) -> Self {
        let (addressee, addressee_id) = match message.to {
            Addressee::Account(id) => ("account", id.uuid()),
            Addressee::Patient(id) => ("patient", id.uuid()),
            Addressee::Doctor(id) => ("doctor", id.uuid()),
        };
        Self {
            id: bytes(message.id.uuid()),
            kind: message.kind.to_string(),
            addressee,
            addressee_id: bytes(addressee_id),
            appointment_id: message.about.map(|about| bytes(about.appointment.uuid())),
            appointment_revision: message.about.map(|about| number(about.revision)),
            created_at: Instant::new(message.created_at),
            due_at: Instant::new(message.due_at),
        }
    }
}

impl Outbox for Transaction {
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        let rows: Vec<_> = messages.iter().map(MessageRow::from).collect();
        self.run(|c| c.add_messages(&rows))
    }
}
