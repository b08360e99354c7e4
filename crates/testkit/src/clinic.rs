//! A small clinic in any store, written through the ports.

use std::collections::BTreeSet;

use application::ports::Store;
use chrono::{DateTime, TimeDelta, Utc};
use clinic_core::{Doctor, Location, Patient};
use identity_core::Account;
use kernel::{AccountId, DoctorId, Guard, Held, PatientId, Role, SlotId, StoreError, UnitOfWorkExt, Zone};
use scheduling_core::{Actor, Schedule, Slot};

use crate::{Shared, sample};

/// One location with whoever was added. Many clinics can share a store; nothing that must be unique repeats.
#[derive(Clone)]
pub struct Clinic {
    store: Shared,
    location: Location,
}

impl Clinic {
    /// Opens a clinic at a new location in this zone.
    pub fn open(store: &Shared, zone: Zone) -> Self {
        let clinic = Self { store: Shared::clone(store), location: sample::location(zone) };
        clinic.write(|store| store.add_location(&clinic.location));
        clinic
    }

    /// Opens a clinic in a memory of its own.
    pub fn in_memory(zone: Zone) -> Self {
        Self::open(&crate::MemoryStore::shared(), zone)
    }

    /// The store that the clinic is in.
    pub fn store(&self) -> &Shared {
        &self.store
    }

    /// Where the clinic is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// A doctor of that name with account, profile, guard and an empty schedule.
    pub fn doctor(&self, full_name: &str) -> DoctorId {
        let account = sample::account(Role::Doctor, full_name);
        let doctor = sample::doctor(account.id, self.location.id);
        self.add_doctor(&account, &doctor)
    }

    /// This doctor with account, profile, guard and an empty schedule.
    pub fn add_doctor(&self, account: &Account, doctor: &Doctor) -> DoctorId {
        let schedule = sample::schedule(doctor, &self.location);
        self.write(|store| {
            store.add_account(account)?;
            store.add_doctor(doctor)?;
            store.add_guard(Guard::Doctor(doctor.id))?;
            store.add_schedule(&schedule)
        });
        doctor.id
    }

    /// A patient of that name with account, profile and guard.
    pub fn patient(&self, full_name: &str) -> PatientId {
        let account = sample::account(Role::Patient, full_name);
        self.add_patient(&account, &sample::patient(account.id))
    }

    /// This patient with account, profile and guard.
    pub fn add_patient(&self, account: &Account, patient: &Patient) -> PatientId {
        self.write(|store| {
            store.add_account(account)?;
            store.add_patient(patient)?;
            store.add_guard(Guard::Patient(patient.id))
        });
        patient.id
    }

    /// An account without a profile.
    pub fn account(&self, role: Role, full_name: &str) -> AccountId {
        let account = sample::account(role, full_name);
        self.write(|store| store.add_account(&account));
        account.id
    }

    /// A free slot, whatever else the doctor has then.
    pub fn slot(&self, doctor: DoctorId, start: DateTime<Utc>, minutes: u32) -> SlotId {
        self.slots(doctor, start, minutes, 1).into_iter().map(|slot| slot.id).next().expect("one was asked for")
    }

    /// Free slots, back to back.
    pub fn slots(&self, doctor: DoctorId, start: DateTime<Utc>, minutes: u32, count: u32) -> Vec<Slot> {
        let schedule = self.schedule(doctor);
        let nth = |n: u32| start + TimeDelta::minutes(i64::from(n) * i64::from(minutes));
        let slots: Vec<Slot> = (0..count).map(|n| sample::slot(&schedule, nth(n), minutes)).collect();
        self.write(|store| {
            let guards = BTreeSet::from([Guard::Doctor(doctor)]);
            assert_eq!(store.hold(&guards)?, Held::All, "the doctor has a guard");
            store.add_slots(&slots)
        });
        slots
    }

    /// The schedule of a doctor.
    pub fn schedule(&self, doctor: DoctorId) -> Schedule {
        self.read(|store| store.schedule_of(doctor)).expect("the doctor has a schedule")
    }

    /// A doctor, as the history will know them.
    pub fn doctor_actor(&self, doctor: DoctorId) -> Actor {
        let entry = self.read(|store| store.doctor(doctor)).expect("there is such a doctor");
        Actor { account: entry.doctor.account, role: Role::Doctor }
    }

    /// A patient, as the history will know them.
    pub fn patient_actor(&self, patient: PatientId) -> Actor {
        let entry = self.read(|store| store.patient(patient)).expect("there is such a patient");
        Actor { account: entry.patient.account, role: Role::Patient }
    }

    /// What the store says, which must not fail.
    pub fn read<T>(&self, work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>) -> T {
        read(&self.store, work)
    }

    /// Writes what the store must accept.
    pub fn write<T>(&self, work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>) -> T {
        write(&self.store, work)
    }
}

/// What a store says, which must not fail.
pub fn read<T>(store: &Shared, mut work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>) -> T {
    store.read(|store| work(store)).expect("the store can be read")
}

/// Writes what a store must accept.
pub fn write<T>(store: &Shared, mut work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>) -> T {
    store.write(|store| work(store)).expect("the store can be written")
}
