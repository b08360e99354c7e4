//! What goes into calendars.

use super::*;

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
