//! What must hold when the day is over: what was answered and what is stored tell the same story.

mod post;

use std::collections::{BTreeMap, BTreeSet};

use application::audit::AuditAction;
use chrono::{DateTime, Utc};
use identity_core::AccountStatus;
use kernel::{AppointmentId, Revision, SlotId};
use scheduling_core::AppointmentStatus::{
    self, Arrived, Booked, Cancelled, CheckedIn, EnteredInError, Fulfilled, NoShow, Pending,
};
use scheduling_core::booking::Target;
use scheduling_core::{CancelReason, Change, ChangeKind, Slot};
use uuid::Uuid;

use super::asking::{Ask, Asked, Said};
use super::watch::Watch;
use super::world::maker;
use crate::memory::State;

/// Everything that is known of the day.
pub(super) struct Day<'a> {
    pub(super) state: &'a State,
    pub(super) asked: &'a [Asked],
    pub(super) watch: &'a Watch,
    /// When it was over.
    pub(super) end: DateTime<Utc>,
    /// Whether refusals were told what is so.
    pub(super) is_causal: bool,
}

/// Why the day was not as it must be.
type Wrong = Result<(), String>;

impl Day<'_> {
    /// Checks all of it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(super) fn check(&self) -> Wrong {
        if let Some(wrong) = self.watch.wrong() {
            return Err(wrong.to_owned());
        }
        self.check_histories()?;
        let changes = self.changes_by_request()?;
        self.check_answers(&changes)?;
        self.check_audit(&changes)?;
        self.check_slots()?;
        self.check_accounts()?;
        post::check(self)
    }

    /// I8, I11: each appointment has one entry for each of its revisions, and they lead from one to the next.
    fn check_histories(&self) -> Wrong {
        let mut counted = 0;
        for visit in self.state.appointments.values() {
            let of_visit = (visit.id, Revision::FIRST)..=(visit.id, visit.revision);
            let changes: Vec<&Change> = self.state.changes.range(of_visit).map(|(_, change)| change).collect();
            counted += changes.len();
            let revisions = changes.iter().map(|change| change.revision.number());
            ensure(revisions.eq(1..=visit.revision.number()), || format!("I8: {visit:?} has the history {changes:?}"))?;
            let is_led_to = |two: &[&Change]| two[1].from == Some(two[0].to) && may_follow(two[0].to.status, two[1]);
            let is_begun =
                changes.first().is_some_and(|first| first.kind == ChangeKind::Booked && first.from.is_none());
            let is_ended = changes.last().is_some_and(|last| last.to == visit.standing());
            let is_path = is_begun && is_ended && changes.windows(2).all(is_led_to);
            ensure(is_path, || format!("I11: {visit:?} came by {changes:?}"))?;
        }
        ensure(counted == self.state.changes.len(), || "I8: a history without its appointment".to_owned())
    }

    /// The changes that each request made; one that nobody can have made is wrong.
    fn changes_by_request(&self) -> Result<BTreeMap<usize, Vec<&Change>>, String> {
        let times: BTreeMap<DateTime<Utc>, usize> =
            self.asked.iter().enumerate().map(|(number, asked)| (asked.at, number)).collect();
        let mut by_request: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
        for change in self.state.changes.values() {
            let number = times.get(&change.at).copied().ok_or(format!("I7: nobody has asked for {change:?}"))?;
            by_request.entry(number).or_default().push(change);
        }
        for (number, changes) in &by_request {
            let Asked { who, ask, said, .. } = &self.asked[*number];
            // The jobs do it in nobody's name, and go on where a part of their work was done.
            if is_job(ask) {
                let is_theirs = changes.iter().all(|change| {
                    let has_expired = change.reason_code == Some(CancelReason::Expired);
                    if matches!(ask, Ask::Expire) { has_expired } else { change.to.status == NoShow }
                });
                ensure(is_theirs, || format!("I7: {ask:?} has made {changes:?}"))?;
                continue;
            }
            let change = changes[0];
            let is_asked_for = if matches!(ask, Ask::Book(_)) {
                change.revision == Revision::FIRST && maker(change.appointment.uuid()) == Some(*number)
            } else {
                ask.visit() == Some(change.appointment)
            };
            let is_theirs = changes.len() == 1 && change.by.account == who.account;
            ensure(is_asked_for && is_theirs, || format!("I7: {ask:?} has made {changes:?}"))?;
            // Whoever sees what was long ago may refuse what was done.
            let is_denied = said.is_no() && (self.is_causal || matches!(said, Said::Failed(_)));
            ensure(!is_denied, || format!("I7: {said:?} was said to {:?}, and it was done", self.asked[*number]))?;
        }
        Ok(by_request)
    }

    /// I6, I7, I9: what was answered was done once, and each who asked again was told the same.
    fn check_answers(&self, changes: &BTreeMap<usize, Vec<&Change>>) -> Wrong {
        let mut made: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
        for (number, changes) in changes {
            made.entry(self.asked[*number].first).or_default().extend(changes);
        }
        let mut told: BTreeMap<usize, (AppointmentId, Revision, &str)> = BTreeMap::new();
        for asked in self.asked {
            let Said::Visit { subject, revision, body } = &asked.said else { continue };
            let told = told.entry(asked.first).or_insert((*subject, *revision, body));
            ensure(*told == (*subject, *revision, body), || format!("I9: {told:?} was told, and then {asked:?}"))?;
            let is_made = made.get(&asked.first).is_some_and(|made| {
                made.iter().any(|change| (change.appointment, change.revision) == (*subject, *revision))
            });
            ensure(is_made || self.was_so(&asked.ask, *subject, *revision), || {
                format!("I6: {asked:?}, and it is not there")
            })?;
        }
        for (first, made) in &made {
            let asked = &self.asked[*first];
            let is_once = made.len() == 1 || is_job(&asked.ask);
            ensure(is_once, || format!("I9: {asked:?} was done more than once: {made:?}"))?;
            let is_denied = asked.has_key && self.is_causal && !told.contains_key(first);
            ensure(!is_denied, || format!("I7: {asked:?} was done, and whoever asked again was refused"))?;
            self.check_stored_answer(asked, made)?;
        }
        Ok(())
    }

    /// Whether a move was to where the visit was already, so that nothing was to be done.
    fn was_so(&self, ask: &Ask, subject: AppointmentId, revision: Revision) -> bool {
        let Ask::Move(_, target) = ask else { return false };
        self.state.changes.get(&(subject, revision)).is_some_and(|change| match target {
            Target::Slot(slot) => change.to.slot == *slot,
            Target::SlotAt { slot, start } => (change.to.slot, change.to.interval.start()) == (*slot, *start),
            Target::Start { doctor, start } => {
                (self.watch.owners[&change.to.slot], change.to.interval.start()) == (*doctor, *start)
            }
        })
    }

    /// I9: the answer that is kept under a key is the one that was told.
    fn check_stored_answer(&self, asked: &Asked, made: &[&Change]) -> Wrong {
        let Some(key) = asked.key() else { return Ok(()) };
        let answer = self.state.answers.get(&(asked.who.account, key));
        let is_kept = answer
            .is_some_and(|answer| (answer.subject, answer.revision) == (made[0].appointment.uuid(), made[0].revision));
        ensure(is_kept, || format!("I9: {asked:?} was done, and the answer is {answer:?}"))
    }

    /// Each change, and nothing else, is in the audit log.
    fn check_audit(&self, changes: &BTreeMap<usize, Vec<&Change>>) -> Wrong {
        let mut entries: BTreeMap<usize, usize> = BTreeMap::new();
        for entry in self.state.audit.values() {
            let number = maker(entry.id).ok_or(format!("I8: nobody has made {entry:?}"))?;
            *entries.entry(number).or_default() += 1;
        }
        for (number, asked) in self.asked.iter().enumerate() {
            let entries = entries.get(&number).copied().unwrap_or_default();
            let made = changes.get(&number).map_or(0, Vec::len);
            let is_told = match (&asked.ask, &asked.said) {
                (Ask::Deliver(_) | Ask::Sweep | Ask::LookUp(..), _) => entries == 0,
                (ask, _) if ask.visit().is_some() || matches!(ask, Ask::Book(_)) || is_job(ask) => entries == made,
                (Ask::Open(_) | Ask::Close(_), said) => entries <= usize::from(!said.is_no()),
                (_, said) if said.is_yes() => entries == 1,
                (_, said) => entries <= usize::from(!said.is_no()),
            };
            ensure(is_told, || format!("I8: {asked:?} has {entries} entries in the audit log, and {made} changes"))?;
        }
        Ok(())
    }

    /// I6, I7: every slot was made by somebody who was not refused, and has as many revisions as it was changed; one that
    /// is not there any more was removed.
    fn check_slots(&self) -> Wrong {
        let mut revisions: BTreeMap<Uuid, u32> = BTreeMap::new();
        for change in self.state.changes.values() {
            for slot in slots_written(change) {
                *revisions.entry(slot).or_default() += 1;
            }
        }
        for entry in self.state.audit.values().filter(|entry| entry.action == AuditAction::SlotChanged) {
            *revisions.entry(entry.subject.unwrap_or_default()).or_default() += 1;
        }
        for slot in self.state.slots.values() {
            let expected = 1 + revisions.get(&slot.id.uuid()).copied().unwrap_or_default();
            ensure(slot.revision.number() == expected, || format!("I6: {slot:?} was changed {expected} times"))?;
            let is_refused = maker(slot.id.uuid()).is_some_and(|number| self.asked[number].said.is_no());
            ensure(!is_refused, || format!("I7: {slot:?} was refused, and is there"))?;
        }
        self.check_told_slots()
    }

    /// I6: a slot is as it was told last, or later; or it was removed, by somebody or because it was over.
    fn check_told_slots(&self) -> Wrong {
        let mut told: BTreeMap<SlotId, (&Slot, &Asked)> = BTreeMap::new();
        let mut may_be_gone: BTreeSet<SlotId> = BTreeSet::new();
        for asked in self.asked {
            match (&asked.ask, &asked.said) {
                (Ask::RemoveSlots(ids), Said::Done) => {
                    let is_there = ids.iter().any(|id| self.state.slots.contains_key(id));
                    ensure(!is_there, || format!("I6: {asked:?}, and they are there"))?;
                    may_be_gone.extend(ids);
                }
                (Ask::RemoveSlots(ids), said) if !said.is_no() => may_be_gone.extend(ids),
                // It may be over, for all that anybody was told.
                (Ask::ChangeSlot(id, _), said) if !said.is_no() && !said.is_yes() => may_be_gone.extend([id]),
                (_, Said::Slots(slots)) => {
                    for slot in slots {
                        let last = told.entry(slot.id).or_insert((slot, asked));
                        if last.0.revision < slot.revision {
                            *last = (slot, asked);
                        }
                    }
                }
                _ => {}
            }
        }
        for (slot, asked) in told.into_values() {
            let is_kept = self.state.slots.get(&slot.id).is_some_and(|stored| slot.revision <= stored.revision);
            let is_gone = may_be_gone.contains(&slot.id) || slot.interval.is_over(self.end);
            ensure(is_kept || is_gone, || format!("I6: {slot:?} was answered to {asked:?}, and is not there"))?;
        }
        Ok(())
    }

    /// Every opening and closing of an account was written once.
    fn check_accounts(&self) -> Wrong {
        for account in self.state.accounts.values() {
            let switches = self.state.audit.values().filter(|entry| {
                let is_switch = matches!(entry.action, AuditAction::AccountActivated | AuditAction::AccountDeactivated);
                is_switch && entry.subject == Some(account.id.uuid())
            });
            let count = switches.count();
            let is_counted = usize::try_from(account.revision.number()) == Ok(1 + count);
            let is_open = account.status == AccountStatus::Active;
            ensure(is_counted && is_open == count.is_multiple_of(2), || {
                format!("I6: {account:?} was opened and closed {count} times")
            })?;
        }
        Ok(())
    }
}

