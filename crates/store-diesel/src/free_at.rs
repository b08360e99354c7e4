//! The free slots of one location, by start, then id.

use std::collections::BTreeMap;

use application::ports::{FreeSlot, FreeSlotFilter, Labels};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{DoctorId, LocationId, Page, PageRequest, Position, StoreError, Word};
use scheduling_core::{Slot, SlotStatus};

use crate::convert::{Column, bytes, key};
use crate::first_free::Look;
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::labels::{LabelsRow, label_columns, labels};
use crate::schema::{accounts, doctor_specialties, doctors, locations, slots};
use crate::slots::IDS_PER_STATEMENT;
use crate::transaction::Transaction;

/// The doctors there who can be booked, each with labels and picture.
type Doctors = BTreeMap<DoctorId, (Labels, Option<String>)>;

impl Transaction {
    /// A page of them, doctor by doctor: an index by location would have to be written with every booking.
    pub(crate) fn free_slots_at(
        &mut self,
        location: LocationId,
        filter: &FreeSlotFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<FreeSlot, DateTime<Utc>>, StoreError> {
        let doctors = self.doctors_at(location, filter)?;
        let ids: Vec<Vec<u8>> = doctors.keys().map(|id| bytes(id.uuid())).collect();
        let within = &filter.starts.within;
        let all = Look {
            within: Instant::bound(within.start)..Instant::bound(within.end),
            on_days: self.starts_on("slots", filter.starts.days)?,
            location: Some(bytes(location.uuid())),
            after: None,
            each: page.limit.rows().saturating_add(1),
        };
        let total = self.count_free(&ids, page, &all)?;
        let from = page.after.as_ref().map_or(within.start, |after| within.start.max(after.key));
        // A position before the range has nothing to do with those that start first of all.
        let after = page.after.as_ref().filter(|after| after.key == from).map(|after| bytes(after.id));
        let look = Look { within: Instant::bound(from)..all.within.end, after, ..all };
        let wanted = usize::from(look.each);
        let mut found = if wanted < ids.len() { self.of_the_earliest(&ids, &look)? } else { Vec::new() };
        // Where few have anything free, or it was booked in between, the end of the list is known from all of them.
        if found.len() < wanted {
            found = self.first_free(&ids, &look)?;
        }
        let free = |slot: Slot| {
            let (labels, doctor_pic) = doctors.get(&slot.doctor)?.clone();
            Some(FreeSlot { slot, labels, doctor_pic })
        };
        let found: Vec<_> = found.into_iter().filter_map(free).collect();
        let position = |free: &FreeSlot| Position { key: free.slot.interval.start(), id: free.slot.id.uuid() };
        Ok(Page::of(found, page.limit, position).with_total(total))
    }

    /// The first free slots of those doctors whose own first comes early enough to be among as many; nothing where fewer
    /// doctors have any.
    fn of_the_earliest(&mut self, doctors: &[Vec<u8>], look: &Look) -> Result<Vec<Slot>, StoreError> {
        let firsts = self.first_free(doctors, &Look { each: 1, ..look.clone() })?;
        let early = firsts.get(..look.each.into()).unwrap_or_default();
        let Some(last) = early.last() else { return Ok(Vec::new()) };
        let behind = last.interval.start() + TimeDelta::microseconds(1);
        let early: Vec<_> = early.iter().map(|slot| bytes(slot.doctor.uuid())).collect();
        self.first_free(&early, &Look { within: look.within.start..Instant::bound(behind), ..look.clone() })
    }

    fn doctors_at(&mut self, location: LocationId, filter: &FreeSlotFilter) -> Result<Doctors, StoreError> {
        let mut there = doctors::table
            .inner_join(accounts::table)
            .inner_join(locations::table)
            .filter(doctors::location_id.eq(bytes(location.uuid())))
            .filter(doctors::accepting_bookings.eq(true))
            .filter(accounts::status.eq(AccountStatus::Active.as_str()))
            .select((doctors::id, label_columns!(accounts::full_name), accounts::profile_pic))
            .into_boxed();
        if let Some(code) = &filter.specialty {
            let having = doctor_specialties::table
                .filter(doctor_specialties::specialty_code.eq(code))
                .select(doctor_specialties::doctor_id);
            there = there.filter(doctors::id.eq_any(having));
        }
        if let Some(city) = &filter.city {
            there = there.filter(locations::city_key.eq(key(city)));
        }
        let rows: Vec<(Vec<u8>, LabelsRow, Option<String>)> = self.run(|c| there.load(c))?;
        let doctor = |(id, shown, picture): (Vec<u8>, LabelsRow, Option<String>)| {
            let id = Column("doctors", "id").id(&id, DoctorId::new)?;
            Ok((id, (labels(self.zones(), "doctors", shown)?, picture)))
        };
        rows.into_iter().map(doctor).collect()
    }

    /// How many free slots these doctors have, where they are counted.
    fn count_free(
        &mut self,
        doctors: &[Vec<u8>],
        page: &PageRequest<DateTime<Utc>>,
        look: &Look,
    ) -> Result<Option<u64>, StoreError> {
        let mut total = page.total.start();
        for doctors in doctors.chunks(IDS_PER_STATEMENT) {
            let free = by_index(slots::table, "slots_by_doctor_and_status")
                .filter(slots::doctor_id.eq_any(doctors))
                .filter(slots::status.eq(SlotStatus::Free.as_str()))
                .filter(slots::starts_at.ge(look.within.start))
                .filter(slots::starts_at.lt(look.within.end))
                .filter(look.on_days.clone())
                .filter(slots::location_id.nullable().eq(&look.location));
            self.count_into(&mut total, |c| free.count().get_result(c))?;
        }
        Ok(total)
    }
}
