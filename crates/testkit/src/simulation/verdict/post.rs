//! I8 and the outbox: each change is told to whom it concerns, once.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{MessageId, Revision};
use messaging_core::ports::AttemptOutcome;
use messaging_core::{About, Addressee, MessageKind, MessageStatus};
use scheduling_core::AppointmentStatus::{Arrived, Booked, Cancelled, CheckedIn, EnteredInError, Pending};
use scheduling_core::{CancelReason, Change, ChangeKind};

use super::{Ask, Day, Wrong, ensure, maker};

/// How often in a row a letter may fail before it is given up.
const FAILURES_MAX: u32 = 6;

pub(super) fn check(day: &Day<'_>) -> Wrong {
    check_owed(day)?;
    check_sent(day)
}

/// Every message belongs to a change, and every change has the messages that it must have.
fn check_owed(day: &Day<'_>) -> Wrong {
    let mut owed: BTreeMap<About, BTreeSet<(Addressee, MessageKind)>> = BTreeMap::new();
    for row in day.state.messages.values() {
        let message = &row.posted.message;
        let about = message.about.ok_or(format!("I8: nothing is the matter with {message:?}"))?;
        let is_new = owed.entry(about).or_default().insert((message.to, message.kind));
        ensure(is_new, || format!("I8: {message:?} is owed twice"))?;
    }
    for change in day.state.changes.values() {
        let about = About { appointment: change.appointment, revision: change.revision };
        let (found, expected) = (owed.remove(&about).unwrap_or_default(), concerned(day, change));
        ensure(found == expected, || format!("I8: of {change:?} {found:?} are told, and not {expected:?}"))?;
    }
    ensure(owed.is_empty(), || format!("I8: messages without their change: {owed:?}"))
}

/// Who must be told what of a change.
fn concerned(day: &Day<'_>, change: &Change) -> BTreeSet<(Addressee, MessageKind)> {
    let Some(kind) = news(change) else { return BTreeSet::new() };
    let patient = day.state.appointments[&change.appointment].patient;
    let doctor = day.watch.owners[&change.to.slot];
    let before = change.from.map_or(doctor, |from| day.watch.owners[&from.slot]);
    let mut told = BTreeSet::from([(Addressee::Patient(patient), kind)]);
    if doctor == before {
        told.insert((Addressee::Doctor(doctor), kind));
    } else {
        told.insert((Addressee::Doctor(doctor), MessageKind::Booked));
        told.insert((Addressee::Doctor(before), MessageKind::Cancelled));
    }
    told
}

/// What a change is to those whom it concerns.
fn news(change: &Change) -> Option<MessageKind> {
    let to = change.to.status;
    match (change.kind, change.from.map(|from| from.status)) {
        (ChangeKind::Booked, _) if to == Pending => Some(MessageKind::Pending),
        (ChangeKind::Booked, _) => Some(MessageKind::Booked),
        (ChangeKind::Moved, _) => Some(MessageKind::Moved),
        (ChangeKind::Amended, _) => None,
        (ChangeKind::Status, from) => match (from?, to) {
            (Pending, Booked) => Some(MessageKind::Confirmed),
            (_, Cancelled) if change.reason_code == Some(CancelReason::Refused) => Some(MessageKind::Refused),
            (_, Cancelled) | (Pending | Booked | Arrived | CheckedIn, EnteredInError) => Some(MessageKind::Cancelled),
            (Cancelled, Booked) => Some(MessageKind::Booked),
            _ => None,
        },
    }
}

/// A message was handed over once, and once more at most for each worker that ended before it could say so.
fn check_sent(day: &Day<'_>) -> Wrong {
    let taken = &day.watch.post.taken;
    for row in day.state.messages.values() {
        let message = &row.posted.message;
        let workers: Vec<usize> = taken.iter().filter(|(id, _)| *id == message.id).map(|(_, worker)| *worker).collect();
        let ended = workers.iter().filter(|worker| has_ended_with(day, **worker, message.id)).count();
        ensure(workers.len() <= 1 + ended, || {
            format!("{message:?} was handed over by {workers:?}, of whom {ended} ended too soon")
        })?;
        let failures = day.state.delivery_attempts.values().filter(|attempt| {
            attempt.message == message.id && matches!(attempt.outcome, AttemptOutcome::Failed | AttemptOutcome::Dead)
        });
        let is_over = match row.posted.status {
            MessageStatus::Sent => !workers.is_empty(),
            MessageStatus::Dead => {
                let is_hopeless = day.watch.post.given_up.contains(&message.id);
                is_hopeless || usize::try_from(FAILURES_MAX) == Ok(failures.count())
            }
            MessageStatus::Skipped => was_ever_closed(day, message.to),
            MessageStatus::Waiting => false,
        };
        ensure(is_over, || format!("{:?} was handed over by {workers:?}", row.posted))?;
    }
    let is_known = |id: &MessageId| day.state.messages.contains_key(id) && maker(id.uuid()).is_some();
    ensure(taken.iter().all(|(id, _)| is_known(id)), || "I7: a letter tells of what nobody has written".to_owned())
}

/// Whether this is a doctor whose account was closed at any time of the day: then nothing is sent there.
fn was_ever_closed(day: &Day<'_>, to: Addressee) -> bool {
    let Addressee::Doctor(id) = to else { return false };
    let account = day.state.doctors.get(&id).and_then(|doctor| day.state.accounts.get(&doctor.account));
    account.is_some_and(|account| account.revision != Revision::FIRST)
}

/// Whether a worker has ended, or could not write down what it had done, just when it had handed over this letter.
fn has_ended_with(day: &Day<'_>, worker: usize, letter: MessageId) -> bool {
    let asked = &day.asked[worker];
    let last = day.watch.post.taken.iter().rfind(|(_, other)| *other == worker).map(|(id, _)| *id);
    matches!(asked.ask, Ask::Deliver(_)) && !asked.said.is_yes() && last == Some(letter)
}
