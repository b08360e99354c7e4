//! Finding a doctor, and when they are free.

use std::ops::Range;

use chrono::{DateTime, Utc};
use clinic_core::DoctorEntry;
use clinic_core::ports::DoctorFilter;
use kernel::{
    DoctorId, Limit, LocalDays, LocationId, Order, Page, PageRequest, Position, Starts, StoreError, Total,
    UnitOfWorkExt, tidy,
};
use scheduling_core::Slot;

use crate::availability::bookable;
use crate::capacity::next_free_slots;
use crate::{App, Error, Refusal, Store, Thing};

/// What the directory needs of a store. A slot counts if it is free, its doctor accepts bookings, and the doctor's
/// account may come in.
pub trait Directory {
    /// Doctors by their earliest slot that counts and starts within; those without one are left out. The key is its
    /// start, the id the slot's.
    ///
    /// # Errors
    /// When the store fails.
    fn doctors_by_earliest_free(
        &mut self,
        filter: &DoctorFilter,
        within: &Starts,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<DoctorEntry, DateTime<Utc>>, StoreError>;

    /// The first `each` slots that count and start within, of each of these doctors, in one query; for each doctor
    /// earliest first.
    ///
    /// # Errors
    /// When the store fails.
    fn next_free_slots(
        &mut self,
        doctors: &[DoctorId],
        within: &Starts,
        each: NextFree,
    ) -> Result<Vec<Slot>, StoreError>;

    /// When the active appointments start that each of these doctors has within a span of their own, in any order.
    ///
    /// # Errors
    /// When the store fails.
    fn active_starts(
        &mut self,
        spans: &[(DoctorId, Range<DateTime<Utc>>)],
    ) -> Result<Vec<(DoctorId, DateTime<Utc>)>, StoreError>;
}

/// How many of a doctor's next free slots are shown: none to [`NextFree::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NextFree(u8);

impl NextFree {
    /// One of each.
    const ONE: Self = Self(1);

    /// As many as there may be; what one doctor's page shows.
    pub const MAX: Self = Self(5);

    /// Nothing over [`NextFree::MAX`].
    pub const fn new(slots: u8) -> Option<Self> {
        if Self::MAX.0 < slots { None } else { Some(Self(slots)) }
    }

    /// The number of slots.
    pub const fn slots(self) -> u8 {
        self.0
    }
}

/// Which doctors somebody looks for; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorSearch {
    /// Part of the name, whatever its case.
    pub name: Option<String>,
    /// The code or name of a specialty.
    pub specialty: Option<String>,
    /// The city of the location, whatever its case.
    pub city: Option<String>,
    /// Where they see patients.
    pub location: Option<LocationId>,
    /// Whether they accept bookings.
    pub accepting_bookings: Option<bool>,
    /// With a free slot that starts then or later.
    pub free_from: Option<DateTime<Utc>>,
    /// With a free slot that starts before.
    pub free_to: Option<DateTime<Utc>>,
    /// With a free slot that starts on these days of its location.
    pub free_days: LocalDays,
    /// How many of their next free slots are shown, from that period alone if there is one.
    pub next_free: NextFree,
    /// In which order of their names.
    pub order: Order,
}

/// A doctor with their next free slots, if any were asked for, earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorListing {
    /// The doctor.
    pub entry: DoctorEntry,
    /// The slots.
    pub next_free: Vec<Slot>,
}

/// What a search comes to: which doctors, when the slots start that count, and how many visits fill a day.
struct Wanted {
    filter: DoctorFilter,
    within: Starts,
    each: NextFree,
    doctor_day_max: Option<u32>,
}

impl App {
    /// Doctors by name, for anybody.
    ///
    /// # Errors
    /// When the store fails.
    pub fn doctors(
        &self,
        search: &DoctorSearch,
        page: &PageRequest<String>,
    ) -> Result<Page<DoctorListing, String>, Error> {
        let wanted = self.wanted(search);
        self.store.read(|store| {
            if wanted.doctor_day_max.is_none() || wanted.filter.free_within.is_none() {
                let found = store.doctors(&wanted.filter, page)?;
                return Ok(wanted.listed(store, found)?);
            }
            let total = match page.total {
                Total::Counted => Some(count(&wanted.all_not_full(store)?)),
                Total::Omitted => None,
            };
            let (mut rows, mut request) = (Vec::new(), PageRequest { total: Total::Omitted, ..page.clone() });
            loop {
                let found = wanted.not_full(store, &request)?;
                rows.extend(found.items);
                let missing = usize::from(page.limit.rows()).saturating_sub(rows.len());
                request.after.clone_from(&found.next);
                match u8::try_from(missing).ok().and_then(Limit::new) {
                    Some(limit) if found.next.is_some() => request.limit = limit,
                    _ => return Ok(wanted.shown(Page { items: rows, next: found.next, total })),
                }
            }
        })
    }

