use chrono::{DateTime, Utc};
use kernel::{PatientId, StoreError};

use crate::policy::BookingPolicy;
use crate::ports::Appointments;
use crate::{Appointment, Interval, Offer, Refusal, local_time};

/// What else is going on around a slot that somebody wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The patient's other active appointments that overlap it.
    pub overlapping: Vec<Appointment>,
    /// Whether the patient's account is closed.
    pub is_patient_inactive: bool,
    /// How many active appointments the patient has that are not over; 0 where there is no cap.
    pub upcoming: u32,
    /// How many active appointments the doctor has on that day; 0 where there is no cap.
    pub doctor_day: u32,
}

/// Loads what the decision needs, leaving the appointment that is to move out of account.
pub(crate) fn look_around<S: Appointments + ?Sized>(
    store: &mut S,
    patient: PatientId,
    moving: Option<&Appointment>,
    offer: &Offer,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Surroundings, StoreError> {
    let engagements = store.engagements_of(patient, offer.slot.interval)?;
    let mut overlapping = engagements.appointments;
    overlapping.retain(|other| moving.is_none_or(|moving| moving.id != other.id));
    let upcoming = match policy.patient_upcoming_max {
        Some(_) if moving.is_none() => store.count_upcoming_of_patient(patient, now)?,
        _ => 0,
    };
    let day = day_of(offer).filter(|day| {
        let stays = moving.is_some_and(|moving| {
            moving.doctor == offer.slot.doctor && day.start() <= moving.interval.start() && !day.is_before(moving)
        });
        policy.doctor_day_max.is_some() && !stays
    });
    let doctor_day = match day {
        Some(day) => store.count_active_of_doctor_within(offer.slot.doctor, day)?,
        None => 0,
    };
    Ok(Surroundings { overlapping, is_patient_inactive: engagements.is_inactive, upcoming, doctor_day })
}

impl Interval {
    /// Whether it ends before, or when, a visit starts.
    fn is_before(self, visit: &Appointment) -> bool {
        self.end() <= visit.interval.start()
    }
}

/// The local day on which a slot starts.
fn day_of(offer: &Offer) -> Option<Interval> {
    let zone = offer.schedule.zone;
    local_time::day_bounds(zone, local_time::day(zone, offer.slot.interval.start()))
}

/// What nobody can set aside either: a closed account gets no new time, nobody is in two places, and caps are caps.
pub(crate) fn refuse_crowded(surroundings: &Surroundings, policy: &BookingPolicy) -> Result<(), Refusal> {
    if surroundings.is_patient_inactive {
        return Err(Refusal::PatientInactive);
    }
    if let Some(other) = surroundings.overlapping.first() {
        return Err(Refusal::PatientBusy { interval: other.interval });
    }
    match policy.patient_upcoming_max {
        Some(most) if most <= surroundings.upcoming => return Err(Refusal::PatientCapReached { most }),
        _ => {}
    }
    match policy.doctor_day_max {
        Some(most) if most <= surroundings.doctor_day => Err(Refusal::DoctorDayCapReached { most }),
        _ => Ok(()),
    }
}
