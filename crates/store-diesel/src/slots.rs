//! Slots. Those entered in error are never returned.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use kernel::{DoctorId, LocationId, Revision, ScheduleId, SlotId, StoreError, Word};
use scheduling_core::ports::Slots;
use scheduling_core::slot::SLOT_MINUTES_MAX;
use scheduling_core::{Interval, Offer, Slot, SlotStatus};

use crate::convert::{Column, bytes, number, number_before};
use crate::instant::Instant;
use crate::schedules::{ScheduleRow, TermsRow, schedule};
use crate::schema::{appointment_changes, appointments, doctors, locations, schedules, slots};
use crate::transaction::Transaction;

/// How many ids one statement names.
pub(crate) const IDS_PER_STATEMENT: usize = 1_000;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = slots)]
pub(crate) struct SlotRow {
    id: Vec<u8>,
    schedule_id: Vec<u8>,
    doctor_id: Vec<u8>,
    location_id: Vec<u8>,
    starts_at: Instant,
    ends_at: Instant,
    status: String,
    revision: i64,
}

impl From<&Slot> for SlotRow {
    fn from(slot: &Slot) -> Self {
        Self {
            id: bytes(slot.id.uuid()),
            schedule_id: bytes(slot.schedule.uuid()),
            doctor_id: bytes(slot.doctor.uuid()),
            location_id: bytes(slot.location.uuid()),
            starts_at: Instant::new(slot.interval.start()),
            ends_at: Instant::new(slot.interval.end()),
            status: slot.status.to_string(),
            revision: number(slot.revision),
        }
    }
}

impl TryFrom<SlotRow> for Slot {
    type Error = StoreError;

    fn try_from(row: SlotRow) -> Result<Self, StoreError> {
        let column = |name| Column("slots", name);
        Ok(Self {
            id: column("id").id(&row.id, SlotId::new)?,
            schedule: column("schedule_id").id(&row.schedule_id, ScheduleId::new)?,
            doctor: column("doctor_id").id(&row.doctor_id, DoctorId::new)?,
            location: column("location_id").id(&row.location_id, LocationId::new)?,
            interval: column("ends_at").interval(row.starts_at, row.ends_at)?,
            status: column("status").word(&row.status)?,
            revision: column("revision").revision(row.revision)?,
        })
    }
}

/// What no reader ever sees.
pub(crate) const IN_ERROR: &str = "entered_in_error";

/// The earliest start of anything that reaches into an interval which starts then; so an index on the start serves.
pub(crate) fn earliest_start(start: DateTime<Utc>) -> Instant {
    let longest = TimeDelta::minutes(i64::from(SLOT_MINUTES_MAX));
    Instant::bound(start.checked_sub_signed(longest).unwrap_or(DateTime::<Utc>::MIN_UTC))
}

fn offer((slot, terms): (SlotRow, TermsRow)) -> Result<Offer, StoreError> {
    Ok(Offer { slot: slot.try_into()?, schedule: schedule(terms)? })
}

/// Slots with the terms of their schedules.
macro_rules! offers {
    () => {
        slots::table
            .inner_join(schedules::table.inner_join(locations::table).inner_join(doctors::table))
            .filter(slots::status.ne(IN_ERROR))
            .select((
                SlotRow::as_select(),
                (ScheduleRow::as_select(), locations::time_zone, doctors::accepting_bookings),
            ))
    };
}

impl Slots for Transaction {
    fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError> {
        let row = slots::table.find(bytes(id.uuid())).filter(slots::status.ne(IN_ERROR)).select(SlotRow::as_select());
        self.run(|c| row.first(c).optional())?.map(Slot::try_from).transpose()
    }

    fn slots(&mut self, ids: &[SlotId]) -> Result<Vec<Slot>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(IDS_PER_STATEMENT) {
            let ids: Vec<_> = ids.iter().map(|id| bytes(id.uuid())).collect();
            let some = slots::table.filter(slots::id.eq_any(ids)).filter(slots::status.ne(IN_ERROR));
            let rows: Vec<SlotRow> = self.run(|c| some.select(SlotRow::as_select()).load(c))?;
            for row in rows {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }

    fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError> {
        let row = self.run(|c| offers!().filter(slots::id.eq(bytes(id.uuid()))).first(c).optional())?;
        row.map(offer).transpose()
    }

    fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        let row = self.run(|c| {
            offers!()
                .filter(slots::doctor_id.eq(bytes(doctor.uuid())))
                .filter(slots::starts_at.eq(Instant::bound(start)))
                .first(c)
                .optional()
        })?;
        row.map(offer).transpose()
    }

    fn slots_within(&mut self, doctor: DoctorId, span: Interval) -> Result<Vec<Slot>, StoreError> {
        let overlapping = slots::table
            .filter(slots::doctor_id.eq(bytes(doctor.uuid())))
            .filter(slots::starts_at.gt(earliest_start(span.start())))
            .filter(slots::starts_at.lt(Instant::bound(span.end())))
            .filter(slots::ends_at.gt(Instant::bound(span.start())))
            .filter(slots::status.ne(IN_ERROR))
            .order((slots::starts_at, slots::id))
            .select(SlotRow::as_select());
        self.run(|c| overlapping.load(c))?.into_iter().map(Slot::try_from).collect()
    }

    fn add_slots(&mut self, new: &[Slot]) -> Result<(), StoreError> {
        let rows: Vec<_> = new.iter().map(SlotRow::from).collect();
        self.run(|c| c.add_slots(&rows))
    }

    fn change_slot(&mut self, slot: &Slot) -> Result<(), StoreError> {
        let row = SlotRow::from(slot);
        let before = slots::table.find(bytes(slot.id.uuid())).filter(slots::revision.eq(number_before(slot.revision)));
        self.run_on_one(|c| diesel::update(before).set(row).execute(c))
    }

    fn remove_slot(&mut self, id: SlotId, revision: Revision) -> Result<(), StoreError> {
        let row = slots::table.find(bytes(id.uuid())).filter(slots::revision.eq(number(revision)));
        self.run_on_one(|c| diesel::delete(row).execute(c))
    }

    fn remove_expired_slots(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let had = appointments::table.filter(appointments::slot_id.eq(slots::id)).select(appointments::id);
        let once_had = appointment_changes::table
            .filter(appointment_changes::to_slot_id.eq(slots::id))
            .select(appointment_changes::revision);
        let expired = slots::table
            .filter(slots::status.eq(SlotStatus::Free.as_str()))
            .filter(slots::starts_at.lt(Instant::bound(cutoff)))
            .filter(slots::ends_at.lt(Instant::bound(cutoff)))
            .filter(not(exists(had)))
            .filter(not(exists(once_had)))
            .order((slots::starts_at, slots::id))
            .limit(i64::from(most))
            .select((slots::id, slots::revision));
        let rows: Vec<(Vec<u8>, i64)> = self.run(|c| expired.load(c))?;
        let mut removed = 0_u32;
        for (id, revision) in rows {
            // A slot that is booked in the meantime has another revision.
            let row = slots::table.find(id).filter(slots::revision.eq(revision));
            self.run_on_one(|c| diesel::delete(row).execute(c))?;
            removed = removed.saturating_add(1);
        }
        Ok(removed)
    }
}
