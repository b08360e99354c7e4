//! Doctors' diaries. Zone and `accepting_bookings` are read where they are kept, with the location and the doctor.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{DoctorId, LocationId, Revision, ScheduleId, SlotId, StoreError, TimeZones};
use scheduling_core::ports::{Relocations, Schedules};
use scheduling_core::{Interval, Schedule, Slot};

use crate::convert::{Column, bytes, number};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::places::zone;
use crate::schema::{accounts, doctors, locations, schedules, slots};
use crate::slots::{IN_ERROR, SlotRow, earliest_start};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = schedules)]
pub(crate) struct ScheduleRow {
    id: Vec<u8>,
    doctor_id: Vec<u8>,
    location_id: Vec<u8>,
}

/// A schedule, its location's zone, whether its doctor accepts bookings, and the status of the doctor's account.
pub(crate) type TermsRow = (ScheduleRow, String, bool, String);

/// Reads a schedule; a doctor whose account may not come in accepts no bookings.
pub(crate) fn schedule(
    zones: &TimeZones,
    (row, zone_name, accepting_bookings, status): TermsRow,
) -> Result<Schedule, StoreError> {
    let column = |name| Column("schedules", name);
    let status: AccountStatus = Column("accounts", "status").word(&status)?;
    Ok(Schedule {
        id: column("id").id(&row.id, ScheduleId::new)?,
        doctor: column("doctor_id").id(&row.doctor_id, DoctorId::new)?,
        location: column("location_id").id(&row.location_id, LocationId::new)?,
        zone: zone(zones, &zone_name)?,
        accepting_bookings: accepting_bookings && status == AccountStatus::Active,
    })
}

impl Schedules for Transaction {
    fn schedule_of(&mut self, doctor: DoctorId) -> Result<Option<Schedule>, StoreError> {
        let first = schedules::table
            .inner_join(locations::table)
            .inner_join(doctors::table.inner_join(accounts::table))
            .filter(schedules::doctor_id.eq(bytes(doctor.uuid())))
            .order(schedules::id)
            .select((ScheduleRow::as_select(), locations::time_zone, doctors::accepting_bookings, accounts::status));
        let terms = self.run(|c| first.first::<TermsRow>(c).optional())?;
        terms.map(|terms| schedule(self.zones(), terms)).transpose()
    }

    fn add_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        let row = ScheduleRow {
            id: bytes(schedule.id.uuid()),
            doctor_id: bytes(schedule.doctor.uuid()),
            location_id: bytes(schedule.location.uuid()),
        };
        self.run_on_one_between_rows(|c| diesel::insert_into(schedules::table).values(row).execute(c))
    }

    fn slots_within(&mut self, doctor: DoctorId, span: Interval) -> Result<Vec<Slot>, StoreError> {
        let overlapping = by_index(slots::table, "slots_by_doctor")
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

    fn remove_slot(&mut self, id: SlotId, revision: Revision) -> Result<(), StoreError> {
        let row = slots::table.find(bytes(id.uuid())).filter(slots::revision.eq(number(revision)));
        self.run_on_one(|c| diesel::delete(row).execute(c))
    }
}

impl Relocations for Transaction {
    fn has_slots_to_come(
        &mut self,
        doctor: DoctorId,
        location: LocationId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let to_come = by_index(slots::table, "slots_by_doctor")
            .filter(slots::doctor_id.eq(bytes(doctor.uuid())))
            .filter(slots::starts_at.gt(earliest_start(now)))
            .filter(slots::ends_at.gt(Instant::bound(now)))
            .filter(slots::location_id.eq(bytes(location.uuid())))
            .filter(slots::status.ne(IN_ERROR));
        self.run(|c| diesel::select(exists(to_come)).get_result(c))
    }

    fn change_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        let row = schedules::table.find(bytes(schedule.id.uuid()));
        let place = schedules::location_id.eq(bytes(schedule.location.uuid()));
        self.run_on_one_between_rows(|c| diesel::update(row).set(place).execute(c))
    }
}
