//! Letters of each kind, by which templates are tried out.

use chrono::{DateTime, TimeDelta};
use kernel::{MessageId, Word, Zone};
use messaging_core::letter::link_lifetime;
use messaging_core::{Before, ChangedBy, Contents, Happening, Letter, Mailbox, MessageKind, Side, VisitFacts, Wording};
use uuid::Uuid;

/// Letters to nobody.
pub(crate) fn letters() -> Vec<Letter> {
    let mut letters = Vec::new();
    for kind in MessageKind::ALL {
        letters.extend(contents(*kind).into_iter().map(|contents| letter(*kind, contents)));
    }
    let brief = letters.last().map(|letter| Letter { wording: Wording::Brief, ..letter.clone() });
    letters.extend(brief);
    letters
}

/// What a letter of this kind can have to say.
fn contents(kind: MessageKind) -> Vec<Contents> {
    let written_at = DateTime::UNIX_EPOCH;
    match link_lifetime(kind) {
        Some(lifetime) => {
            vec![Contents::Link { url: "https://clinic.example".to_owned(), expires_at: written_at + lifetime }]
        }
        None => visits().into_iter().map(Contents::Visit).collect(),
    }
}

/// Visits for each reader and in each of their states: changed in each way by the reader, and by each in the plain way.
fn visits() -> Vec<VisitFacts> {
    let start = DateTime::UNIX_EPOCH.with_timezone(&Zone::UTC);
    let visit = VisitFacts {
        start,
        end: start,
        is_pending: false,
        doctor: "Grace".to_owned(),
        patient: "Ada".to_owned(),
        place: "Clinic".to_owned(),
        address: String::new(),
        reader: Side::Patient,
        changed_by: ChangedBy::Reader,
        happening: Happening::Plain,
        calendar: None,
    };
    let before = Before { start, end: start, doctor: "Grace".to_owned(), place: "Clinic".to_owned() };
    let elsewhere = Before { doctor: "John".to_owned(), place: "Branch".to_owned(), ..before.clone() };
    let earlier = Before { start: start - TimeDelta::days(1), ..before };
    let happenings = [
        Happening::Plain,
        Happening::MovedFrom(earlier),
        Happening::MovedFrom(elsewhere),
        Happening::MovedAway,
        Happening::TakesPlaceAgain,
    ];
    let mut visits = Vec::new();
    for (reader, is_pending) in
        [(Side::Patient, false), (Side::Doctor, false), (Side::Patient, true), (Side::Doctor, true)]
    {
        let to = VisitFacts { reader, is_pending, ..visit.clone() };
        visits.extend(happenings.clone().map(|happening| VisitFacts { happening, ..to.clone() }));
        let others = [ChangedBy::Patient, ChangedBy::Clinic, ChangedBy::Expiry];
        visits.extend(others.map(|changed_by| VisitFacts { changed_by, ..to.clone() }));
    }
    visits
}

fn letter(kind: MessageKind, contents: Contents) -> Letter {
    let to = Mailbox { name: "Ada".to_owned(), email: "ada@example.org".to_owned() };
    let written_at = DateTime::UNIX_EPOCH;
    Letter {
        id: MessageId::new(Uuid::nil()),
        kind,
        clinic: "Clinic".to_owned(),
        to,
        written_at,
        contents,
        wording: Wording::Full,
    }
}
