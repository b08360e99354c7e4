//! What new rules of time zones shift, for those who run the installation.

use std::collections::BTreeSet;

use kernel::{DoctorId, TimeZones, UnitOfWorkExt, Zone};
use scheduling_core::zone_changes::{self, Shifts};
use scheduling_core::{Appointment, SlotStatus};

use crate::audit::{AuditAction, record};
use crate::editions::Concern;
use crate::{App, Error, Refusal, Store, Thing};

/// The shifted slots of one doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorShifts {
    /// The doctor's name.
    pub doctor_name: String,
    /// The zone of the location.
    pub zone: Zone,
    /// The slots.
    pub shifts: Shifts,
    /// The visits in those that are taken.
    pub visits: Vec<Appointment>,
}

impl App {
    /// Slots to come that are no longer at the wall time they were published for, of every doctor who has some.
    ///
    /// Slots without an offset were published by the rules `earlier`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn time_zone_shifts(&self, earlier: &TimeZones) -> Result<Vec<DoctorShifts>, Error> {
        let now = self.clock.now();
        let of_one = |doctor| {
            self.store.read(|store| {
                let shifts = zone_changes::find_shifts(store, doctor, earlier, now)?;
                described(store, doctor, shifts)
            })
        };
        self.of_every_doctor(of_one)
    }

    /// Moves the free and blocked ones among them to their promised wall times, doctor by doctor, and says what there was
    /// before. Visits, and what would come into another slot or into the past, stay.
    ///
    /// # Errors
    /// When the store fails; the doctors before are done then.
    pub fn restore_wall_times(&self, earlier: &TimeZones) -> Result<Vec<DoctorShifts>, Error> {
        let now = self.clock.now();
        let detail = format!("starts_at, ends_at; time zone rules {}", self.zones.version());
        let of_one = |doctor| {
            let about = |_: &DoctorShifts| Concern::Doctors(vec![doctor]);
            self.store.write_about(about, |store| {
                let shifts = zone_changes::restore_wall_times(store, doctor, earlier, now)?;
                for shift in &shifts.movable {
                    let (entry, subject) = (self.ids.fresh(), Some(shift.slot.id.uuid()));
                    record(store, entry, now, None, AuditAction::SlotChanged, subject, Some(detail.clone()))?;
                }
                described(store, doctor, shifts)
            })
        };
        self.of_every_doctor(of_one)
    }

    fn of_every_doctor(
        &self,
        of_one: impl Fn(DoctorId) -> Result<DoctorShifts, Error>,
    ) -> Result<Vec<DoctorShifts>, Error> {
        let doctors: BTreeSet<DoctorId> = self.store.read(|store| {
            let places = store.locations()?;
            let doctors = places.iter().map(|place| store.doctors_at(place.id)).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, Error>(doctors.into_iter().flatten().collect())
        })?;
        let all = doctors.into_iter().map(of_one).collect::<Result<Vec<_>, _>>()?;
        Ok(all.into_iter().filter(|found| found.shifts != Shifts::default()).collect())
    }
}

fn described<S: Store + ?Sized>(store: &mut S, doctor: DoctorId, shifts: Shifts) -> Result<DoctorShifts, Error> {
    let entry = store.doctor(doctor)?.ok_or(Refusal::Unknown(Thing::Doctor))?;
    let zone = store.schedule_of(doctor)?.map_or(entry.location.zone, |schedule| schedule.zone);
    let busy = shifts.taken.iter().filter(|shift| shift.slot.status == SlotStatus::Busy);
    let slots: Vec<_> = busy.map(|shift| shift.slot.id).collect();
    let visits = if slots.is_empty() { Vec::new() } else { store.active_in(&slots)? };
    Ok(DoctorShifts { doctor_name: entry.full_name, zone, shifts, visits })
}
