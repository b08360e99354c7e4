//! Mails about people and places of any name, read by libraries that did not write them.

use chrono::DateTime;
use kernel::{MessageId, Revision, Word};
use mailparse::{MailHeaderMap, ParsedMail};
use messaging_core::{
    Before, CalendarEntry, ChangedBy, Contents, Happening, MessageKind, Method, Side, VisitFacts, Wording,
};
use proptest::prelude::*;
use proptest::sample::select;
use testkit::fuzz;
use uuid::Uuid;

use super::*;

prop_compose! {
    fn visit()(
        (doctor, patient, place, address) in (fuzz::line(), fuzz::line(), fuzz::line(), fuzz::line()),
        reader in select(vec![Side::Patient, Side::Doctor]),
        is_pending in any::<bool>(),
        changed_by in select(vec![ChangedBy::Reader, ChangedBy::Patient, ChangedBy::Clinic, ChangedBy::Expiry]),
        (is_moved, other_doctor, other_place) in (any::<bool>(), fuzz::line(), fuzz::line()),
        method in select(vec![None, Some(Method::Request), Some(Method::Cancel)]),
    ) -> VisitFacts {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap().with_timezone(&testkit::zone("Europe/Berlin"));
        let end = start + chrono::TimeDelta::minutes(30);
        let before = Before { start: end, end, doctor: other_doctor, place: other_place };
        let calendar = method.map(|method| CalendarEntry {
            method,
            uid: "7@clinic.example".to_owned(),
            revision: Revision::FIRST,
            url: "https://clinic.example".to_owned(),
            alarm_minutes: 60,
        });
        VisitFacts {
            start,
            end,
            is_pending,
            doctor,
            patient,
            place,
            address,
            reader,
            changed_by,
            happening: if is_moved { Happening::MovedFrom(before) } else { Happening::Plain },
            calendar,
        }
    }
}

prop_compose! {
    fn letter()(
        visit in visit(),
        kind in select(MessageKind::ALL),
        (clinic, name) in (fuzz::line(), fuzz::line()),
        wording in select(vec![Wording::Full, Wording::Brief]),
    ) -> Letter {
        let contents = match messaging_core::letter::link_lifetime(kind) {
            Some(lifetime) => {
                let url = "https://clinic.example/a?b=c".to_owned();
                Contents::Link { url, expires_at: DateTime::UNIX_EPOCH + lifetime }
            }
            None => Contents::Visit(visit),
        };
        let to = messaging_core::Mailbox { name, email: "ada@example.org".to_owned() };
        Letter { id: MessageId::new(Uuid::from_u128(42)), kind, clinic, to, written_at: DateTime::UNIX_EPOCH, contents, wording }
    }
}

/// The same letter about people and places without a name.
fn anonymous(letter: &Letter) -> Letter {
    let x = || "x".to_owned();
    let contents = match letter.contents.clone() {
        Contents::Visit(visit) => {
            let other = |before: &str, now: &str| if before == now { x() } else { "y".to_owned() };
            let happening = match visit.happening {
                Happening::MovedFrom(Before { start, end, doctor, place }) => {
                    let (doctor, place) = (other(&doctor, &visit.doctor), other(&place, &visit.place));
                    Happening::MovedFrom(Before { start, end, doctor, place })
                }
                other @ (Happening::Plain | Happening::MovedAway | Happening::TakesPlaceAgain) => other,
            };
            Contents::Visit(VisitFacts { doctor: x(), patient: x(), place: x(), address: x(), happening, ..visit })
        }
        link @ Contents::Link { .. } => link,
    };
    let to = messaging_core::Mailbox { name: x(), ..letter.to.clone() };
    Letter { clinic: x(), to, contents, ..letter.clone() }
}

fn body(mail: &ParsedMail<'_>, kind: &str) -> Option<String> {
    mail.parts().find(|part| part.ctype.mimetype == kind).map(|part| part.get_body().unwrap())
}

/// What stands between a text and its form in a calendar (RFC 5545, 3.3.11).
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain
}

