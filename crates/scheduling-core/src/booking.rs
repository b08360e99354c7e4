//! Taking a free slot for a patient.

mod surroundings;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AppointmentId, DoctorId, Guard, Held, Holds, PatientId, Revision, Role, SlotId};

use crate::policy::{BookingPolicy, Confirmation};
use crate::ports::{Appointments, History, Slots};
use crate::recording::{self, Note};
use crate::{Actor, Appointment, AppointmentStatus, ChangeKind, Error, Offer, Refusal, SlotStatus};

pub use surroundings::Surroundings;
pub(crate) use surroundings::{look_around, refuse_crowded};

/// Which slot is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// This one.
    Slot(SlotId),
    /// This one, only if it starts then: whoever saw it at another time does not want it.
    SlotAt {
        /// Which.
        slot: SlotId,
        /// When it must start.
        start: DateTime<Utc>,
    },
    /// The one of this doctor that starts then.
    Start {
        /// Whose.
        doctor: DoctorId,
        /// When.
        start: DateTime<Utc>,
    },
}

impl Target {
    /// The slot that it names, if it names one.
    pub const fn slot(self) -> Option<SlotId> {
        match self {
            Self::Slot(slot) | Self::SlotAt { slot, .. } => Some(slot),
            Self::Start { .. } => None,
        }
    }
}

/// A wish for a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRequest {
    /// The identity that the appointment will have, the same however often the work is run.
    pub id: AppointmentId,
    /// Who comes.
    pub patient: PatientId,
    /// In which slot.
    pub target: Target,
    /// Why the patient comes.
    pub reason: Option<String>,
    /// What else the doctor should know.
    pub notes: Option<String>,
    /// Who asks.
    pub by: Actor,
}

/// Books a free slot: the appointment is made and the slot busy, or nothing is written.
///
/// # Errors
/// A [`Refusal`] of [`decide_booking`]; `UnknownSlot`, `SlotChanged` or `UnknownPatient`; or the store fails.
pub fn book<S: Holds + Slots + Appointments + History + ?Sized>(
    store: &mut S,
    request: &BookingRequest,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    hold(store, request.patient, request.target, policy)?;
    let offer = find(store, request.target)?;
    let surroundings = look_around(store, request.patient, None, &offer, policy, now)?;
    let appointment = decide_booking(request, &offer, &surroundings, policy, now)?;
    store.change_slot(&offer.slot.with_status(SlotStatus::Busy))?;
    let note = Note { by: request.by, kind: ChangeKind::Booked, reason_code: None, reason: None };
    recording::add(store, &appointment, &note)?;
    Ok(appointment)
}

