//! Slots. Those entered in error are never returned.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use diesel::prelude::*;
use kernel::{DoctorId, LocationId, ScheduleId, SlotId, StoreError};
use scheduling_core::ports::Slots;
use scheduling_core::slot::SLOT_MINUTES_MAX;
use scheduling_core::{Offer, Schedule, Slot};

use crate::convert::{Column, bytes, number, number_before};
use crate::instant::Instant;
use crate::labels::{LabelsRow, OfferLabels, label_columns, labels};
use crate::prepared::Update;
use crate::schedules::{ScheduleRow, TermsRow, schedule};
use crate::schema::{accounts, doctors, locations, schedules, slots};
use crate::transaction::Transaction;

/// How many ids one statement names.
pub(crate) const IDS_PER_STATEMENT: usize = 1_000;

#[derive(Queryable, QueryableByName, Selectable, Insertable, AsChangeset)]
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
    utc_offset_seconds: Option<i32>,
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
            utc_offset_seconds: slot.utc_offset.map(|offset| offset.local_minus_utc()),
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
            utc_offset: row.utc_offset_seconds.map(utc_offset).transpose()?,
            status: column("status").word(&row.status)?,
            revision: column("revision").revision(row.revision)?,
        })
    }
}

fn utc_offset(seconds: i32) -> Result<FixedOffset, StoreError> {
    FixedOffset::east_opt(seconds).ok_or(Column("slots", "utc_offset_seconds").corrupt())
}

/// What no reader ever sees.
pub(crate) const IN_ERROR: &str = "entered_in_error";

/// The earliest start of anything that reaches into an interval which starts then; so an index on the start serves.
pub(crate) fn earliest_start(start: DateTime<Utc>) -> Instant {
    let longest = TimeDelta::minutes(i64::from(SLOT_MINUTES_MAX));
    Instant::bound(start.checked_sub_signed(longest).unwrap_or(DateTime::<Utc>::MIN_UTC))
}

impl Transaction {
    fn offer_of(&mut self, (slot, shown, terms): (SlotRow, LabelsRow, TermsRow)) -> Result<Offer, StoreError> {
        let offer = Offer { slot: slot.try_into()?, schedule: schedule(self.zones(), terms)? };
        let Schedule { doctor, location, .. } = offer.schedule;
        let labels = labels(self.zones(), "schedules", shown)?;
        self.offer_labels = Some(OfferLabels { doctor, location, labels });
        Ok(offer)
    }
}

/// Slots with the labels and the terms of their schedules.
macro_rules! offers {
    () => {
        slots::table
            .inner_join(
                schedules::table.inner_join(locations::table).inner_join(doctors::table.inner_join(accounts::table)),
            )
            .filter(slots::status.ne(IN_ERROR))
            .select((
                SlotRow::as_select(),
                label_columns!(accounts::full_name),
                (ScheduleRow::as_select(), locations::time_zone, doctors::accepting_bookings, accounts::status),
            ))
    };
}

impl Slots for Transaction {
    fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError> {
        let row = slots::table.find(bytes(id.uuid())).filter(slots::status.ne(IN_ERROR)).select(SlotRow::as_select());
        self.run(|c| row.first(c).optional())?.map(Slot::try_from).transpose()
    }

    fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError> {
        let row = self.run(|c| offers!().filter(slots::id.eq(bytes(id.uuid()))).first(c).optional())?;
        row.map(|row| self.offer_of(row)).transpose()
    }

    fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        let row = self.run(|c| {
            offers!()
                .filter(slots::doctor_id.eq(bytes(doctor.uuid())))
                .filter(slots::starts_at.eq(Instant::bound(start)))
                .first(c)
                .optional()
        })?;
        row.map(|row| self.offer_of(row)).transpose()
    }

    fn change_slot(&mut self, slot: &Slot) -> Result<(), StoreError> {
        let next = Update {
            table: "slots",
            values: SlotRow::from(slot).as_changeset(),
            filter: slots::id.eq(bytes(slot.id.uuid())).and(slots::revision.eq(number_before(slot.revision))),
        };
        self.run_on_one(|c| next.execute(c))
    }
}
