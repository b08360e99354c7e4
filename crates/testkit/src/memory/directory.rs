//! Doctors by their earliest free slot, and the next free slots of many doctors at once.

use std::ops::Range;

use application::directory::{Directory, NextFree};
use chrono::{DateTime, Utc};
use clinic_core::DoctorEntry;
use clinic_core::ports::DoctorFilter;
use identity_core::AccountStatus;
use kernel::{DoctorId, Order, Page, PageRequest, Position, Starts, StoreError};
use scheduling_core::{Slot, SlotStatus};

use super::diary::falls_on;
use super::doctors::{entry, is_wanted};
use super::paging::page;
use super::slots::standing;
use super::state::State;
use super::transaction::Transaction;

impl Directory for Transaction {
    fn doctors_by_earliest_free(
        &mut self,
        filter: &DoctorFilter,
        within: &Starts,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<DoctorEntry, DateTime<Utc>>, StoreError> {
        let rows = self.rows()?;
        let wanted = rows.doctors.values().filter_map(|doctor| {
            let row = entry(rows, doctor).filter(|row| is_wanted(rows, filter, row))?;
            Some((row, free_slots(rows, doctor.id, within).into_iter().next()?))
        });
        let position = |(_, slot): &(DoctorEntry, Slot)| Position { key: slot.interval.start(), id: slot.id.uuid() };
        Ok(page(wanted, request, Order::Ascending, position).map(|(entry, _)| entry))
    }

    fn next_free_slots(
        &mut self,
        doctors: &[DoctorId],
        within: &Starts,
        each: NextFree,
    ) -> Result<Vec<Slot>, StoreError> {
        let rows = self.rows()?;
        let of_one = |doctor: &DoctorId| free_slots(rows, *doctor, within).into_iter().take(each.slots().into());
        Ok(doctors.iter().flat_map(of_one).collect())
    }

    fn active_starts(
        &mut self,
        spans: &[(DoctorId, Range<DateTime<Utc>>)],
    ) -> Result<Vec<(DoctorId, DateTime<Utc>)>, StoreError> {
        let rows = self.rows()?;
        let starts = |(doctor, span): &(DoctorId, Range<DateTime<Utc>>)| {
            let (doctor, span) = (*doctor, span.clone());
            let theirs = rows.appointments.values().filter(move |row| row.doctor == doctor && row.status.is_active());
            theirs.map(|row| row.interval.start()).filter(move |start| span.contains(start)).map(move |at| (doctor, at))
        };
        Ok(spans.iter().flat_map(starts).collect())
    }
}

/// The slots of a doctor that can be booked, earliest first.
pub(super) fn free_slots(rows: &State, doctor: DoctorId, within: &Starts) -> Vec<Slot> {
    let account = rows.doctors.get(&doctor).filter(|doctor| doctor.accepting_bookings).map(|doctor| doctor.account);
    let account = account.and_then(|account| rows.accounts.get(&account));
    if account.is_none_or(|account| account.status != AccountStatus::Active) {
        return Vec::new();
    }
    let is_free = |slot: &&Slot| {
        let start = slot.interval.start();
        let is_then = within.within.contains(&start) && falls_on(rows, within.days, slot.location, start);
        slot.doctor == doctor && slot.status == SlotStatus::Free && is_then
    };
    let mut slots: Vec<Slot> = standing(rows).filter(is_free).copied().collect();
    slots.sort_by_key(|slot| (slot.interval.start(), slot.id));
    slots
}