/// Whether this wish can be granted, and what the appointment then looks like.
///
/// # Errors
/// In this order: `SlotNotFree`, `SlotInPast`, `DoctorNotAccepting`, `NoticeTooShort`, `BeyondHorizon`,
/// `PatientInactive`, `PatientBusy`, `PatientCapReached`, `DoctorDayCapReached`.
pub fn decide_booking(
    request: &BookingRequest,
    offer: &Offer,
    surroundings: &Surroundings,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Refusal> {
    refuse_taken(offer, now)?;
    refuse_untimely(offer, policy, now)?;
    refuse_crowded(surroundings, policy)?;
    Ok(Appointment {
        id: request.id,
        patient: request.patient,
        doctor: offer.slot.doctor,
        location: offer.slot.location,
        slot: offer.slot.id,
        interval: offer.slot.interval,
        status: first_status(policy, request.by.role),
        reason: request.reason.clone(),
        notes: request.notes.clone(),
        booked_by: request.by.role,
        received_by: None,
        revision: Revision::FIRST,
        created_at: now,
        updated_at: now,
    })
}

/// Refuses what [`book`] would refuse whoever asks, without making anybody wait: what is read here may be different
/// a moment later, so that `Ok` promises nothing.
///
/// # Errors
/// `UnknownSlot`, `SlotChanged`, `SlotNotFree` or `SlotInPast`; or the store fails.
pub fn refuse_lost<S: Slots + ?Sized>(store: &mut S, target: Target, now: DateTime<Utc>) -> Result<(), Error> {
    Ok(refuse_taken(&find(store, target)?, now)?)
}

/// Makes everyone else who wants something for this patient wait; and, where the doctor's days are capped, for the doctor.
pub(crate) fn hold<S: Holds + Slots + ?Sized>(
    store: &mut S,
    patient: PatientId,
    target: Target,
    policy: &BookingPolicy,
) -> Result<(), Error> {
    let mut guards = BTreeSet::from([Guard::Patient(patient)]);
    if policy.doctor_day_max.is_some() {
        // A slot never changes its doctor, so this read decides nothing but whom to hold.
        guards.insert(Guard::Doctor(find(store, target)?.slot.doctor));
    }
    match store.hold(&guards)? {
        Held::All => Ok(()),
        Held::Missing(Guard::Doctor(doctor)) => Err(Refusal::UnknownDoctor { doctor }.into()),
        Held::Missing(Guard::Patient(_) | Guard::Admins | Guard::Places) => {
            Err(Refusal::UnknownPatient { patient }.into())
        }
    }
}

/// The slot that is wanted, with its terms. That it starts at another time now is no secret of whoever is told so: which
/// time that is, is not said.
pub(crate) fn find<S: Slots + ?Sized>(store: &mut S, target: Target) -> Result<Offer, Error> {
    let offer = match target {
        Target::Slot(slot) | Target::SlotAt { slot, .. } => store.offer(slot)?,
        Target::Start { doctor, start } => store.offer_starting(doctor, start)?,
    };
    let offer = offer.ok_or(Refusal::UnknownSlot)?;
    match target {
        Target::SlotAt { start, .. } if offer.slot.interval.start() != start => {
            Err(Refusal::SlotChanged { start }.into())
        }
        Target::Slot(_) | Target::SlotAt { .. } | Target::Start { .. } => Ok(offer),
    }
}

/// What nobody can set aside: the slot must be free and still to come.
pub(crate) fn refuse_taken(offer: &Offer, now: DateTime<Utc>) -> Result<(), Refusal> {
    let slot = &offer.slot;
    if slot.status != SlotStatus::Free {
        return Err(Refusal::SlotNotFree { status: slot.status });
    }
    if slot.interval.has_begun(now) {
        return Err(Refusal::SlotInPast { start: slot.interval.start(), now });
    }
    Ok(())
}

/// What staff may set aside when they move a visit: whether the doctor accepts, notice and horizon.
pub(crate) fn refuse_untimely(offer: &Offer, policy: &BookingPolicy, now: DateTime<Utc>) -> Result<(), Refusal> {
    let start = offer.slot.interval.start();
    if !offer.schedule.accepting_bookings {
        return Err(Refusal::DoctorNotAccepting);
    }
    if start < now + TimeDelta::minutes(i64::from(policy.notice_minutes_min)) {
        return Err(Refusal::NoticeTooShort { minutes: policy.notice_minutes_min });
    }
    if now + TimeDelta::days(i64::from(policy.horizon_days_max)) < start {
        return Err(Refusal::BeyondHorizon { days: policy.horizon_days_max });
    }
    Ok(())
}

/// What a visit is at first: under confirmation by the doctor it is pending, unless the doctor made it.
pub(crate) fn first_status(policy: &BookingPolicy, by: Role) -> AppointmentStatus {
    match (policy.confirmation, by) {
        (Confirmation::ByDoctor, Role::Patient | Role::Receptionist | Role::Admin) => AppointmentStatus::Pending,
        (Confirmation::ByDoctor, Role::Doctor) | (Confirmation::Automatic, _) => AppointmentStatus::Booked,
    }
}

#[cfg(test)]
mod tests;