    /// Doctors by their earliest free slot, for anybody; who has none is not in this list.
    ///
    /// # Errors
    /// When the store fails.
    pub fn doctors_by_earliest_free(
        &self,
        search: &DoctorSearch,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<DoctorListing, DateTime<Utc>>, Error> {
        let mut wanted = self.wanted(search);
        self.store.read(|store| {
            if wanted.doctor_day_max.is_none() {
                let found = store.doctors_by_earliest_free(&wanted.filter, &wanted.within, page)?;
                return Ok(wanted.listed(store, found)?);
            }
            wanted.filter.free_within = Some(wanted.within.clone());
            let by_first =
                |row: &DoctorListing| row.next_free.first().map(|slot| (slot.interval.start(), slot.id.uuid()));
            let mut rows = wanted.all_not_full(store)?;
            let total = (page.total == Total::Counted).then(|| count(&rows));
            rows.sort_by_key(by_first);
            let after = page.after.as_ref().map(|after| (after.key, after.id));
            rows.retain(|row| after < by_first(row));
            let position = |row: &DoctorListing| {
                let (key, id) = by_first(row).unwrap_or_default();
                Position { key, id }
            };
            Ok(wanted.shown(Page::of(rows, page.limit, position).with_total(total)))
        })
    }

    /// One doctor with their next free slots, for anybody.
    ///
    /// # Errors
    /// `Unknown`, also for a doctor whose account may not come in; or the store fails.
    pub fn doctor(&self, id: DoctorId) -> Result<DoctorListing, Error> {
        let policy = self.settings().booking;
        let within = bookable(&policy, self.clock.now(), None, None).into();
        self.store.read(|store| {
            let entry = store.doctor(id)?.filter(|entry| entry.active).ok_or(Refusal::Unknown(Thing::Doctor))?;
            let next_free = next_free_slots(store, &[id], &within, NextFree::MAX, policy.doctor_day_max)?;
            Ok(DoctorListing { entry, next_free })
        })
    }

    fn wanted(&self, search: &DoctorSearch) -> Wanted {
        let policy = self.settings().booking;
        let within = bookable(&policy, self.clock.now(), search.free_from, search.free_to);
        let within = Starts { within, days: search.free_days };
        let is_bound = search.free_from.is_some() || search.free_to.is_some() || !search.free_days.are_all();
        let filter = DoctorFilter {
            name: search.name.clone(),
            specialty: search.specialty.as_deref().map(clinic_core::Specialty::code_of),
            city: search.city.as_deref().map(tidy),
            accepting_bookings: search.accepting_bookings,
            location: search.location,
            free_within: is_bound.then(|| within.clone()),
            order: search.order,
        };
        Wanted { filter, within, each: search.next_free, doctor_day_max: policy.doctor_day_max }
    }
}

impl Wanted {
    /// A page with the slots of all of its doctors, which are one query.
    fn listed<S: Store + ?Sized, K>(
        &self,
        store: &mut S,
        Page { items, next, total }: Page<DoctorEntry, K>,
    ) -> Result<Page<DoctorListing, K>, StoreError> {
        Ok(Page { items: self.with_slots(store, items, self.each)?, next, total })
    }

    /// Of a page of doctors by name, those with a free slot on a day that is not full, each with the first one at least.
    fn not_full<S: Store + ?Sized>(
        &self,
        store: &mut S,
        page: &PageRequest<String>,
    ) -> Result<Page<DoctorListing, String>, StoreError> {
        let Page { items, next, total } = store.doctors(&self.filter, page)?;
        let mut items = self.with_slots(store, items, self.each.max(NextFree::ONE))?;
        items.retain(|row| !row.next_free.is_empty());
        Ok(Page { items, next, total })
    }

    /// All doctors with a free slot on a day that is not full, each with the first one at least.
    fn all_not_full<S: Store + ?Sized>(&self, store: &mut S) -> Result<Vec<DoctorListing>, StoreError> {
        let (mut rows, mut request) = (Vec::new(), PageRequest::longest());
        loop {
            let found = self.not_full(store, &request)?;
            rows.extend(found.items);
            request.after = found.next;
            if request.after.is_none() {
                return Ok(rows);
            }
        }
    }

    fn with_slots<S: Store + ?Sized>(
        &self,
        store: &mut S,
        entries: Vec<DoctorEntry>,
        each: NextFree,
    ) -> Result<Vec<DoctorListing>, StoreError> {
        let ids: Vec<DoctorId> = entries.iter().map(|entry| entry.doctor.id).collect();
        let slots = next_free_slots(store, &ids, &self.within, each, self.doctor_day_max)?;
        let listing = |entry: DoctorEntry| {
            let next_free = slots.iter().filter(|slot| slot.doctor == entry.doctor.id).copied().collect();
            DoctorListing { entry, next_free }
        };
        Ok(entries.into_iter().map(listing).collect())
    }

    /// As many slots of each as were asked for.
    fn shown<K>(&self, page: Page<DoctorListing, K>) -> Page<DoctorListing, K> {
        page.map(|mut row| {
            row.next_free.truncate(self.each.slots().into());
            row
        })
    }
}

fn count(rows: &[DoctorListing]) -> u64 {
    rows.iter().fold(0, |count, _| count + 1)
}
