//! Giving a doctor's diary another place.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{DoctorId, Guard, Held, Holds, LocationId, Zone};

use crate::ports::{Relocations, Schedules};
use crate::{Error, Refusal, Schedule};

/// Moves the schedule of a doctor to another location; slots that were published stay where they are.
///
/// Nothing is to come at the old location then: who has booked a visit knows where it is. Publishing holds the same
/// guard, so no slot is made there meanwhile.
///
/// # Errors
/// `UnknownDoctor`, `SlotsToCome`; or the store fails.
pub fn relocate<S: Holds + Schedules + Relocations + ?Sized>(
    store: &mut S,
    doctor: DoctorId,
    (location, zone): (LocationId, Zone),
    now: DateTime<Utc>,
) -> Result<Schedule, Error> {
    if store.hold(&BTreeSet::from([Guard::Doctor(doctor)]))? != Held::All {
        return Err(Refusal::UnknownDoctor { doctor }.into());
    }
    let schedule = store.schedule_of(doctor)?.ok_or(Refusal::UnknownDoctor { doctor })?;
    let to_come = store.has_slots_to_come(doctor, schedule.location, now)?;
    let schedule = decide_relocation(schedule, location, to_come)?;
    let schedule = Schedule { zone, ..schedule };
    store.change_schedule(&schedule)?;
    Ok(schedule)
}

/// The schedule at the other location; `to_come` is whether anything is still to come at the one it has.
///
/// # Errors
/// `SlotsToCome`.
pub const fn decide_relocation(schedule: Schedule, location: LocationId, to_come: bool) -> Result<Schedule, Refusal> {
    if to_come { Err(Refusal::SlotsToCome) } else { Ok(Schedule { location, ..schedule }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use uuid::Uuid;

    #[test]
    fn a_diary_moves_only_when_nothing_is_to_come_where_it_is() {
        let elsewhere = LocationId::new(Uuid::from_u128(99));
        let here = sample::schedule();
        let moved = decide_relocation(here, elsewhere, false);
        assert_eq!(moved, Ok(Schedule { location: elsewhere, ..here }));
        assert_eq!(decide_relocation(here, elsewhere, true), Err(Refusal::SlotsToCome));
    }
}
