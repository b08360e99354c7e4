//! Mails as others read them: parsed by libraries that did not write them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper that fails is a test that fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use delivery::{MailPost, Templates};
use kernel::{AppointmentId, MessageId, Revision, Word};
use mailparse::{MailHeaderMap, ParsedMail};
use messaging_core::ports::{DeliveryFailure, Post};
use messaging_core::{Contents, Letter, Mailbox, MessageKind, Side, VisitFacts};
use uuid::Uuid;

const HOST: &str = "clinic.example";

fn visit(reader: Side) -> VisitFacts {
    let local = |text: &str| text.parse::<DateTime<Utc>>().unwrap().with_timezone(&testkit::zone("Europe/Berlin"));
    VisitFacts {
        appointment: AppointmentId::new(Uuid::from_u128(7)),
        revision: Revision::new(3).unwrap(),
        start: local("2026-11-23T08:00:00Z"),
        end: local("2026-11-23T08:30:00Z"),
        is_pending: false,
        doctor: "Grace Hopper".to_owned(),
        patient: "Ada \"Countess\" Lovelace; née Byron".to_owned(),
        place: "Clinic by the river".to_owned(),
        address: "Uferstraße 1, Berlin".to_owned(),
        reader,
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
    assert_eq!(value("UID"), format!("{}@{HOST}", Uuid::from_u128(7)));
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

#[test]
fn what_is_called_off_goes_from_the_calendar_and_what_is_not_agreed_is_not_in_it() {
    for (kind, method) in [
        (MessageKind::Booked, Some("REQUEST")),
        (MessageKind::Confirmed, Some("REQUEST")),
        (MessageKind::Cancelled, Some("CANCEL")),
        (MessageKind::Refused, Some("CANCEL")),
        (MessageKind::Pending, None),
    ] {
        let bytes = delivered(&of_visit(kind));
        let mail = mailparse::parse_mail(&bytes).unwrap();
        let calendars = parts(&mail, "text/calendar");
        assert_eq!(calendars.first().map(|part| part.ctype.params["method"].as_str()), method, "{kind}");
        if let Some(calendar) = calendars.first() {
            let (event, own) = event(&calendar.get_body().unwrap());
            assert_eq!(Some(own["METHOD"].as_str()), method);
            assert_eq!(event["STATUS"].value.as_deref() == Some("CANCELLED"), method == Some("CANCEL"), "{kind}");
        }
    }
    let pending = VisitFacts { is_pending: true, ..visit(Side::Patient) };
    let bytes = delivered(&letter(MessageKind::Moved, Contents::Visit(pending)));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let (event, _) = event(&parts(&mail, "text/calendar")[0].get_body().unwrap());
    assert_eq!(event["STATUS"].value.as_deref(), Some("TENTATIVE"));
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
            let bytes = delivered(&letter(*kind, Contents::Visit(VisitFacts { is_pending, ..visit(reader) })));
            let mail = mailparse::parse_mail(&bytes).unwrap();
            let text = parts(&mail, "text/plain")[0].get_body().unwrap();
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
