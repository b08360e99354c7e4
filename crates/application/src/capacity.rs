//! Times that a cap takes away: a doctor's day that is full is refused to everybody, so none of its times is offered.
//!
//! Only where a cap is set does this cost anything: a look at the locations' zones and one at the visits of the doctors
//! whose times were found, on the days on which they were found.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Utc};
use kernel::{DoctorId, Limit, Page, PageRequest, Position, Starts, StoreError, Total};
use scheduling_core::{Interval, Slot, local_time};

use crate::Store;
use crate::directory::NextFree;
use crate::ports::{FreeSlot, FreeSlotFilter};

/// A page of free slots, without those of full days.
///
/// # Errors
/// When the store fails.
pub(crate) fn free_slots<S: Store + ?Sized>(
    store: &mut S,
    filter: &FreeSlotFilter,
    page: &PageRequest<DateTime<Utc>>,
    doctor_day_max: Option<u32>,
) -> Result<Page<FreeSlot, DateTime<Utc>>, StoreError> {
    let Some(most) = doctor_day_max else { return store.free_slots(filter, page) };
    let mut open = Vec::new();
    let total = match page.total {
        Total::Counted => Some(count_open(store, filter, most)?),
        Total::Omitted => None,
    };
    let mut request = PageRequest { after: page.after.clone(), ..PageRequest::longest() };
    loop {
        let found = store.free_slots(filter, &request)?;
        open.extend(without_full_days(store, found.items, |free| &free.slot, most)?);
        request.after = found.next;
        if request.after.is_none() || usize::from(page.limit.rows()) < open.len() {
            return Ok(Page::of(open, page.limit, |free| position(&free.slot)).with_total(total));
        }
    }
}

/// How many free slots there are but for those of full days. Each of them is read.
fn count_open<S: Store + ?Sized>(store: &mut S, filter: &FreeSlotFilter, most: u32) -> Result<u64, StoreError> {
    let (mut count, mut request) = (0, PageRequest::longest());
    loop {
        let found = store.free_slots(filter, &request)?;
        for _ in without_full_days(store, found.items, |free| &free.slot, most)? {
            count += 1;
        }
        request.after = found.next;
        if request.after.is_none() {
            return Ok(count);
        }
    }
}

/// The first `each` free slots of each of these doctors, without those of full days; earliest first.
///
/// # Errors
/// When the store fails.
pub(crate) fn next_free_slots<S: Store + ?Sized>(
    store: &mut S,
    doctors: &[DoctorId],
    within: &Starts,
    each: NextFree,
    doctor_day_max: Option<u32>,
) -> Result<Vec<Slot>, StoreError> {
    let Some(limit) = Limit::new(each.slots()).filter(|_| !doctors.is_empty()) else { return Ok(Vec::new()) };
    let found = store.next_free_slots(doctors, within, each)?;
    let Some(most) = doctor_day_max else { return Ok(found) };
    let of = |slots: &[Slot], doctor: DoctorId| slots.iter().filter(|slot| slot.doctor == doctor).count();
    let mut open = without_full_days(store, found.clone(), |slot| slot, most)?;
    // Whoever has lost some, and may have more of them later.
    let is_short = |doctor: &&DoctorId| {
        of(&open, **doctor) < of(&found, **doctor) && of(&found, **doctor) == usize::from(each.slots())
    };
    for doctor in doctors.iter().filter(is_short).copied().collect::<Vec<_>>() {
        let filter = FreeSlotFilter {
            starts: within.clone(),
            doctor: Some(doctor),
            location: None,
            specialty: None,
            city: None,
        };
        let later = free_slots(store, &filter, &PageRequest { limit, ..PageRequest::default() }, doctor_day_max)?;
        open.retain(|slot| slot.doctor != doctor);
        open.extend(later.items.into_iter().map(|free| free.slot));
    }
    open.sort_by_key(|slot| (slot.interval.start(), slot.id));
    Ok(open)
}

/// Leaves out what is on a local day on which its doctor has `most` visits or more.
///
/// # Errors
/// When the store fails.
pub(crate) fn without_full_days<S: Store + ?Sized, T>(
    store: &mut S,
    mut found: Vec<T>,
    slot: impl Fn(&T) -> &Slot,
    most: u32,
) -> Result<Vec<T>, StoreError> {
    if found.is_empty() {
        return Ok(found);
    }
    let zones: BTreeMap<_, _> = store.locations()?.into_iter().map(|location| (location.id, location.zone)).collect();
    let day_of = |slot: &Slot| -> Option<Interval> {
        let zone = *zones.get(&slot.location)?;
        local_time::day_bounds(zone, local_time::day(zone, slot.interval.start()))
    };
    let mut spans: BTreeMap<DoctorId, Range<DateTime<Utc>>> = BTreeMap::new();
    for (slot, day) in found.iter().map(&slot).filter_map(|slot| Some((slot, day_of(slot)?))) {
        let span = spans.entry(slot.doctor).or_insert(day.start()..day.end());
        *span = span.start.min(day.start())..span.end.max(day.end());
    }
    let mut starts: BTreeMap<DoctorId, Vec<DateTime<Utc>>> = BTreeMap::new();
    for (doctor, start) in store.active_starts(&spans.into_iter().collect::<Vec<_>>())? {
        starts.entry(doctor).or_default().push(start);
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    found.retain(|row| {
        let (slot, day) = (slot(row), day_of(slot(row)));
        let visits = starts.get(&slot.doctor).map_or(&[][..], Vec::as_slice);
        let on_day = |day: Interval| visits.iter().filter(|start| (day.start()..day.end()).contains(start)).count();
        day.is_none_or(|day| on_day(day) < most)
    });
    Ok(found)
}

fn position(slot: &Slot) -> Position<DateTime<Utc>> {
    Position { key: slot.interval.start(), id: slot.id.uuid() }
}
