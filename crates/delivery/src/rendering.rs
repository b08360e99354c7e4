//! A letter in words: subject, text and HTML.

use chrono::{DateTime, MappedLocalTime, Offset, TimeZone};
use kernel::{Zone, is_one_line};
use messaging_core::{Before, ChangedBy, Contents, Happening, Letter, Side, VisitFacts, Wording};
use minijinja::{Error, ErrorKind, Value, context};

use crate::templates::Templates;

/// What a reader sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// One line, without diagnosis, reason or notes: nobody here knows them.
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Puts a letter into words.
pub(crate) fn render(templates: &Templates, letter: &Letter) -> Result<Rendered, Error> {
    let facts = facts(letter);
    let part = |suffix: &str| {
        let template = templates.environment().get_template(&format!("{}.{suffix}", letter.kind))?;
        template.render(&facts)
    };
    let subject = part("subject")?.trim().to_owned();
    if subject.is_empty() || !is_one_line(&subject) {
        let detail = format!("{}.subject does not make one line", letter.kind);
        return Err(Error::new(ErrorKind::InvalidOperation, detail));
    }
    if letter.wording == Wording::Full {
        return Ok(Rendered { subject, text: part("txt")?, html: part("html")? });
    }
    let facts = context! { subject => subject.clone(), ..facts };
    let brief = |suffix: &str| templates.environment().get_template(&format!("brief.{suffix}"))?.render(&facts);
    Ok(Rendered { text: brief("txt")?, html: brief("html")?, subject })
}

/// What templates know.
fn facts(letter: &Letter) -> Value {
    let common = context! { clinic => letter.clinic.clone(), name => letter.to.name.clone() };
    let rest = match &letter.contents {
        Contents::Link { url, expires_at } => {
            context! { url => url.clone(), expires => format!("{}, {} UTC", date(expires_at), time(expires_at)) }
        }
        Contents::Visit(visit) => visit_facts(visit),
    };
    context! { ..common, ..rest }
}

fn visit_facts(visit: &VisitFacts) -> Value {
    let before = match &visit.happening {
        Happening::MovedFrom(before) => Some(before),
        Happening::Plain | Happening::MovedAway | Happening::TakesPlaceAgain => None,
    };
    let before =
        before.map_or_else(|| context! { when => (), doctor => (), place => () }, |before| differences(before, visit));
    context! {
        date => date(&visit.start),
        time => clock(&visit.start, &visit.end, &visit.start),
        ends => clock(&visit.start, &visit.end, &visit.end),
        zone => visit.start.timezone().name(),
        doctor => visit.doctor.clone(),
        patient => visit.patient.clone(),
        place => visit.place.clone(),
        address => visit.address.clone(),
        pending => visit.is_pending,
        for_doctor => visit.reader == Side::Doctor,
        by => changed_by(visit.changed_by),
        before => before,
        moved_away => visit.happening == Happening::MovedAway,
        again => visit.happening == Happening::TakesPlaceAgain,
    }
}

/// What of a visit was different before it was moved; nothing in the place of what is the same.
fn differences(before: &Before, visit: &VisitFacts) -> Value {
    let Before { start, end, doctor, place } = before;
    let other = |before: &String, now: &String| (before != now).then(|| before.clone());
    let zone = start.timezone().name();
    let when = context! { date => date(start), time => clock(start, end, start), ends => clock(start, end, end), zone };
    let is_at_the_same_time = (*start, *end) == (visit.start, visit.end);
    context! {
        when => if is_at_the_same_time { Value::from(()) } else { when },
        doctor => other(doctor, &visit.doctor),
        place => other(place, &visit.place),
    }
}

/// As templates compare it.
const fn changed_by(by: ChangedBy) -> &'static str {
    match by {
        ChangedBy::Reader => "you",
        ChangedBy::Patient => "patient",
        ChangedBy::Clinic => "clinic",
        ChangedBy::Expiry => "expiry",
    }
}

fn date<Z: TimeZone<Offset: std::fmt::Display>>(at: &DateTime<Z>) -> String {
    at.format("%A, %-d %B %Y").to_string()
}

/// The time on the wall; with the abbreviation of its offset where the wall shows it twice, or where the offset changes
/// during the visit.
fn clock(start: &DateTime<Zone>, end: &DateTime<Zone>, at: &DateTime<Zone>) -> String {
    let is_twice = |at: &DateTime<Zone>| {
        matches!(at.timezone().from_local_datetime(&at.naive_local()), MappedLocalTime::Ambiguous(..))
    };
    let changes = start.offset().fix() != end.offset().fix();
    if changes || is_twice(start) || is_twice(end) { at.format("%H:%M %Z").to_string() } else { time(at) }
}

fn time<Z: TimeZone<Offset: std::fmt::Display>>(at: &DateTime<Z>) -> String {
    at.format("%H:%M").to_string()
}
