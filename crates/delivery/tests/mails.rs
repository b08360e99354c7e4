//! Mails as others read them: parsed by libraries that did not write them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper that fails is a test that fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use delivery::{MailPost, Templates};
use kernel::{MessageId, Revision, Word};
use mailparse::{MailHeaderMap, ParsedMail};
use messaging_core::ports::{DeliveryFailure, Post};
use messaging_core::{
    Before, CalendarEntry, ChangedBy, Contents, Happening, Letter, Mailbox, MessageKind, Method, Side, VisitFacts,
    Wording,
};
use uuid::Uuid;

const HOST: &str = "clinic.example";

fn visit(reader: Side) -> VisitFacts {
    let local = |text: &str| text.parse::<DateTime<Utc>>().unwrap().with_timezone(&testkit::zone("Europe/Berlin"));
    VisitFacts {
        start: local("2026-11-23T08:00:00Z"),
        end: local("2026-11-23T08:30:00Z"),
        is_pending: false,
        doctor: "Grace Hopper".to_owned(),
        patient: "Ada \"Countess\" Lovelace; née Byron".to_owned(),
        place: "Clinic by the river".to_owned(),
        address: "Uferstraße 1, Berlin".to_owned(),
        reader,
        changed_by: ChangedBy::Clinic,
        happening: Happening::Plain,
        calendar: Some(entry(Method::Request)),
    }
}

fn entry(method: Method) -> CalendarEntry {
    CalendarEntry {
        method,
        uid: format!("{}@first.example", Uuid::from_u128(7)),
        revision: Revision::new(3).unwrap(),
        url: "https://clinic.example/book".to_owned(),
        alarm_minutes: 60,
    }
}

fn letter(kind: MessageKind, contents: Contents) -> Letter {
    Letter {
        id: MessageId::new(Uuid::from_u128(42)),
        kind,
        clinic: "Zoë's <b>clinic</b>".to_owned(),
        to: Mailbox { name: "Ada \"Countess\" Lovelace; née Byron".to_owned(), email: "ada@example.org".to_owned() },
        written_at: "2026-11-21T10:00:00Z".parse().unwrap(),
        contents,
        wording: Wording::Full,
    }
}

fn of_visit(kind: MessageKind) -> Letter {
    letter(kind, Contents::Visit(visit(Side::Patient)))
}

/// The mail as it lies in the folder.
fn delivered(letter: &Letter) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let templates = Templates::load(None).unwrap();
    let post = MailPost::folder(folder.path(), "Clinic <clinic@example.org>", HOST, templates).unwrap();
    post.deliver(letter).unwrap();
    fs::read(folder.path().join(format!("{}.eml", letter.id))).unwrap()
}

fn parts<'a>(mail: &'a ParsedMail<'a>, kind: &str) -> Vec<&'a ParsedMail<'a>> {
    mail.parts().filter(|part| part.ctype.mimetype == kind).collect()
}

/// The properties of the only event, and those of the calendar.
fn event(text: &str) -> (BTreeMap<String, ical::property::Property>, BTreeMap<String, String>) {
    let mut calendars = ical::IcalParser::new(text.as_bytes());
    let calendar = calendars.next().unwrap().unwrap();
    assert!(calendars.next().is_none());
    assert_eq!(calendar.events.len(), 1);
    let own = calendar.properties.into_iter().map(|property| (property.name, property.value.unwrap()));
    let event = calendar.events[0].properties.clone().into_iter().map(|property| (property.name.clone(), property));
    let own: Vec<_> = own.collect();
    assert_eq!(own.iter().filter(|(name, _)| name == "PRODID").count(), 1, "{own:?}");
    (event.collect(), own.into_iter().collect())
}

