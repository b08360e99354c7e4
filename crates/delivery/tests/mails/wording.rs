//! What mails say of a visit and of what happened to it.

use super::*;

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
