//! A visit as a calendar knows it (RFC 5545, RFC 5546).

use chrono::{TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus, Property, Trigger};
use kernel::is_one_line;
use messaging_core::{CalendarEntry, Contents, Letter, Method, Side, VisitFacts};

/// Who sends it.
pub(crate) struct Organizer<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
}

/// What goes into a mail so that a calendar can take it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    /// `REQUEST` or `CANCEL`.
    pub(crate) method: &'static str,
    /// The calendar's text.
    pub(crate) text: String,
}

/// The invitation that goes with a letter, where its reader's calendar is to know of the visit.
///
/// It says when and where, with whom, and never why.
pub(crate) fn invitation(letter: &Letter, organizer: &Organizer<'_>, attendee: &str) -> Option<Invitation> {
    let Contents::Visit(visit) = &letter.contents else { return None };
    let entry = visit.calendar.as_ref()?;
    let (method, status) = match entry.method {
        Method::Cancel => ("CANCEL", EventStatus::Cancelled),
        Method::Request if visit.is_pending => ("REQUEST", EventStatus::Tentative),
        Method::Request => ("REQUEST", EventStatus::Confirmed),
    };
    let summary = one_line(&summary(letter, visit));
    let mut event = Event::new();
    event
        .uid(&entry.uid)
        .sequence(entry.revision.number())
        .timestamp(letter.written_at)
        .starts(visit.start.with_timezone(&Utc))
        .ends(visit.end.with_timezone(&Utc))
        .summary(&summary)
        .location(&one_line(&place(visit)))
        .url(&entry.url)
        .status(status)
        .append_property(party("ORGANIZER", organizer.name, organizer.email).done())
        .append_multi_property(invited(&letter.to.name, attendee, visit));
    if entry.method == Method::Request && entry.alarm_minutes != 0 {
        event.alarm(alarm(letter, entry, &summary));
    }
    // A new one would name the library, and only one program may be named (RFC 5545, 3.6).
    let mut calendar = Calendar::empty();
    for property in [("VERSION", "2.0"), ("PRODID", "-//Slotkeeper//Slotkeeper//EN"), ("METHOD", method)] {
        calendar.append_property(property);
    }
    Some(Invitation { method, text: calendar.push(event.done()).done().to_string() })
}

/// The library would give it the current time and an id of its own at each attempt (RFC 9074, 4).
fn alarm(letter: &Letter, entry: &CalendarEntry, summary: &str) -> Alarm {
    let ahead = TimeDelta::minutes(i64::from(entry.alarm_minutes));
    let mut alarm = Alarm::display(summary, Trigger::before_start(ahead));
    alarm.uid(&format!("alarm-{}", entry.uid)).timestamp(letter.written_at).done()
}

fn summary(letter: &Letter, visit: &VisitFacts) -> String {
    match visit.reader {
        Side::Patient => format!("{}: {}", letter.clinic, visit.doctor),
        Side::Doctor => format!("{}: {}", letter.clinic, visit.patient),
    }
}

fn place(visit: &VisitFacts) -> String {
    if visit.address.is_empty() { visit.place.clone() } else { format!("{}, {}", visit.place, visit.address) }
}

/// A text without its breaks: of those only the line feed would be escaped, and some readers begin a line at others too,
/// where somebody could have written a property.
fn one_line(text: &str) -> String {
    let is_break = |c: char| c != '\t' && !is_one_line(c.encode_utf8(&mut [0; 4]));
    let lines = text.split(is_break).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

fn invited(name: &str, email: &str, visit: &VisitFacts) -> Property {
    party("ATTENDEE", name, email)
        .add_parameter("ROLE", "REQ-PARTICIPANT")
        .add_parameter("PARTSTAT", if visit.is_pending { "TENTATIVE" } else { "ACCEPTED" })
        .add_parameter("RSVP", "FALSE")
        .done()
}

/// A parameter cannot hold a double quote (RFC 5545, 3.1), and is quoted whatever it holds.
fn party(property: &str, name: &str, email: &str) -> Property {
    let mut party = Property::new(property, format!("mailto:{email}"));
    if !name.is_empty() {
        party.add_parameter("CN", &format!("\"{}\"", name.replace('"', "'")));
    }
    party
}