#[test]
fn nobodys_name_changes_the_shape_of_a_mail() {
    let templates = Templates::load(None).unwrap();
    let from: Mailbox = "clinic@example.org".parse().unwrap();
    proptest!(|(letter in letter())| {
        let bytes = mail(&templates, &letter, &from, "clinic.example").unwrap().formatted();
        let mail = mailparse::parse_mail(&bytes).unwrap();
        for header in ["From", "To", "Subject", "Message-ID", "Date"] {
            prop_assert_eq!(mail.headers.get_all_values(header).len(), 1, "{}", header);
        }
        prop_assert_eq!(mail.headers.get_all_values("Bcc").len(), 0);
        let to = mailparse::addrparse_header(mail.headers.get_first_header("To").unwrap()).unwrap();
        let to = to.extract_single_info().unwrap();
        prop_assert_eq!(to.addr, "ada@example.org");
        let from = mailparse::addrparse_header(mail.headers.get_first_header("From").unwrap()).unwrap();
        prop_assert_eq!(from.extract_single_info().unwrap().addr, "clinic@example.org");
        prop_assert!(body(&mail, "text/plain").unwrap().contains(letter.clinic.trim()));

        let tags = |html: &str| html.matches(['<', '>']).count();
        let plain = render(&templates, &anonymous(&letter)).unwrap();
        prop_assert_eq!(tags(&body(&mail, "text/html").unwrap()), tags(&plain.html));
    });
}

#[test]
fn a_calendar_shows_every_name_as_it_is() {
    let templates = Templates::load(None).unwrap();
    let from: Mailbox = "Clinic <clinic@example.org>".parse().unwrap();
    proptest!(|(letter in letter())| {
        let bytes = mail(&templates, &letter, &from, "clinic.example").unwrap().formatted();
        let mail = mailparse::parse_mail(&bytes).unwrap();
        let Contents::Visit(visit) = &letter.contents else { return Ok(()) };
        let Some(calendar) = body(&mail, "text/calendar") else { return Ok(()) };
        let read: Vec<_> = ical::IcalParser::new(calendar.as_bytes()).collect();
        prop_assert!(matches!(read.as_slice(), [Ok(calendar)] if calendar.events.len() == 1));
        // That parser takes spaces and colons away which are the name's, so lines are unfolded here (RFC 5545, 3.1).
        let unfolded = calendar.replace("\r\n ", "");
        let values = |name: &str| -> Vec<String> {
            unfolded.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(unescaped).collect()
        };
        let whom = if visit.reader == Side::Patient { &visit.doctor } else { &visit.patient };
        prop_assert_eq!(values("SUMMARY"), [format!("{}: {whom}", letter.clinic).trim().to_owned()]);
        prop_assert_eq!(values("LOCATION"), [format!("{}, {}", visit.place, visit.address).trim().to_owned()]);
    });
}

#[test]
fn a_template_with_slips_is_refused_by_name_or_renders() {
    const TEMPLATES: &[&str] = &[
        "Appointment on {{ date }} at {{ time }} is booked",
        "{% if for_doctor %}{{ patient }}{% else %}{{ doctor | upper }}{% endif %}",
        "{% include \"visit.txt\" %}{% for c in name %}{{ c }}{% endfor %}",
    ];
    let folder = tempfile::tempdir().unwrap();
    let from: Mailbox = "Clinic <clinic@example.org>".parse().unwrap();
    proptest!(|(text in fuzz::text(TEMPLATES), letter in letter())| {
        std::fs::write(folder.path().join("booked.subject"), &text).unwrap();
        match Templates::load(Some(folder.path())) {
            Err(mistakes) => {
                prop_assert!(mistakes.0.iter().all(|mistake| mistake.contains("booked.subject")), "{}", mistakes);
            }
            Ok(templates) => if let Ok(mail) = mail(&templates, &letter, &from, "clinic.example") {
                let bytes = mail.formatted();
                let mail = mailparse::parse_mail(&bytes).unwrap();
                prop_assert_eq!(mail.headers.get_all_values("Subject").len(), 1);
            }
        }
    });
}
