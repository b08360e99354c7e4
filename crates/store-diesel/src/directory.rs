//! Doctors by their earliest free slot, and the next free slots of many doctors at once.

use std::ops::Range;

use application::directory::{Directory, NextFree};
use chrono::{DateTime, Utc};
use clinic_core::DoctorEntry;
use clinic_core::ports::DoctorFilter;
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{DoctorId, Order, Page, PageRequest, Position, Role, SearchWords, Starts, StoreError, Word};
use scheduling_core::{Slot, SlotStatus};

use crate::convert::{Column, bytes, coalesce, key};
use crate::doctors::{DoctorRow, EntryRow, NameRow};
use crate::first_free::{DOCTORS_PER_STATEMENT, Look};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::paging::{self, page_by};
use crate::places::LocationRow;
use crate::schema::{accounts, appointments, doctor_specialties, doctors, locations, search_keys, slots};
use crate::search_keys::{key_of_name, too, with_words_too};
use crate::transaction::Transaction;

diesel::alias!(slots as free: FreeSlots);

/// A doctor with the start and the id of the slot that they come by.
type ByStartRow = (DoctorRow, NameRow, LocationRow, Instant, Vec<u8>);

impl Directory for Transaction {
    // One short look into slots_by_doctor_and_status for each doctor who fits, however many slots there are. Beginning
    // with the slots, in the order of their start, would read all that is free before the last row of the page; beginning
    // with the active accounts, which COALESCE prevents, those of all patients.
    fn doctors_by_earliest_free(
        &mut self,
        filter: &DoctorFilter,
        within: &Starts,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<DoctorEntry, DateTime<Utc>>, StoreError> {
        let (from, to) = (Instant::bound(within.within.start), Instant::bound(within.within.end));
        let on_days = self.starts_on("free", within.days)?;
        let words = filter.name.as_deref().map(SearchWords::typed);
        if words.as_ref().is_some_and(|words| words.as_slice().is_empty()) {
            return Ok(Page::empty(page));
        }
        let wanted = || {
            let first_free = free
                .filter(free.field(slots::doctor_id).eq(doctors::id))
                .filter(free.field(slots::status).eq(SlotStatus::Free.as_str()))
                .filter(free.field(slots::starts_at).ge(from))
                .filter(free.field(slots::starts_at).lt(to))
                .filter(on_days.clone())
                .order((free.field(slots::starts_at), free.field(slots::id)))
                .select(free.field(slots::id))
                .single_value();
            let mut query = doctors::table
                .inner_join(accounts::table)
                .inner_join(locations::table)
                .inner_join(slots::table.on(slots::id.nullable().eq(first_free)))
                .filter(doctors::accepting_bookings.eq(true))
                .filter(coalesce(accounts::status.eq(AccountStatus::Active.as_str()).nullable(), false))
                .select((
                    DoctorRow::as_select(),
                    NameRow::as_select(),
                    LocationRow::as_select(),
                    slots::starts_at,
                    slots::id,
                ))
                .into_boxed();
            if let Some(words) = &words {
                query = with_words_too!(query, accounts::name_key, accounts::id, Role::Doctor, words.as_slice());
            }
            if let Some(code) = &filter.specialty {
                // SQLite begins with those who have it, where with EXISTS it begins with every doctor.
                let having = doctor_specialties::table
                    .filter(doctor_specialties::specialty_code.eq(code))
                    .select(doctor_specialties::doctor_id);
                query = query.filter(doctors::id.eq_any(having));
            }
            if let Some(city) = &filter.city {
                query = query.filter(locations::city_key.eq(key(city)));
            }
            if let Some(accepting) = filter.accepting_bookings {
                query = query.filter(doctors::accepting_bookings.eq(accepting));
            }
            if let Some(location) = filter.location {
                query = query.filter(doctors::location_id.eq(bytes(location.uuid())));
            }
            query
        };
        let mut total = page.total.start();
        self.count_into(&mut total, |c| wanted().count().get_result(c))?;
        let query = page_by!(wanted(), (slots::starts_at, slots::id), Order::Ascending, page, paging::time);
        let rows: Vec<ByStartRow> = self.run(|c| query.load(c))?;
        let (entries, slots): (Vec<EntryRow>, Vec<_>) =
            rows.into_iter().map(|(row, name, place, start, slot)| ((row, name, place), (start, slot))).unzip();
        let mut listed = Vec::new();
        for ((entry, _), (start, slot)) in self.with_specialties(entries)?.into_iter().zip(slots) {
            let id = Column("slots", "id").id(&slot, |id| id)?;
            listed.push((entry, Position { key: start.utc(), id }));
        }
        let listed = Page::of(listed, page.limit, |(_, position)| position.clone()).with_total(total);
        Ok(listed.map(|(entry, _)| entry))
    }

    fn next_free_slots(
        &mut self,
        doctors: &[DoctorId],
        within: &Starts,
        each: NextFree,
    ) -> Result<Vec<Slot>, StoreError> {
        let ids: Vec<Vec<u8>> = doctors.iter().map(|id| bytes(id.uuid())).collect();
        let look = Look {
            within: Instant::bound(within.within.start)..Instant::bound(within.within.end),
            on_days: self.starts_on("slots", within.days)?,
            location: None,
            after: None,
            each: each.slots(),
        };
        self.first_free(&ids, &look)
    }

    fn active_starts(
        &mut self,
        spans: &[(DoctorId, Range<DateTime<Utc>>)],
    ) -> Result<Vec<(DoctorId, DateTime<Utc>)>, StoreError> {
        let mut found = Vec::new();
        for spans in spans.chunks(DOCTORS_PER_STATEMENT) {
            let mut query = by_index(appointments::table, "appointments_by_doctor")
                .select((appointments::doctor_id, appointments::starts_at))
                .into_boxed();
            for (doctor, span) in spans {
                let within = appointments::doctor_id
                    .eq(bytes(doctor.uuid()))
                    .and(appointments::starts_at.ge(Instant::bound(span.start)))
                    .and(appointments::starts_at.lt(Instant::bound(span.end)))
                    .and(appointments::active_slot_id.is_not_null());
                query = query.or_filter(within);
            }
            let rows: Vec<(Vec<u8>, Instant)> = self.run(|c| query.load(c))?;
            for (doctor, start) in rows {
                found.push((Column("appointments", "doctor_id").id(&doctor, DoctorId::new)?, start.utc()));
            }
        }
        Ok(found)
    }
}
