//! One letter of each kind for each reader, by which templates are tried out.

use chrono::DateTime;
use kernel::{AppointmentId, MessageId, Revision, Word, Zone};
use messaging_core::letter::link_lifetime;
use messaging_core::{Contents, Letter, Mailbox, MessageKind, Side, VisitFacts};
use uuid::Uuid;

/// Letters to nobody.
pub(crate) fn letters() -> Vec<Letter> {
    let readers = [(Side::Patient, false), (Side::Doctor, false), (Side::Patient, true), (Side::Doctor, true)];
    let of_kind = |kind: &MessageKind| readers.map(|(reader, is_pending)| letter(*kind, reader, is_pending));
    MessageKind::ALL.iter().flat_map(of_kind).collect()
}

fn letter(kind: MessageKind, reader: Side, is_pending: bool) -> Letter {
    let written_at = DateTime::UNIX_EPOCH;
    let contents = match link_lifetime(kind) {
        Some(lifetime) => {
            Contents::Link { url: "https://clinic.example".to_owned(), expires_at: written_at + lifetime }
        }
        None => Contents::Visit(VisitFacts {
            appointment: AppointmentId::new(Uuid::nil()),
            revision: Revision::FIRST,
            start: written_at.with_timezone(&Zone::UTC),
            end: written_at.with_timezone(&Zone::UTC),
            is_pending,
            doctor: "Grace".to_owned(),
            patient: "Ada".to_owned(),
            place: "Clinic".to_owned(),
            address: String::new(),
            reader,
        }),
    };
    let to = Mailbox { name: "Ada".to_owned(), email: "ada@example.org".to_owned() };
    Letter { id: MessageId::new(Uuid::nil()), kind, clinic: "Clinic".to_owned(), to, written_at, contents }
}
