//! Finding a doctor, and when they are free.

use std::ops::Range;

use chrono::{DateTime, Utc};
use clinic_core::DoctorEntry;
use clinic_core::ports::DoctorFilter;
use kernel::{DoctorId, LocationId, Page, PageRequest, Position, StoreError, UnitOfWorkExt};
use scheduling_core::Slot;

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
        within: &Range<DateTime<Utc>>,
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
        within: &Range<DateTime<Utc>>,
        each: NextFree,
    ) -> Result<Vec<Slot>, StoreError>;
}

/// How many of a doctor's next free slots are shown: none to [`NextFree::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextFree(u8);

impl NextFree {
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
    /// How many of their next free slots are shown, from that period alone if there is one.
    pub next_free: NextFree,
}

/// A doctor with their next free slots, if any were asked for, earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorListing {
    /// The doctor.
    pub entry: DoctorEntry,
    /// The slots.
    pub next_free: Vec<Slot>,
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
        let (filter, within) = self.wanted(search);
        self.store.read(|store| {
            let found = store.doctors(&filter, page)?;
            listed(store, found, &within, search.next_free)
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
        let (filter, within) = self.wanted(search);
        self.store.read(|store| {
            let found = store.doctors_by_earliest_free(&filter, &within, page)?;
            listed(store, found, &within, search.next_free)
        })
    }

    /// One doctor with their next free slots, for anybody.
    ///
    /// # Errors
    /// `Unknown`, also for a doctor whose account may not come in; or the store fails.
    pub fn doctor(&self, id: DoctorId) -> Result<DoctorListing, Error> {
        let within = self.bookable(None, None);
        self.store.read(|store| {
            let entry = store.doctor(id)?.filter(|entry| entry.active).ok_or(Refusal::Unknown(Thing::Doctor))?;
            let next_free = store.next_free_slots(&[id], &within, NextFree::MAX)?;
            Ok(DoctorListing { entry, next_free })
        })
    }

    /// What a search asks of a store, and when the slots start that count.
    fn wanted(&self, search: &DoctorSearch) -> (DoctorFilter, Range<DateTime<Utc>>) {
        let within = self.bookable(search.free_from, search.free_to);
        let is_bound = search.free_from.is_some() || search.free_to.is_some();
        let filter = DoctorFilter {
            name: search.name.clone(),
            specialty: search.specialty.as_deref().map(clinic_core::Specialty::code_of),
            city: search.city.clone(),
            accepting_bookings: search.accepting_bookings,
            location: search.location,
            free_within: is_bound.then(|| within.clone()),
        };
        (filter, within)
    }
}

/// A page with the slots of all of its doctors, which are one query.
fn listed<S: Store + ?Sized, K>(
    store: &mut S,
    Page { items, next }: Page<DoctorEntry, K>,
    within: &Range<DateTime<Utc>>,
    each: NextFree,
) -> Result<Page<DoctorListing, K>, Error> {
    let ids: Vec<DoctorId> = items.iter().map(|entry| entry.doctor.id).collect();
    let slots =
        if ids.is_empty() || each.slots() == 0 { Vec::new() } else { store.next_free_slots(&ids, within, each)? };
    let listing = |entry: DoctorEntry| {
        let next_free = slots.iter().filter(|slot| slot.doctor == entry.doctor.id).copied().collect();
        DoctorListing { entry, next_free }
    };
    let next: Option<Position<K>> = next;
    Ok(Page { items: items.into_iter().map(listing).collect(), next })
}
