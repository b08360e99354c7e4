//! Mails as others read them: parsed by libraries that did not write them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper that fails is a test that fails")]

mod invitations;
mod wording;

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
