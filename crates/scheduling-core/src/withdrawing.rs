//! Taking times off sale for good.

use kernel::Expected;

use crate::ports::{Appointments, Schedules};
use crate::{Error, Refusal, Slot, SlotStatus};

/// Removes one slot; never while an appointment has it.
///
/// # Errors
/// `Stale`, and those of [`withdraw_many`].
pub fn withdraw<S: Schedules + Appointments + ?Sized>(
    store: &mut S,
    slot: &Slot,
    expected: &Expected,
) -> Result<(), Error> {
    if !expected.accepts(slot.revision) {
        return Err(Refusal::Stale { actual: slot.revision }.into());
    }
    withdraw_many(store, std::slice::from_ref(slot))
}

/// Removes slots, all or none; never while an appointment has one.
///
/// `slots` is what the caller has read; if one was changed since, the race is lost and the work is run again.
///
/// # Errors
/// `SlotHasAppointment` says which; `SlotNotFree` for one that is held; or the store fails.
pub fn withdraw_many<S: Schedules + Appointments + ?Sized>(store: &mut S, slots: &[Slot]) -> Result<(), Error> {
    refuse_in_use(store, slots)?;
    let mut slots: Vec<&Slot> = slots.iter().collect();
    slots.sort_unstable_by_key(|slot| slot.id);
    for slot in slots {
        store.remove_slot(slot.id, slot.revision)?;
    }
    Ok(())
}

/// Refuses slots that somebody has or is about to have.
pub(crate) fn refuse_in_use<S: Appointments + ?Sized>(store: &mut S, slots: &[Slot]) -> Result<(), Error> {
    let ids: Vec<_> = slots.iter().map(|slot| slot.id).collect();
    let taken: Vec<_> = store.active_in(&ids)?.into_iter().map(|visit| (visit.slot, visit.id)).collect();
    if !taken.is_empty() {
        return Err(Refusal::SlotHasAppointment { taken }.into());
    }
    let held = |slot: &&Slot| !matches!(slot.status, SlotStatus::Free | SlotStatus::BusyUnavailable);
    match slots.iter().find(held) {
        Some(slot) => Err(Refusal::SlotNotFree { status: slot.status }.into()),
        None => Ok(()),
    }
}