#[test]
fn a_time_that_happens_twice_says_which_one_it_is() {
    for (start, end, expected) in [
        ("2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z", "02:45 CEST to 02:15 CET (Europe/Berlin)"),
        ("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "02:00 CEST to 02:30 CEST (Europe/Berlin)"),
        ("2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "02:00 CET to 02:30 CET (Europe/Berlin)"),
        ("2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z", "01:30 CEST to 03:30 CET (Europe/Berlin)"),
        ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "01:30 CET to 03:30 CEST (Europe/Berlin)"),
        ("2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z", "03:00 to 03:30 (Europe/Berlin)"),
    ] {
        let local = |text: &str| text.parse::<DateTime<Utc>>().unwrap().with_timezone(&testkit::zone("Europe/Berlin"));
        let visit = VisitFacts { start: local(start), end: local(end), ..visit(Side::Patient) };
        let bytes = delivered(&letter(MessageKind::Booked, Contents::Visit(visit)));
        let text = parts(&mailparse::parse_mail(&bytes).unwrap(), "text/plain")[0].get_body().unwrap();
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn a_mail_has_text_html_and_an_invitation() {
    let bytes = delivered(&of_visit(MessageKind::Moved));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let header = |name: &str| mail.headers.get_first_value(name).unwrap();
    assert_eq!(header("Subject"), "Appointment moved to Monday, 23 November 2026 at 09:00");
    assert_eq!(header("Message-ID"), format!("<{}@{HOST}>", Uuid::from_u128(42)));
    assert_eq!(mailparse::dateparse(&header("Date")).unwrap(), 1_795_255_200);
    let to = mailparse::addrparse_header(mail.headers.get_first_header("To").unwrap()).unwrap();
    let to = to.extract_single_info().unwrap();
    assert_eq!(to.addr, "ada@example.org");
    assert_eq!(to.display_name.as_deref(), Some("Ada \"Countess\" Lovelace; née Byron"));

    let text = parts(&mail, "text/plain")[0].get_body().unwrap();
    for part in ["Monday, 23 November 2026, 09:00 to 09:30 (Europe/Berlin)", "Grace Hopper", "Uferstraße 1, Berlin"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let html = parts(&mail, "text/html")[0].get_body().unwrap();
    assert!(html.contains("&lt;b&gt;clinic") && !html.contains("<b>clinic"), "{html}");

    let calendar = parts(&mail, "text/calendar")[0];
    assert_eq!(calendar.ctype.params["method"], "REQUEST");
    let (event, own) = event(&calendar.get_body().unwrap());
    assert_eq!((own["METHOD"].as_str(), own["VERSION"].as_str()), ("REQUEST", "2.0"));
    assert_eq!(own["PRODID"], "-//Slotkeeper//Slotkeeper//EN");
    let value = |name: &str| event[name].value.clone().unwrap();
    assert_eq!(value("UID"), format!("{}@first.example", Uuid::from_u128(7)));
    assert_eq!(value("URL"), "https://clinic.example/book");
    assert_eq!((value("SEQUENCE"), value("STATUS")), ("3".to_owned(), "CONFIRMED".to_owned()));
    assert_eq!(value("DTSTAMP"), "20261121T100000Z");
    assert_eq!((value("DTSTART"), value("DTEND")), ("20261123T080000Z".to_owned(), "20261123T083000Z".to_owned()));
    assert_eq!(
        (value("ORGANIZER"), value("ATTENDEE")),
        ("mailto:clinic@example.org".to_owned(), "mailto:ada@example.org".to_owned())
    );
    let name = event["ATTENDEE"].params.iter().flatten().find(|(name, _)| name == "CN").unwrap();
    assert_eq!(name.1, ["Ada 'Countess' Lovelace; née Byron"]);
}

/// The calendar of a mail about a visit, where it has one: what it says of itself, and its event.
fn calendar_of(kind: MessageKind, facts: VisitFacts) -> Option<(BTreeMap<String, String>, BTreeMap<String, String>)> {
    let bytes = delivered(&letter(kind, Contents::Visit(facts)));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let (event, own) = event(&parts(&mail, "text/calendar").first()?.get_body().unwrap());
    let event = event.into_iter().map(|(name, property)| (name, property.value.unwrap()));
    Some((own, event.collect()))
}

#[test]
fn an_invitation_does_to_a_calendar_what_the_letter_says_whatever_happened() {
    for kind in [MessageKind::Pending, MessageKind::Booked, MessageKind::Cancelled] {
        for (method, is_pending, word, status) in [
            (Method::Request, false, "REQUEST", "CONFIRMED"),
            (Method::Request, true, "REQUEST", "TENTATIVE"),
            (Method::Cancel, false, "CANCEL", "CANCELLED"),
            (Method::Cancel, true, "CANCEL", "CANCELLED"),
        ] {
            let facts = VisitFacts { is_pending, calendar: Some(entry(method)), ..visit(Side::Patient) };
            let (own, event) = calendar_of(kind, facts).unwrap();
            assert_eq!((own["METHOD"].as_str(), event["STATUS"].as_str()), (word, status), "{kind}");
        }
        assert_eq!(calendar_of(kind, VisitFacts { calendar: None, ..visit(Side::Patient) }), None, "{kind}");
    }
}

#[test]
fn a_calendar_is_the_third_form_of_a_mail_and_a_file() {
    let bytes = delivered(&of_visit(MessageKind::Booked));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let types =
        |mail: &ParsedMail<'_>| mail.subparts.iter().map(|part| part.ctype.mimetype.clone()).collect::<Vec<_>>();
    assert_eq!(mail.ctype.mimetype, "multipart/mixed");
    assert_eq!(types(&mail), ["multipart/alternative", "application/ics"]);
    assert_eq!(types(&mail.subparts[0]), ["text/plain", "text/html", "text/calendar"]);
    let header = |part: &ParsedMail<'_>, name: &str| part.headers.get_first_value(name).unwrap();
    let (shown, attached) = (&mail.subparts[0].subparts[2], &mail.subparts[1]);
    assert_eq!(header(shown, "Content-Type"), "text/calendar; method=REQUEST; charset=utf-8");
    assert_eq!(attached.get_content_disposition().params["filename"], "invitation.ics");
    assert_eq!(shown.get_body().unwrap(), attached.get_body().unwrap());
}

#[test]
fn a_calendar_reminds_once_unless_the_clinic_does_not_want_it() {
    let calendar = |method, alarm_minutes| {
        let calendar = Some(CalendarEntry { alarm_minutes, ..entry(method) });
        let bytes =
            delivered(&letter(MessageKind::Booked, Contents::Visit(VisitFacts { calendar, ..visit(Side::Patient) })));
        parts(&mailparse::parse_mail(&bytes).unwrap(), "text/calendar")[0].get_body().unwrap()
    };
    let reminded = calendar(Method::Request, 60);
    let parsed = ical::IcalParser::new(reminded.as_bytes()).next().unwrap().unwrap();
    let [alarm] = parsed.events[0].alarms.as_slice() else { unreachable!("there is one alarm") };
    let value = |name: &str| {
        let property = alarm.properties.iter().find(|property| property.name == name).unwrap();
        property.value.clone().unwrap()
    };
    assert_eq!((value("ACTION"), value("TRIGGER")), ("DISPLAY".to_owned(), "-PT3600S".to_owned()));
    assert_eq!(value("DESCRIPTION"), "Zoë's <b>clinic</b>: Grace Hopper");
    assert_eq!(calendar(Method::Request, 60), reminded, "the same at each attempt");
    for calendar in [calendar(Method::Request, 0), calendar(Method::Cancel, 60)] {
        assert!(!calendar.contains("VALARM"), "{calendar}");
    }
}

#[test]
fn who_wants_invitations_only_reads_one_line() {
    let letter = Letter { wording: Wording::Brief, ..of_visit(MessageKind::Moved) };
    let bytes = delivered(&letter);
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let body = |kind| parts(&mail, kind)[0].get_body().unwrap();
    let text = "Appointment moved to Monday, 23 November 2026 at 09:00.\r\n\r\nZoë's <b>clinic</b>";
    assert_eq!(body("text/plain").trim_end(), text);
    assert!(body("text/html").contains("<p>Appointment moved to Monday, 23 November 2026 at 09:00.</p>"));
    assert!(body("text/calendar").contains("METHOD:REQUEST"));
}

#[test]
fn a_mail_comes_from_the_clinic_by_name() {
    let sent_from = |from: &str| {
        let folder = tempfile::tempdir().unwrap();
        let post = MailPost::folder(folder.path(), from, HOST, Templates::load(None).unwrap()).unwrap();
        let letter = of_visit(MessageKind::Booked);
        post.deliver(&letter).unwrap();
        let bytes = fs::read(folder.path().join(format!("{}.eml", letter.id))).unwrap();
        let mail = mailparse::parse_mail(&bytes).unwrap();
        let from = mailparse::addrparse_header(mail.headers.get_first_header("From").unwrap()).unwrap();
        let from = from.extract_single_info().unwrap();
        (from.display_name.unwrap(), from.addr)
    };
    let from = |name: &str, address: &str| (name.to_owned(), address.to_owned());
    assert_eq!(sent_from("clinic@example.org"), from("Zoë's <b>clinic</b>", "clinic@example.org"));
    assert_eq!(sent_from("The desk <clinic@example.org>"), from("The desk", "clinic@example.org"));
    assert_eq!(sent_from("The desk <a@ex\u{e4}mple.org>"), from("The desk", "a@xn--exmple-cua.org"));
}

#[test]
fn a_domain_is_written_as_its_a_label_everywhere() {
    let mut letter = of_visit(MessageKind::Booked);
    letter.to.email = "jose@ex\u{e4}mple.com".to_owned();
    let bytes = delivered(&letter);
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let to = mailparse::addrparse_header(mail.headers.get_first_header("To").unwrap()).unwrap();
    assert_eq!(to.extract_single_info().unwrap().addr, "jose@xn--exmple-cua.com");
    let (event, _) = event(&parts(&mail, "text/calendar")[0].get_body().unwrap());
    assert_eq!(event["ATTENDEE"].value.as_deref(), Some("mailto:jose@xn--exmple-cua.com"));
}

/// Text, HTML and subject of a mail.
fn words(kind: MessageKind, facts: VisitFacts) -> [String; 3] {
    let bytes = delivered(&letter(kind, Contents::Visit(facts)));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let body = |kind| parts(&mail, kind)[0].get_body().unwrap();
    [body("text/plain"), body("text/html"), mail.headers.get_first_value("Subject").unwrap()]
}

#[test]
fn a_mail_says_who_cancelled_or_moved_a_visit() {
    use ChangedBy::{Clinic, Expiry, Patient, Reader};
    use MessageKind::{Cancelled, Moved};
    for (kind, changed_by, happening, sentence) in [
        (Cancelled, Reader, Happening::Plain, "you have cancelled this appointment:"),
        (Cancelled, Patient, Happening::Plain, "the patient has cancelled this appointment:"),
        (Cancelled, Clinic, Happening::Plain, "the clinic has cancelled this appointment:"),
        (Cancelled, Expiry, Happening::Plain, "nobody confirmed this appointment in time; it will not take place:"),
        (
            Cancelled,
            Patient,
            Happening::MovedAway,
            "the patient has moved this appointment to another doctor; it is cancelled for you:",
        ),
        (Moved, Reader, Happening::Plain, "you have moved this appointment:"),
        (Moved, Patient, Happening::Plain, "the patient has moved this appointment:"),
        (Moved, Clinic, Happening::Plain, "the clinic has moved this appointment:"),
        (MessageKind::Booked, Clinic, Happening::TakesPlaceAgain, "this appointment takes place after all:"),
    ] {
        let [text, html, _] = words(kind, VisitFacts { changed_by, happening, ..visit(Side::Doctor) });
        assert!(text.contains(sentence) && html.contains(sentence), "{sentence}: {text} {html}");
    }
}

#[test]
fn a_mail_says_what_changed_from_what_to_what() {
    let now = visit(Side::Patient);
    let same = Before { start: now.start, end: now.end, doctor: now.doctor.clone(), place: now.place.clone() };
    let (earlier, other) = (now.start - chrono::TimeDelta::days(3), "John Snow".to_owned());
    let time = "The time was Friday, 20 November 2026, 09:00 to 09:30 (Europe/Berlin).";
    let moved = "Appointment moved to Monday, 23 November 2026 at 09:00";
    let with = "Appointment on Monday, 23 November 2026 at 09:00 is with another doctor now";
    let at =
        |before: &Before| Before { start: earlier, end: earlier + chrono::TimeDelta::minutes(30), ..before.clone() };
    let by_john = Before { doctor: other, ..same.clone() };
    let elsewhere = Before { place: "Branch".to_owned(), ..at(&same) };
    for (before, said, subject, first) in [
        (at(&same), vec![time], moved, "moved this appointment to another time:"),
        (by_john.clone(), vec!["The doctor was John Snow."], with, "moved this appointment to another doctor:"),
        (
            at(&by_john),
            vec![time, "The doctor was John Snow."],
            moved,
            "moved this appointment to another time and to another doctor:",
        ),
        (elsewhere, vec![time, "The place was Branch."], moved, "moved this appointment to another time:"),
    ] {
        let facts = VisitFacts { happening: Happening::MovedFrom(before), ..now.clone() };
        let [text, html, line] = words(MessageKind::Moved, facts);
        assert!(text.contains(first) && html.contains(first), "{first}: {text}");
        assert_eq!(line, subject);
        for sentence in ["The time was", "The doctor was", "The place was"] {
            let is_said = said.iter().any(|said| said.starts_with(sentence));
            assert_eq!((text.contains(sentence), html.contains(sentence)), (is_said, is_said), "{sentence}: {text}");
        }
        assert!(
            said.iter().all(|said| text.contains(said) && html.replace("&#x2f;", "/").contains(said)),
            "{text} {html}"
        );
        assert!(text.contains("When:    Monday, 23 November 2026, 09:00 to 09:30"), "{text}");
    }
    let facts = VisitFacts { happening: Happening::MovedFrom(at(&by_john)), ..visit(Side::Doctor) };
    let [text, ..] = words(MessageKind::Booked, facts);
    assert!(
        text.contains("the clinic has moved this appointment to you:") && text.contains("The doctor was John Snow.")
    );
}

#[test]
fn a_doctor_reads_the_patients_name() {
    let bytes = delivered(&letter(MessageKind::Booked, Contents::Visit(visit(Side::Doctor))));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let text = parts(&mail, "text/plain")[0].get_body().unwrap();
    assert!(text.contains("Patient: Ada \"Countess\"") && !text.contains("Doctor:"), "{text}");
    assert!(!mail.headers.get_first_value("Subject").unwrap().contains("Ada"));
}

#[test]
fn blank_lines_part_a_visit_from_what_follows() {
    for kind in MessageKind::ALL.iter().filter(|kind| messaging_core::letter::link_lifetime(**kind).is_none()) {
        for (reader, is_pending) in
            [(Side::Patient, false), (Side::Patient, true), (Side::Doctor, false), (Side::Doctor, true)]
        {
            let facts = VisitFacts { is_pending, ..visit(reader) };
            let before = Before { start: facts.end, end: facts.end, doctor: "John".to_owned(), place: "x".to_owned() };
            for happening in [Happening::Plain, Happening::MovedFrom(before)] {
                let [text, ..] = words(*kind, VisitFacts { happening, ..facts.clone() });
                let paragraphs: Vec<&str> = text.trim_end().split("\r\n\r\n").collect();
                assert!(paragraphs.iter().all(|paragraph| *paragraph == paragraph.trim()), "{text}");
                let ends = (paragraphs[2].lines().last(), *paragraphs.last().unwrap());
                assert_eq!(
                    ends,
                    (Some("Where:   Clinic by the river, Uferstraße 1, Berlin"), "Zoë's <b>clinic</b>"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn a_link_stands_whole_in_text_and_html() {
    let url = format!("https://clinic.example/reset-password?token={}", "aZ-_".repeat(11));
    for kind in [MessageKind::VerifyEmail, MessageKind::ResetPassword, MessageKind::Invitation] {
        let expires_at = "2026-11-21T11:00:00Z".parse().unwrap();
        let bytes = delivered(&letter(kind, Contents::Link { url: url.clone(), expires_at }));
        let mail = mailparse::parse_mail(&bytes).unwrap();
        assert!(parts(&mail, "text/plain")[0].get_body().unwrap().contains(&format!("\r\n{url}\r\n")), "{kind}");
        let html = parts(&mail, "text/html")[0].get_body().unwrap().replace("&#x2f;", "/");
        assert!(html.contains(&format!("<a href=\"{url}\">")), "{html}");
        assert!(parts(&mail, "text/calendar").is_empty());
    }
}

#[test]
fn nobody_adds_a_header_or_a_line() {
    let evil = "Ada\r\nBcc: eve@example.org";
    let folder = tempfile::tempdir().unwrap();
    let post = MailPost::folder(folder.path(), "clinic@example.org", HOST, Templates::load(None).unwrap()).unwrap();
    let sound = of_visit(MessageKind::Booked);
    for to in [
        Mailbox { name: evil.to_owned(), ..sound.to.clone() },
        Mailbox { email: "ada@example.org\r\nBcc: eve@example.org".to_owned(), ..sound.to.clone() },
        Mailbox { email: "not an address".to_owned(), ..sound.to.clone() },
    ] {
        let failure = post.deliver(&Letter { to, ..sound.clone() }).unwrap_err();
        assert!(matches!(failure, DeliveryFailure::Permanent(_)), "{failure:?}");
    }
    // In a calendar a line that somebody broke is one line, however it was broken.
    for end in ["\r\n", "\n", "\r", "\r\n ", "\u{2028}", "\u{85}"] {
        let evil = |word: &str| format!("{word}{end}ATTENDEE:mailto:eve@example.org");
        let facts = VisitFacts { doctor: evil("Grace"), address: evil("Uferstraße 1"), ..visit(Side::Patient) };
        let bytes = delivered(&letter(MessageKind::Booked, Contents::Visit(facts)));
        let mail = mailparse::parse_mail(&bytes).unwrap();
        let calendar = parts(&mail, "text/calendar")[0].get_body().unwrap();
        let lines = calendar.split(['\r', '\n', '\u{2028}', '\u{85}']);
        assert_eq!(lines.filter(|line| line.trim_start().starts_with("ATTENDEE")).count(), 1, "{end:?}: {calendar}");
        let (event, _) = event(&calendar);
        let place = event["LOCATION"].value.as_deref();
        assert_eq!(place, Some("Clinic by the river\\, Uferstraße 1\\, ATTENDEE:mailto:eve@example.org"), "{end:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_mail_in_the_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("mail");
    let post = MailPost::folder(&inner, "clinic@example.org", HOST, Templates::load(None).unwrap()).unwrap();
    for _ in 0..2 {
        post.deliver(&of_visit(MessageKind::Booked)).unwrap();
    }
    let files: Vec<_> = fs::read_dir(&inner).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "the same message is the same file");
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn what_is_not_a_whole_mail_yet_is_not_called_one() {
    let folder = tempfile::tempdir().unwrap();
    let post = MailPost::folder(folder.path(), "clinic@example.org", HOST, Templates::load(None).unwrap()).unwrap();
    let letter = of_visit(MessageKind::Booked);
    // Where a folder has its name, the mail is written and cannot be given it.
    fs::create_dir(folder.path().join(format!("{}.eml", letter.id))).unwrap();
    assert!(post.deliver(&letter).is_err());
    let files: Vec<PathBuf> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    assert_eq!(files.len(), 1);
    assert_ne!(files[0].extension().unwrap(), "eml");
}

#[test]
fn a_file_replaces_a_template_and_mistakes_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("booked.subject", "Bis {{ date }}!\n");
    write(".booked.subject.swp", "{{");
    let templates = Templates::load(Some(folder.path())).unwrap();
    let mails = tempfile::tempdir().unwrap();
    let post = MailPost::folder(mails.path(), "clinic@example.org", HOST, templates).unwrap();
    let letter = of_visit(MessageKind::Booked);
    post.deliver(&letter).unwrap();
    let bytes = fs::read(mails.path().join(format!("{}.eml", letter.id))).unwrap();
    let mail = mailparse::parse_mail(&bytes).unwrap();
    assert_eq!(mail.headers.get_first_value("Subject").unwrap(), "Bis Monday, 23 November 2026!");

    for (name, text, part) in [
        ("moved.txt", "{{ date", "moved.txt"),
        ("moved.txt", "{{ reason }}", "moved.txt"),
        ("moved.subject", "one\ntwo", "moved.subject does not make one line"),
        ("moved.subject", " ", "moved.subject does not make one line"),
        ("mooved.txt", "x", "mooved.txt: there is no such template"),
    ] {
        write(name, text);
        let mistakes = Templates::load(Some(folder.path())).unwrap_err();
        assert!(mistakes.to_string().contains(part), "{mistakes}");
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    write("moved.txt", "{{ date");
    write("mooved.txt", "x");
    assert_eq!(Templates::load(Some(folder.path())).unwrap_err().0.len(), 2);
    assert!(Templates::load(Some(&folder.path().join("nowhere"))).is_err());
}

#[test]
fn every_kind_is_written_for_both_sides() {
    for kind in MessageKind::ALL {
        for reader in [Side::Patient, Side::Doctor] {
            let is_link = messaging_core::letter::link_lifetime(*kind).is_some();
            let link = Contents::Link { url: "https://clinic.example/".to_owned(), expires_at: DateTime::UNIX_EPOCH };
            let contents = if is_link { link } else { Contents::Visit(visit(reader)) };
            let bytes = delivered(&letter(*kind, contents));
            assert_eq!(mailparse::parse_mail(&bytes).unwrap().subparts.len(), 2, "{kind}");
        }
    }
}

#[test]
fn addresses_of_mail_servers_and_senders_are_known_before_they_are_used() {
    for url in ["smtp://mail.example", "smtps://u:p@mail.example:465", "smtp://127.0.0.1:2525", "smtp://h?tls=required"]
    {
        assert!(delivery::is_smtp_url(url), "{url}");
    }
    for url in ["", "mail.example", "http://mail.example", "smtp://", "smtp://h?tls=perhaps"] {
        assert!(!delivery::is_smtp_url(url), "{url}");
    }
    assert!(delivery::is_sender("Clinic <clinic@example.org>") && delivery::is_sender("clinic@example.org"));
    assert!(!delivery::is_sender("clinic") && !delivery::is_sender("a@b\nBcc: c@d"));
}
