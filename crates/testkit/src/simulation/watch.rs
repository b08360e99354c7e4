//! What must hold after every commit, and what is gathered for the end of the day.

use std::collections::BTreeMap;

use kernel::{DoctorId, MessageId, Revision, Role, SlotId};
use scheduling_core::{Appointment, AppointmentStatus, Change, ChangeKind, Slot, SlotStatus};

use crate::memory::State;

/// Looks at each state that is committed.
pub(super) struct Watch {
    last: State,
    /// Whose every slot is, or was.
    pub(super) owners: BTreeMap<SlotId, DoctorId>,
    pub(super) post: PostLog,
    /// The first thing that was wrong.
    wrong: Option<String>,
}

/// What the post was given.
#[derive(Default)]
pub(super) struct PostLog {
    /// By which request each letter was handed over, in order.
    pub(super) taken: Vec<(MessageId, usize)>,
    /// What the post will never take.
    pub(super) given_up: Vec<MessageId>,
}

impl PostLog {
    /// Notes that a worker has handed over a letter; says whether somebody had before.
    pub(super) fn handed_over(&mut self, letter: MessageId, worker: usize) -> bool {
        let is_copy = self.taken.iter().any(|(other, _)| *other == letter);
        self.taken.push((letter, worker));
        is_copy
    }

    pub(super) fn given_up(&mut self, letter: MessageId) {
        self.given_up.push(letter);
    }
}

impl Watch {
    pub(super) fn new(first: &State) -> Self {
        let owners = first.slots.values().map(|slot| (slot.id, slot.doctor)).collect();
        Self { last: first.clone(), owners, post: PostLog::default(), wrong: None }
    }

    /// Looks at what is committed now.
    pub(super) fn look(&mut self, state: &State) {
        let is_same = state.slots.is_same(&self.last.slots) && state.appointments.is_same(&self.last.appointments);
        if is_same || self.wrong.is_some() {
            return;
        }
        self.owners.extend(state.slots.values().map(|slot| (slot.id, slot.doctor)));
        self.wrong = clash(state).or_else(|| regress(&self.last, state)).or_else(|| misremembered(state));
        self.last = state.clone();
    }

    /// Something was wrong that only somebody who looked could see.
    pub(super) fn blame(&mut self, what: String) {
        self.wrong.get_or_insert(what);
    }

    pub(super) fn wrong(&self) -> Option<&str> {
        self.wrong.as_deref()
    }
}

/// What of I1 to I5 does not hold.
fn clash(state: &State) -> Option<String> {
    let active: Vec<&Appointment> = state.appointments.values().filter(|visit| visit.status.is_active()).collect();
    let standing = state.slots.values().filter(|slot| slot.status != SlotStatus::EnteredInError);
    let slots: Vec<&Slot> = standing.collect();
    let visits = pairs(&active).find_map(|(one, other)| {
        let overlap = one.interval.overlaps(other.interval);
        let what = if one.slot == other.slot {
            "I1: a slot has two active appointments"
        } else if one.doctor == other.doctor && overlap {
            "I2: a doctor has two appointments at once"
        } else if one.patient == other.patient && overlap {
            "I3: a patient has two appointments at once"
        } else {
            return None;
        };
        Some(format!("{what}: {one:?} and {other:?}"))
    });
    let times = pairs(&slots).find(|(one, other)| one.doctor == other.doctor && one.interval.overlaps(other.interval));
    let is_taken = |slot: &Slot| active.iter().any(|visit| (visit.slot, visit.interval) == (slot.id, slot.interval));
    let odd = slots.iter().find(|slot| (slot.status == SlotStatus::Busy) != is_taken(slot));
    let homeless = active.iter().find(|visit| !state.slots.contains_key(&visit.slot));
    visits
        .or_else(|| times.map(|(one, other)| format!("I4: two slots of a doctor overlap: {one:?} and {other:?}")))
        .or_else(|| odd.map(|slot| format!("I5: a slot is busy without an appointment, or not with one: {slot:?}")))
        .or_else(|| homeless.map(|visit| format!("I5: an active appointment has no slot: {visit:?}")))
}

/// What of I11 does not hold between a state and the next.
fn regress(before: &State, after: &State) -> Option<String> {
    before.appointments.values().find_map(|old| {
        let new = after.appointments.get(&old.id);
        let grows = new.is_some_and(|new| new == old || new.revision == old.revision.next());
        (!grows).then(|| format!("I11: {old:?} became {new:?}"))
    })
}

/// An appointment that tells another role than its history does of who booked it, or who recorded the arrival: the care
/// relation goes by what it tells.
fn misremembered(state: &State) -> Option<String> {
    let arrival = [AppointmentStatus::Arrived, AppointmentStatus::CheckedIn, AppointmentStatus::Fulfilled];
    state.appointments.values().find_map(|visit| {
        let changes = state.changes.range((visit.id, Revision::FIRST)..);
        let changes: Vec<_> = changes.map(|(_, change)| change).take_while(|one| one.appointment == visit.id).collect();
        // What is missing of a history is wrong by itself, and found elsewhere.
        let is_whole = u32::try_from(changes.len()) == Ok(visit.revision.number());
        let booked_by = changes.first().map(|change| change.by.role);
        let is_arrival = |change: &&&Change| change.kind == ChangeKind::Status && arrival.contains(&change.to.status);
        let received_by: Vec<Role> = changes.iter().filter(is_arrival).map(|change| change.by.role).collect();
        let another = received_by.iter().find(|role| **role != Role::Doctor);
        let agrees =
            booked_by == Some(visit.booked_by) && another.or(received_by.first()).copied() == visit.received_by;
        (is_whole && !agrees).then(|| format!("care: {visit:?} is not what its history says"))
    })
}

fn pairs<T>(of: &[T]) -> impl Iterator<Item = (&T, &T)> {
    of.iter().enumerate().flat_map(|(at, one)| of.iter().skip(at + 1).map(move |other| (one, other)))
}