/// Whether the jobs do it.
fn is_job(ask: &Ask) -> bool {
    matches!(ask, Ask::MarkNoShows | Ask::Expire)
}

/// Whether a change may come after this status, as the product description has it.
fn may_follow(from: AppointmentStatus, change: &Change) -> bool {
    let to = change.to.status;
    match change.kind {
        ChangeKind::Booked => false,
        ChangeKind::Amended => from == to,
        ChangeKind::Moved => matches!((from, to), (Pending, Pending) | (Booked, Booked | Pending)),
        ChangeKind::Status => matches!(
            (from, to),
            (Pending, Booked | Cancelled)
                | (Booked, Arrived | CheckedIn | Fulfilled | NoShow | Cancelled)
                | (Arrived, CheckedIn | Fulfilled | Cancelled)
                | (CheckedIn, Fulfilled)
                | (NoShow | Cancelled, Booked)
                | (Pending | Booked | Arrived | CheckedIn | Fulfilled | NoShow | Cancelled, EnteredInError)
        ),
    }
}

/// Which slots a change has taken and given back.
fn slots_written(change: &Change) -> Vec<Uuid> {
    let had = change.from.filter(|from| from.status.is_active()).map(|from| from.slot.uuid());
    let has = Some(change.to).filter(|to| to.status.is_active()).map(|to| to.slot.uuid());
    if had == has { Vec::new() } else { had.into_iter().chain(has).collect() }
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Wrong {
    if holds { Ok(()) } else { Err(otherwise()) }
}
