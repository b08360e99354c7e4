//! A letter in words: subject, text and HTML.

use chrono::{DateTime, MappedLocalTime, Offset, TimeZone};
use kernel::{Zone, is_one_line};
use messaging_core::{Contents, Letter, Side, VisitFacts};
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
    Ok(Rendered { subject, text: part("txt")?, html: part("html")? })
}

/// What templates know.
fn facts(letter: &Letter) -> Value {
    let common = context! { clinic => letter.clinic.clone(), name => letter.to.name.clone() };
    let rest = match &letter.contents {
        Contents::Link { url, expires_at } => {
            context! { url => url.clone(), expires => format!("{}, {} UTC", date(expires_at), time(expires_at)) }
        }
        Contents::Visit(visit) => context! {
            date => date(&visit.start),
            time => clock(visit, visit.start),
            ends => clock(visit, visit.end),
            zone => visit.start.timezone().name(),
            doctor => visit.doctor.clone(),
            patient => visit.patient.clone(),
            place => visit.place.clone(),
            address => visit.address.clone(),
            pending => visit.is_pending,
            for_doctor => visit.reader == Side::Doctor,
        },
    };
    context! { ..common, ..rest }
}

fn date<Z: TimeZone<Offset: std::fmt::Display>>(at: &DateTime<Z>) -> String {
    at.format("%A, %-d %B %Y").to_string()
}

/// The time on the wall; with the abbreviation of its offset where the wall shows it twice, or where the offset changes
/// during the visit.
fn clock(visit: &VisitFacts, at: DateTime<Zone>) -> String {
    let is_twice = |at: &DateTime<Zone>| {
        matches!(at.timezone().from_local_datetime(&at.naive_local()), MappedLocalTime::Ambiguous(..))
    };
    let changes = visit.start.offset().fix() != visit.end.offset().fix();
    if changes || [visit.start, visit.end].iter().any(is_twice) { at.format("%H:%M %Z").to_string() } else { time(&at) }
}

fn time<Z: TimeZone<Offset: std::fmt::Display>>(at: &DateTime<Z>) -> String {
    at.format("%H:%M").to_string()
}
