//! The last beat of every verb that touches an appointment: write it, write its slot, write its history.

use chrono::{DateTime, Utc};
use kernel::StoreError;

use crate::appointment::Standing;
use crate::ports::{Appointments, History, Slots};
use crate::{Actor, Appointment, CancelReason, Change, ChangeKind, SlotStatus};

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

/// Writes the next revision of an appointment and its entry in the history; frees the slot if it no longer needs it.
pub(crate) fn change<S: Slots + Appointments + History + ?Sized>(
    store: &mut S,
    before: &Appointment,
    after: &Appointment,
    note: &Note,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if before.status.is_active() && !after.status.is_active() {
        release(store, before)?;
    }
    store.change_appointment(after)?;
    store.add_change(&entry(Some(before.standing()), after, note, now))
}

/// Frees the slot that an active appointment has.
fn release<S: Slots + ?Sized>(store: &mut S, appointment: &Appointment) -> Result<(), StoreError> {
    let slot = slot_of(store, appointment)?;
    store.change_slot(&slot.with_status(SlotStatus::Free))
}

/// The slot that an active appointment has; it cannot be missing.
pub(crate) fn slot_of<S: Slots + ?Sized>(store: &mut S, appointment: &Appointment) -> Result<crate::Slot, StoreError> {
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
