//! Looking up what is said of a visit, as a change of it left it.

use clinic_core::Location;
use kernel::{AccountId, Role, StoreError};
use messaging_core::{
    About, Addressee, Before, CalendarEntry, ChangedBy, Happening, Message, MessageKind, Method, Side, VisitFacts,
};
use scheduling_core::appointment::Standing;
use scheduling_core::{Appointment, AppointmentStatus, CancelReason, Change, ChangeKind};

use super::Stationery;
use crate::ports::AnyStore;

/// What is said of a visit beside what the store knows.
pub(super) struct Context<'a> {
    pub(super) stationery: &'a Stationery,
    /// How long before the start a calendar reminds of a visit.
    pub(super) alarm_minutes: u32,
    /// Who reads the message.
    pub(super) reader: AccountId,
    /// What the message does to the reader's calendar.
    pub(super) method: Option<Method>,
}

/// What a message says of its visit; nothing where that is not there any more.
pub(super) fn visit_facts(
    store: &mut AnyStore,
    message: &Message,
    context: &Context<'_>,
) -> Result<Option<VisitFacts>, StoreError> {
    let Some(About { appointment: id, revision }) = message.about else { return Ok(None) };
    let Some(appointment) = store.appointment(id)? else { return Ok(None) };
    let change = store.changes_of(id)?.into_iter().find(|change| change.revision == revision);
    let standing = change.as_ref().map_or(appointment.standing(), |change| told(change, message.kind));
    let Some((doctor, location)) = doctor_and_location(store, &appointment, &standing)? else { return Ok(None) };
    let Some(patient) = store.patient(appointment.patient)? else { return Ok(None) };
    let happening = match &change {
        Some(change) => happening(store, &appointment, change, message.kind)?,
        None => Happening::Plain,
    };
    let calendar = context.method.map(|method| CalendarEntry {
        method,
        uid: format!("{id}@{}", context.stationery.calendar_domain),
        revision,
        url: context.stationery.public_url.clone(),
        alarm_minutes: context.alarm_minutes,
    });
    Ok(Some(VisitFacts {
        start: standing.interval.start().with_timezone(&location.zone),
        end: standing.interval.end().with_timezone(&location.zone),
        is_pending: standing.status == AppointmentStatus::Pending,
        doctor,
        patient: patient.full_name,
        place: location.name,
        address: known(vec![location.address, location.city]),
        reader: match message.to {
            Addressee::Doctor(_) => Side::Doctor,
            Addressee::Patient(_) | Addressee::Account(_) => Side::Patient,
        },
        changed_by: change.map_or(ChangedBy::Clinic, |change| changed_by(&change, context.reader)),
        happening,
        calendar,
    }))
}

/// On one line what there is of an address.
fn known(mut parts: Vec<String>) -> String {
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// What a message tells of a change: what is called off is what was there before it.
fn told(change: &Change, kind: MessageKind) -> Standing {
    if kind == MessageKind::Cancelled { change.from.unwrap_or(change.to) } else { change.to }
}

fn changed_by(change: &Change, reader: AccountId) -> ChangedBy {
    if change.reason_code == Some(CancelReason::Expired) {
        ChangedBy::Expiry
    } else if change.by.account == reader {
        ChangedBy::Reader
    } else if change.by.role == Role::Patient {
        ChangedBy::Patient
    } else {
        ChangedBy::Clinic
    }
}

fn happening(
    store: &mut AnyStore,
    appointment: &Appointment,
    change: &Change,
    kind: MessageKind,
) -> Result<Happening, StoreError> {
    let Some(from) = change.from else { return Ok(Happening::Plain) };
    if change.kind == ChangeKind::Moved && kind == MessageKind::Cancelled {
        return Ok(Happening::MovedAway);
    }
    if change.kind == ChangeKind::Moved {
        let before = doctor_and_location(store, appointment, &from)?;
        return Ok(before.map_or(Happening::Plain, |(doctor, location)| {
            Happening::MovedFrom(Before {
                start: from.interval.start().with_timezone(&location.zone),
                end: from.interval.end().with_timezone(&location.zone),
                doctor,
                place: location.name,
            })
        }));
    }
    let is_again = kind == MessageKind::Booked && from.status == AppointmentStatus::Cancelled;
    Ok(if is_again { Happening::TakesPlaceAgain } else { Happening::Plain })
}

/// The name of the doctor and the location of that slot; those of the appointment, if the slot was removed meanwhile.
fn doctor_and_location(
    store: &mut AnyStore,
    appointment: &Appointment,
    standing: &Standing,
) -> Result<Option<(String, Location)>, StoreError> {
    let slot = store.slots(&[standing.slot])?.into_iter().next();
    let (doctor, location) =
        slot.map_or((appointment.doctor, appointment.location), |slot| (slot.doctor, slot.location));
    let (doctor, location) = (store.doctor(doctor)?, store.location(location)?);
    Ok(doctor.zip(location).map(|(doctor, location)| (doctor.full_name, location)))
}
