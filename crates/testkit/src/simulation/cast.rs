//! Who is there when the day begins.

use std::sync::LazyLock;

use application::{Caller, Party};
use chrono::{DateTime, TimeDelta, Utc};
use identity_core::Account;
use kernel::{
    AccountId, DoctorId, Guard, LocationId, PatientId, Role, ScheduleId, SessionId, SlotId, UnitOfWorkExt, Zone,
};
use scheduling_core::Schedule;
use uuid::Uuid;

use crate::memory::State;
use crate::{MemoryStore, sample};

/// How long a slot is.
pub(super) const SLOT_MINUTES: u32 = 20;

/// Where the clinic is.
pub(super) static ZONE: LazyLock<Zone> = LazyLock::new(|| crate::zone("Europe/Berlin"));

/// How many slots each doctor has in the morning.
const SLOTS: u32 = 4;

/// People and what is stored of them; the same in every process, so that a day can be had again.
pub(super) struct Cast {
    pub(super) admin: Caller,
    pub(super) desk: Caller,
    pub(super) doctors: Vec<(DoctorId, Caller)>,
    pub(super) patients: Vec<Caller>,
    pub(super) opens: DateTime<Utc>,
    pub(super) state: State,
}

impl Cast {
    /// This patient.
    pub(super) fn patient(&self, id: PatientId) -> &Caller {
        self.patients.iter().find(|caller| caller.party == Party::Patient(id)).expect("there is such a patient")
    }
}

/// Two doctors with the same hours, so that a patient can want to be in two places, and fewer slots than wishes.
pub(super) static CAST: LazyLock<Cast> = LazyLock::new(|| {
    let store = MemoryStore::new();
    let opens = sample::now();
    let location = clinic_core::Location { id: LocationId::new(Uuid::from_u128(1)), ..sample::location(*ZONE) };
    let patients: Vec<Caller> =
        (1..=3).map(|n| Party::Patient(PatientId::new(Uuid::from_u128(n)))).map(caller).collect();
    let doctors: Vec<(DoctorId, Caller)> =
        (1..=2).map(|n| DoctorId::new(Uuid::from_u128(10 + n))).map(|id| (id, caller(Party::Doctor(id)))).collect();
    let (admin, desk) = (caller(Party::Admin), caller(Party::Receptionist));
    let written = store.write(|store: &mut application::ports::AnyStore| {
        store.add_location(&location)?;
        for caller in patients.iter().chain([&admin, &desk]) {
            store.add_account(&account(caller))?;
            if let Party::Patient(id) = caller.party {
                store.add_patient(&clinic_core::Patient { id, ..sample::patient(caller.account) })?;
                store.add_guard(Guard::Patient(id))?;
            }
        }
        for (id, caller) in &doctors {
            let doctor = clinic_core::Doctor { id: *id, ..sample::doctor(caller.account, location.id) };
            let schedule = Schedule { id: ScheduleId::new(id.uuid()), ..sample::schedule(&doctor, &location) };
            store.add_account(&account(caller))?;
            store.add_doctor(&doctor)?;
            store.add_guard(Guard::Doctor(*id))?;
            store.add_schedule(&schedule)?;
            let slot = |n: u32| {
                let start = opens + TimeDelta::minutes(30 + i64::from(n * SLOT_MINUTES));
                let number = id.uuid().as_u128() * 100 + u128::from(n);
                scheduling_core::Slot {
                    id: SlotId::new(Uuid::from_u128(number)),
                    ..sample::slot(&schedule, start, SLOT_MINUTES)
                }
            };
            store.add_slots(&(0..SLOTS).map(slot).collect::<Vec<_>>())?;
        }
        Ok::<_, kernel::StoreError>(())
    });
    written.expect("an empty store takes it");
    Cast { admin, desk, doctors, patients, opens, state: store.state() }
});

/// The patient that this is.
pub(super) fn patient_of(caller: &Caller) -> PatientId {
    match caller.party {
        Party::Patient(id) => id,
        Party::Doctor(_) | Party::Receptionist | Party::Admin => panic!("no patient"),
    }
}

/// Somebody whose account is numbered as their profile is.
fn caller(party: Party) -> Caller {
    let number = match party {
        Party::Patient(id) => id.uuid().as_u128(),
        Party::Doctor(id) => id.uuid().as_u128(),
        Party::Receptionist => 21,
        Party::Admin => 22,
    };
    let id = Uuid::from_u128(number);
    Caller { account: AccountId::new(id), session: SessionId::new(id), party, address: None }
}

fn account(caller: &Caller) -> Account {
    let role = match caller.party {
        Party::Patient(_) => Role::Patient,
        Party::Doctor(_) => Role::Doctor,
        Party::Receptionist => Role::Receptionist,
        Party::Admin => Role::Admin,
    };
    let number = caller.account.uuid().as_u128();
    let email = format!("{role}-{number}@example.org").parse().expect("this is an e-mail address");
    Account { id: caller.account, email, phone: None, ..sample::account(role, &format!("{role} {number}")) }
}
