//! What this process has written, counted, so that whoever remembers what they read knows whether it is still so.
//!
//! A write raises its counters when its transaction has ended and before its caller is answered; a reader asks for the
//! edition before the store. So nobody here is shown less than this process has answered (ADR 13).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Access, DoctorId, StoreError, UnitOfWork, UnitOfWorkExt, Verdict};
use uuid::Uuid;

use crate::ports::AnyStore;
use crate::{App, Store};

/// For how long what was read may be shown: other nodes' changes are seen so much later at most.
pub const REMEMBERED_SECONDS_MAX: i64 = 1;

/// How many counters all doctors share. Two who share one make each other's pages be read again, and nothing worse.
const DOCTOR_COUNTERS: usize = 1024;

/// What a write changes of all that is remembered somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// None of it.
    Nothing,
    /// Who a session belongs to, and whether it is live.
    People,
    /// The times of these doctors.
    Doctors(Vec<DoctorId>),
    /// Perhaps anything.
    Everything,
}

impl Concern {
    /// Of what changes none of it.
    pub(crate) fn of_nothing<T>(_: &T) -> Self {
        Self::Nothing
    }

    /// Of what opens or ends sessions.
    pub(crate) fn of_people<T>(_: &T) -> Self {
        Self::People
    }
}

/// What something that is remembered depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Who a session belongs to.
    People,
    /// The times of all doctors.
    AllDoctors,
    /// The times of one doctor.
    Doctor(DoctorId),
}

impl Topic {
    /// The times of this doctor, or of all.
    pub fn times_of(doctor: Option<DoctorId>) -> Self {
        doctor.map_or(Self::AllDoctors, Self::Doctor)
    }
}

/// How much had been written about a topic, and when that was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    everything: u64,
    topic: u64,
    asked_at: DateTime<Utc>,
}

impl Edition {
    /// Whether what was read after this was asked may still be shown at `now`: nothing was written since, and other
    /// nodes have had [`REMEMBERED_SECONDS_MAX`] for it.
    pub fn is_good(&self, now: &Self) -> bool {
        // A clock that was set back makes it look as if it came from the future.
        let age = now.asked_at.signed_duration_since(self.asked_at);
        (self.everything, self.topic) == (now.everything, now.topic)
            && TimeDelta::zero() <= age
            && age < TimeDelta::seconds(REMEMBERED_SECONDS_MAX)
    }

    /// When it was asked.
    pub const fn asked_at(&self) -> DateTime<Utc> {
        self.asked_at
    }
}

/// The counters.
#[derive(Debug)]
struct Counters {
    everything: AtomicU64,
    people: AtomicU64,
    all_doctors: AtomicU64,
    doctors: [AtomicU64; DOCTOR_COUNTERS],
}

