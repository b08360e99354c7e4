//! The last beat of every verb that touches an appointment: write it, write its slot, write its history.

use chrono::{DateTime, Utc};
use kernel::StoreError;

use crate::appointment::Standing;
use crate::ports::{Appointments, History, Slots};
use crate::{Actor, Appointment, CancelReason, Change, ChangeKind, Slot, SlotStatus};

/// What a change is, besides what it does to the appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) by: Actor,
    pub(crate) kind: ChangeKind,
    pub(crate) reason_code: Option<CancelReason>,
    pub(crate) reason: Option<String>,
}

/// Writes a new appointment and the first entry of its history.
pub(crate) fn add<S: Appointments + History + ?Sized>(
    store: &mut S,
    new: &Appointment,
    note: &Note,
) -> Result<(), StoreError> {
    store.add_appointment(new)?;
    store.add_change(&entry(None, new, note, new.created_at))
}

/// Writes the next revision of an appointment, frees the slot that it no longer has, takes the one that it gets, and
/// writes the entry in the history.
///
/// The appointment comes first: whoever has written it over the revision that was read knows that it still has its slot.
/// Slots come in the order of their ids, so that two visits changing places do not wait for each other.
pub(crate) fn change<S: Slots + Appointments + History + ?Sized>(
    store: &mut S,
    before: &Appointment,
    after: &Appointment,
    taken: Option<&Slot>,
    note: &Note,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    store.change_appointment(after)?;
    let is_released = before.status.is_active() && (taken.is_some() || !after.status.is_active());
    let released = if is_released { Some(slot_of(store, before)?.with_status(SlotStatus::Free)) } else { None };
    let mut slots: Vec<Slot> =
        taken.map(|slot| slot.with_status(SlotStatus::Busy)).into_iter().chain(released).collect();
    slots.sort_unstable_by_key(|slot| slot.id);
    for slot in &slots {
        store.change_slot(slot)?;
    }
    store.add_change(&entry(Some(before.standing()), after, note, now))
}

/// The slot that an active appointment has; it cannot be missing.
fn slot_of<S: Slots + ?Sized>(store: &mut S, appointment: &Appointment) -> Result<Slot, StoreError> {
    store.slot(appointment.slot)?.ok_or(StoreError::Corrupt { table: "appointments", column: "slot_id" })
}

fn entry(from: Option<Standing>, after: &Appointment, note: &Note, at: DateTime<Utc>) -> Change {
    Change {
        appointment: after.id,
        revision: after.revision,
        at,
        by: note.by,
        kind: note.kind,
        from,
        to: after.standing(),
        reason_code: note.reason_code,
        reason: note.reason.clone(),
    }
}
