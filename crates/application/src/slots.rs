//! Publishing times, changing them and taking them back.

use chrono::{DateTime, Utc};
use kernel::{DoctorId, Expected, LocalDays, Page, PageRequest, SlotId, StoreError, UnitOfWorkExt};
use scheduling_core::opening::{Hours, Opening};
use scheduling_core::ports::Slots;
use scheduling_core::publishing::{self, Obstacles, Published, SlotEdit};
use scheduling_core::{Interval, Offer, Slot, SlotStatus, withdrawing};

use crate::access::{Action, Reach};
use crate::audit::{AuditAction, named, record};
use crate::availability::{Listed, Search, bookable};
use crate::editions::Concern;
use crate::ports::{Diary, FreeSlot, SlotEntry, SlotFilter};
use crate::{App, Caller, Error, Party, Refusal, Thing, capacity};

/// Which of the slots that a caller asks for they see; two who see the same ask for the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Those whom they manage, in any status.
    All(SlotFilter),
    /// Those that can be booked.
    ForSale {
        /// Whose.
        doctor: Option<DoctorId>,
        /// Starting then or later; what has begun is never found.
        from: Option<DateTime<Utc>>,
        /// Starting before.
        to: Option<DateTime<Utc>>,
        /// Starting on these days of their location.
        days: LocalDays,
    },
    /// None: they ask for what they never see.
    Nothing,
}

impl Shown {
    /// All of them for those who manage them, the free ones still to come for everyone else. A doctor who names nobody
    /// sees their own.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn to(caller: &Caller, filter: &SlotFilter) -> Result<Self, Refusal> {
        caller.permit(Action::ReadFreeSlots)?;
        let doctor = filter.doctor.or(match caller.party {
            Party::Doctor(own) => Some(own),
            Party::Patient(_) | Party::Receptionist | Party::Admin => None,
        });
        let manages = match doctor {
            Some(doctor) => manages(caller, doctor),
            None => caller.permit(Action::ManageSlots) == Ok(Reach::All),
        };
        Ok(if manages {
            Self::All(SlotFilter { doctor, ..filter.clone() })
        } else if filter.statuses.accepts(SlotStatus::Free) {
            Self::ForSale { doctor, from: filter.from, to: filter.to, days: filter.days }
        } else {
            Self::Nothing
        })
    }

    /// Whose slots; everyone's where it is none.
    pub const fn doctor(&self) -> Option<DoctorId> {
        match self {
            Self::All(filter) => filter.doctor,
            Self::ForSale { doctor, .. } => *doctor,
            Self::Nothing => None,
        }
    }
}

impl App {
    /// Publishes one slot; a doctor's own, or, for front desk and administrators, of the doctor they name.
    ///
    /// # Errors
    /// `Forbidden`, `DoctorMissing`, `Unknown`, a refusal of [`publishing::publish`]; or the store fails.
    pub fn publish_slot(
        &self,
        caller: &Caller,
        doctor: Option<DoctorId>,
        interval: Interval,
    ) -> Result<SlotEntry, Error> {
        let doctor = whose(caller, doctor)?;
        let (id, now) = (SlotId::new(self.ids.fresh()), self.clock.now());
        let audited = self.ids.fresh();
        let policy = self.settings().publishing;
        self.store.write_about(of_slot, |store| {
            let slot = publishing::publish(store, doctor, id, interval, &policy, now)?;
            record(store, audited, now, Some(caller), AuditAction::SlotsPublished, Some(id.uuid()), None)?;
            labelled(store, slot)
        })
    }

    /// Publishes what opening hours make.
    ///
    /// # Errors
    /// As [`App::publish_slot`], and a refusal of [`Opening::new`] or [`publishing::publish_many`].
    pub fn publish_slots(
        &self,
        caller: &Caller,
        doctor: Option<DoctorId>,
        hours: &Hours,
        obstacles: Obstacles,
    ) -> Result<Published, Error> {
        let doctor = whose(caller, doctor)?;
        let opening = Opening::new(hours)?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let policy = self.settings().publishing;
        let mut fresh = || SlotId::new(self.ids.fresh());
        let about = |_: &Published| Concern::Doctors(vec![doctor]);
        self.store.write_about(about, |store| {
            let published = publishing::publish_many(store, doctor, &opening, obstacles, &mut fresh, &policy, now)?;
            let count = Some(counted(published.created.len()));
            record(store, audited, now, Some(caller), AuditAction::SlotsPublished, Some(doctor.uuid()), count)?;
            Ok(published)
        })
    }