impl Counters {
    fn new() -> Self {
        Self {
            everything: AtomicU64::new(0),
            people: AtomicU64::new(0),
            all_doctors: AtomicU64::new(0),
            doctors: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    fn doctor(&self, doctor: DoctorId) -> &AtomicU64 {
        self.doctors.get(place_of(doctor.uuid(), DOCTOR_COUNTERS)).unwrap_or(&self.everything)
    }

    fn topic(&self, topic: Topic) -> &AtomicU64 {
        match topic {
            Topic::People => &self.people,
            Topic::AllDoctors => &self.all_doctors,
            Topic::Doctor(doctor) => self.doctor(doctor),
        }
    }

    fn raise(&self, concern: &Concern) {
        let raise = |counter: &AtomicU64| {
            counter.fetch_add(1, Ordering::SeqCst);
        };
        match concern {
            Concern::Nothing => {}
            Concern::People => raise(&self.people),
            Concern::Doctors(doctors) => {
                for doctor in doctors {
                    raise(self.doctor(*doctor));
                }
                raise(&self.all_doctors);
            }
            Concern::Everything => raise(&self.everything),
        }
    }
}

/// Where an id has its place among so many, 65,536 at most (Fibonacci hashing: Knuth, TAOCP 3, 6.4).
pub(crate) fn place_of(id: Uuid, places: usize) -> usize {
    let (high, low) = id.as_u64_pair();
    let mixed = (high ^ low.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
    usize::try_from(mixed).unwrap_or_default() % places
}

/// The store, with the counters that every write through it raises: all of them, unless it says what it concerns.
#[derive(Clone)]
pub(crate) struct Ledger {
    store: Arc<dyn UnitOfWork<dyn Store>>,
    counters: Arc<Counters>,
}

impl Ledger {
    pub(crate) fn new(store: Arc<dyn UnitOfWork<dyn Store>>) -> Self {
        Self { store, counters: Arc::new(Counters::new()) }
    }

    /// As `write`, of work that is known to change less than everything; what, its result says.
    pub(crate) fn write_about<T, E: From<StoreError>>(
        &self,
        concern: impl Fn(&T) -> Concern,
        mut work: impl FnMut(&mut AnyStore) -> Result<T, E>,
    ) -> Result<T, E> {
        // Kept also when the store does not know whether it has committed.
        let mut said = Concern::Nothing;
        let result = self.store.write(|store| {
            let value = work(store)?;
            said = concern(&value);
            Ok(value)
        });
        self.raise(&said);
        result
    }

    pub(crate) fn raise(&self, concern: &Concern) {
        self.counters.raise(concern);
    }

    pub(crate) fn edition(&self, topic: Topic, now: DateTime<Utc>) -> Edition {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        let (everything, topic) = (read(&self.counters.everything), read(self.counters.topic(topic)));
        Edition { everything, topic, asked_at: now }
    }
}

impl UnitOfWork<dyn Store> for Ledger {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let mut said = Concern::Nothing;
        let ended = self.store.attempt(access, &mut |store| {
            let verdict = work(store);
            if (access, verdict) == (Access::Write, Verdict::Commit) {
                said = Concern::Everything;
            }
            verdict
        });
        self.raise(&said);
        ended
    }
}

impl App {
    /// How much this process has written about a topic, now. What is read from the store after asking this is good as
    /// long as [`Edition::is_good`] says.
    pub fn edition(&self, topic: Topic) -> Edition {
        self.store.edition(topic, self.clock.now())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn doctor(number: u128) -> DoctorId {
        DoctorId::new(Uuid::from_u128(number))
    }

    fn edition(counters: &Counters, topic: Topic, at: i64) -> Edition {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        let asked_at = DateTime::from_timestamp_millis(at).unwrap();
        Edition { everything: read(&counters.everything), topic: read(counters.topic(topic)), asked_at }
    }

    #[test]
    fn a_write_makes_old_what_it_concerns_and_nothing_else() {
        let (seven, eight) = (doctor(7), doctor(8));
        let topics = [Topic::People, Topic::AllDoctors, Topic::Doctor(seven), Topic::Doctor(eight)];
        for (concern, old) in [
            (Concern::Nothing, [false, false, false, false]),
            (Concern::People, [true, false, false, false]),
            (Concern::Doctors(vec![seven]), [false, true, true, false]),
            (Concern::Doctors(vec![seven, eight]), [false, true, true, true]),
            (Concern::Everything, [true, true, true, true]),
        ] {
            let counters = Counters::new();
            let before = topics.map(|topic| edition(&counters, topic, 0));
            counters.raise(&concern);
            let mut now = topics.iter().map(|topic| edition(&counters, *topic, 0));
            assert_eq!(before.map(|before| !before.is_good(&now.next().unwrap())), old, "{concern:?}");
        }
    }

    #[test]
    fn ids_spread_over_all_places_whether_they_differ_at_the_front_or_at_the_end() {
        for shift in [0, 16, 80, 100] {
            let used: BTreeSet<usize> =
                (0..8 * 1024).map(|n: u128| place_of(Uuid::from_u128(n << shift), DOCTOR_COUNTERS)).collect();
            assert!(900 < used.len() && used.last().is_some_and(|last| *last < DOCTOR_COUNTERS), "{}", used.len());
        }
    }

    #[test]
    fn what_was_read_is_good_for_a_second_of_either_hand_of_the_clock() {
        let counters = Counters::new();
        let at = |ms| edition(&counters, Topic::AllDoctors, ms);
        for (read, shown, good) in [(0, 0, true), (0, 999, true), (0, 1_000, false), (1, 0, false), (5_000, 0, false)] {
            assert_eq!(at(read).is_good(&at(shown)), good, "read at {read}, shown at {shown}");
        }
    }
}
