use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{DoctorId, PatientId, StoreError};

/// Something that one transaction at a time may add to: what stands in nobody's row but must be counted or compared.
///
/// The order of the variants is the order in which guards are held, so that two transactions never wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// How many active administrators there are.
    Admins,
    /// Which slots a doctor has.
    Doctor(DoctorId),
    /// Which active appointments a patient has.
    Patient(PatientId),
    /// How many locations there are.
    Places,
}

impl Guard {
    /// The kind and the identity under which a store keeps this guard; the kinds sort as the variants do.
    pub const fn key(self) -> (&'static str, Uuid) {
        match self {
            Self::Admins => ("admins", Uuid::nil()),
            Self::Doctor(id) => ("doctor", id.uuid()),
            Self::Patient(id) => ("patient", id.uuid()),
            Self::Places => ("places", Uuid::nil()),
        }
    }
}

/// What came of holding guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Held {
    /// Everyone else who wants one of them waits, or loses, until this transaction ends.
    All,
    /// There is no such guard, so there is no such doctor or patient.
    Missing(Guard),
}

/// Makes others wait. Only a write is seen by every node of a cluster, so holding writes.
pub trait Holds {
    /// Holds every guard in order, before any read that the decision uses.
    ///
    /// # Errors
    /// When the store fails, or when the race for a guard was lost.
    fn hold(&mut self, guards: &BTreeSet<Guard>) -> Result<Held, StoreError>;

    /// Makes a guard that can be held from now on; a doctor's and a patient's are made with the profile.
    ///
    /// # Errors
    /// When the store fails.
    fn add_guard(&mut self, guard: Guard) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_sort_as_their_keys_do() {
        let one = Uuid::from_u128(1);
        let two = Uuid::from_u128(2);
        let guards = [
            Guard::Admins,
            Guard::Doctor(DoctorId::new(one)),
            Guard::Doctor(DoctorId::new(two)),
            Guard::Patient(PatientId::new(one)),
            Guard::Places,
        ];
        assert!(guards.is_sorted());
        assert!(guards.iter().map(|guard| guard.key()).is_sorted());
    }
}