    /// Slots, earliest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn slots(&self, shown: &Shown, page: &PageRequest<DateTime<Utc>>) -> Result<Listed<SlotEntry>, Error> {
        match shown {
            Shown::All(filter) => {
                Ok(Listed { page: self.store.read(|store| store.slots_page(filter, page))?, until: None })
            }
            Shown::ForSale { doctor, from, to, days } => {
                let search = Search { from: *from, to: *to, days: *days, doctor: *doctor, ..Search::default() };
                let Listed { page, until } = self.availability(&search, page)?;
                Ok(Listed { page: page.map(|FreeSlot { slot, labels, .. }| SlotEntry { slot, labels }), until })
            }
            Shown::Nothing => Ok(Listed { page: Page::empty(page), until: None }),
        }
    }

    /// One slot, if the caller may see it.
    ///
    /// # Errors
    /// `Unknown`; or the store fails.
    pub fn slot(&self, caller: &Caller, id: SlotId) -> Result<SlotEntry, Error> {
        let policy = self.settings().booking;
        let starts = bookable(&policy, self.clock.now(), None, None);
        self.store.read(|store| {
            let Offer { slot, schedule } = store.offer(id)?.ok_or(Refusal::Unknown(Thing::Slot))?;
            if manages(caller, slot.doctor) {
                return labelled(store, slot);
            }
            let is_free = slot.status == SlotStatus::Free && schedule.accepting_bookings;
            let mut offered = if is_free && starts.contains(&slot.interval.start()) { vec![slot] } else { Vec::new() };
            if let Some(most) = policy.doctor_day_max {
                offered = capacity::without_full_days(store, offered, |slot| slot, most)?;
            }
            labelled(store, offered.pop().ok_or(Refusal::Unknown(Thing::Slot))?)
        })
    }

    /// Changes a slot.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`, a refusal of [`publishing::change`]; or the store fails.
    pub fn change_slot(
        &self,
        caller: &Caller,
        id: SlotId,
        edit: SlotEdit,
        expected: &Expected,
    ) -> Result<SlotEntry, Error> {
        caller.permit(Action::ManageSlots)?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let policy = self.settings().publishing;
        self.store.write_about(of_slot, |store| {
            let slot = managed(store, caller, id)?;
            let changed = publishing::change(store, &slot, edit, expected, &policy, now)?;
            let fields = named(&[
                ("starts_at", slot.interval.start() != changed.interval.start()),
                ("ends_at", slot.interval.end() != changed.interval.end()),
                ("status", slot.status != changed.status),
            ]);
            record(store, audited, now, Some(caller), AuditAction::SlotChanged, Some(id.uuid()), fields)?;
            labelled(store, changed)
        })
    }

    /// Removes a slot.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`, a refusal of [`withdrawing::withdraw`]; or the store fails.
    pub fn remove_slot(&self, caller: &Caller, id: SlotId, expected: &Expected) -> Result<(), Error> {
        caller.permit(Action::ManageSlots)?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let about = |slot: &Slot| Concern::Doctors(vec![slot.doctor]);
        let removed = self.store.write_about(about, |store| {
            let slot = managed(store, caller, id)?;
            withdrawing::withdraw(store, &slot, expected)?;
            record(store, audited, now, Some(caller), AuditAction::SlotsRemoved, Some(id.uuid()), None)?;
            Ok::<_, Error>(slot)
        });
        removed.map(|_| ())
    }

    /// Removes slots, all or none; each counts once, however often it is named. Says how many.
    ///
    /// # Errors
    /// `Forbidden`, `UnknownSlots`, a refusal of [`withdrawing::withdraw_many`]; or the store fails.
    pub fn remove_slots(&self, caller: &Caller, ids: &[SlotId]) -> Result<usize, Error> {
        caller.permit(Action::ManageSlots)?;
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let about = |slots: &Vec<Slot>| Concern::Doctors(slots.iter().map(|slot| slot.doctor).collect());
        let removed = self.store.write_about(about, |store| {
            let mut slots = store.slots(&ids)?;
            slots.retain(|slot| manages(caller, slot.doctor));
            let missing = |id: &SlotId| slots.iter().all(|slot| slot.id != *id);
            let unknown: Vec<SlotId> = ids.iter().copied().filter(missing).collect();
            if !unknown.is_empty() {
                return Err(Error::from(Refusal::UnknownSlots(unknown)));
            }
            withdrawing::withdraw_many(store, &slots)?;
            let count = Some(counted(slots.len()));
            record(store, audited, now, Some(caller), AuditAction::SlotsRemoved, None, count)?;
            Ok(slots)
        })?;
        Ok(removed.len())
    }
}

/// How the audit log tells of many slots at once.
fn counted(slots: usize) -> String {
    if slots == 1 { "1 slot".to_owned() } else { format!("{slots} slots") }
}

/// Whose slots a caller publishes.
fn whose(caller: &Caller, doctor: Option<DoctorId>) -> Result<DoctorId, Refusal> {
    caller.permit(Action::ManageSlots)?;
    match (caller.party, doctor) {
        (Party::Doctor(own), None) => Ok(own),
        (_, None) => Err(Refusal::DoctorMissing),
        (_, Some(doctor)) if manages(caller, doctor) => Ok(doctor),
        (_, Some(_)) => Err(Refusal::Unknown(Thing::Doctor)),
    }
}

/// What a write of a slot changes.
fn of_slot(entry: &SlotEntry) -> Concern {
    Concern::Doctors(vec![entry.slot.doctor])
}

/// The slot with its labels.
fn labelled<S: Diary + ?Sized>(store: &mut S, slot: Slot) -> Result<SlotEntry, Error> {
    let labels = store.labels(slot.doctor, slot.location)?;
    Ok(SlotEntry { slot, labels: labels.ok_or(StoreError::Corrupt { table: "slots", column: "doctor_id" })? })
}

fn manages(caller: &Caller, doctor: DoctorId) -> bool {
    caller.permit_on(Action::ManageSlots, Thing::Slot, Some(doctor), None).is_ok()
}

fn found<S: Slots + ?Sized>(store: &mut S, id: SlotId) -> Result<Slot, Error> {
    Ok(store.slot(id)?.ok_or(Refusal::Unknown(Thing::Slot))?)
}

fn managed<S: Slots + ?Sized>(store: &mut S, caller: &Caller, id: SlotId) -> Result<Slot, Error> {
    let slot = found(store, id)?;
    caller.permit_on(Action::ManageSlots, Thing::Slot, Some(slot.doctor), None)?;
    Ok(slot)
}
