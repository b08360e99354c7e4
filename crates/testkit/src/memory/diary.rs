//! Lists of times and visits.

use std::collections::BTreeSet;

use application::ports::{
    AppointmentEntry, AppointmentFilter, Diary, FreeSlot, FreeSlotFilter, Labels, PatientContact, SlotEntry, SlotFilter,
};
use chrono::{DateTime, Utc};
use identity_core::AccountStatus;
use kernel::{
    AppointmentId, DoctorId, LocalDays, LocationId, Order, Page, PageRequest, PatientId, Position, SlotId, StoreError,
    fold,
};
use scheduling_core::care::{self, VisitFacts};
use scheduling_core::{Appointment, Slot, SlotStatus};

use super::paging::page;
use super::slots::{slot, standing};
use super::state::State;
use super::transaction::Transaction;

impl Diary for Transaction {
    fn slots_page(
        &mut self,
        filter: &SlotFilter,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<SlotEntry, DateTime<Utc>>, StoreError> {
        let rows = self.rows()?;
        let wanted = standing(rows).filter(|slot| {
            filter.doctor.is_none_or(|doctor| doctor == slot.doctor)
                && filter.statuses.accepts(slot.status)
                && starts_within(slot.interval.start(), filter.from, filter.to)
                && falls_on(rows, filter.days, slot.location, slot.interval.start())
        });
        let entries = wanted
            .filter_map(|slot| Some(SlotEntry { slot: *slot, labels: labels(rows, slot.doctor, slot.location)? }));
        Ok(page(entries, request, Order::Ascending, |row| position(&row.slot)))
    }

    fn free_slots(
        &mut self,
        filter: &FreeSlotFilter,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<FreeSlot, DateTime<Utc>>, StoreError> {
        let rows = self.rows()?;
        let free = standing(rows).filter(|slot| {
            slot.status == SlotStatus::Free
                && filter.doctor.is_none_or(|doctor| doctor == slot.doctor)
                && filter.starts.within.contains(&slot.interval.start())
                && falls_on(rows, filter.starts.days, slot.location, slot.interval.start())
        });
        let wanted = free.filter_map(|slot| free_slot(rows, filter, slot));
        Ok(page(wanted, request, Order::Ascending, |row| position(&row.slot)))
    }

    fn appointments_page(
        &mut self,
        filter: &AppointmentFilter,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AppointmentEntry, DateTime<Utc>>, StoreError> {
        let rows = self.rows()?;
        let wanted = rows.appointments.values().filter(|row| is_wanted(rows, filter, row));
        let entries = wanted.filter_map(|row| entry(rows, row));
        Ok(page(entries, request, filter.order, |row| filter.sort.position(&row.appointment)))
    }

    fn appointment_entry(&mut self, id: AppointmentId) -> Result<Option<AppointmentEntry>, StoreError> {
        let rows = self.rows()?;
        Ok(rows.appointments.get(&id).and_then(|appointment| entry(rows, appointment)))
    }

    fn labels(&mut self, doctor: DoctorId, location: LocationId) -> Result<Option<Labels>, StoreError> {
        Ok(labels(self.rows()?, doctor, location))
    }

    fn visits_with(
        &mut self,
        doctor: DoctorId,
        patients: &[PatientId],
    ) -> Result<Vec<(PatientId, VisitFacts)>, StoreError> {
        let visits = self.rows()?.appointments.values();
        let wanted = visits.filter(|visit| visit.doctor == doctor && patients.contains(&visit.patient));
        let facts: BTreeSet<_> = wanted.map(|visit| (visit.patient, VisitFacts::from(visit))).collect();
        Ok(facts.into_iter().collect())
    }

    fn slots(&mut self, ids: &[SlotId]) -> Result<Vec<Slot>, StoreError> {
        let ids: BTreeSet<SlotId> = ids.iter().copied().collect();
        let rows = self.rows()?;
        Ok(ids.into_iter().filter_map(|id| slot(rows, id)).collect())
    }
}

/// Whether the doctor finds the patient by a visit.
pub(super) fn finds(rows: &State, doctor: DoctorId, patient: PatientId) -> bool {
    let mut visits = rows.appointments.values();
    visits.any(|visit| visit.doctor == doctor && visit.patient == patient && care::keeps_contact(visit.status))
}

fn position(slot: &Slot) -> Position<DateTime<Utc>> {
    Position { key: slot.interval.start(), id: slot.id.uuid() }
}

fn starts_within(start: DateTime<Utc>, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> bool {
    from.is_none_or(|from| from <= start) && to.is_none_or(|to| start < to)
}

/// Whether a start falls on these days of a location.
pub(super) fn falls_on(rows: &State, days: LocalDays, location: LocationId, start: DateTime<Utc>) -> bool {
    days.are_all() || {
        let place = rows.locations.iter().find(|place| place.id == location);
        place.is_some_and(|place| days.contain(place.zone, start))
    }
}

fn labels(rows: &State, doctor: DoctorId, location: LocationId) -> Option<Labels> {
    let doctor = rows.doctors.get(&doctor)?;
    let location = rows.locations.iter().find(|place| place.id == location)?;
    Some(Labels {
        doctor_name: rows.accounts.get(&doctor.account)?.full_name.clone(),
        location_name: location.name.clone(),
        city: location.city.clone(),
        zone: location.zone,
    })
}

/// The slot with its labels, if the doctor accepts bookings and is who is wanted.
fn free_slot(rows: &State, filter: &FreeSlotFilter, slot: &Slot) -> Option<FreeSlot> {
    let doctor = rows.doctors.get(&slot.doctor)?;
    let labels = labels(rows, slot.doctor, slot.location)?;
    let wanted = doctor.accepting_bookings
        && filter.location.is_none_or(|location| location == slot.location && location == doctor.location)
        && filter.specialty.as_ref().is_none_or(|code| doctor.specialties.contains(code))
        && filter.city.as_ref().is_none_or(|city| fold(city) == fold(&labels.city));
    let account = rows.accounts.get(&doctor.account)?;
    let wanted = wanted && account.status == AccountStatus::Active;
    wanted.then_some(FreeSlot { slot: *slot, labels, doctor_pic: account.profile_pic.clone() })
}

fn is_wanted(rows: &State, filter: &AppointmentFilter, row: &Appointment) -> bool {
    filter.patient.is_none_or(|patient| patient == row.patient)
        && filter.doctor.is_none_or(|doctor| doctor == row.doctor)
        && filter.statuses.accepts(row.status)
        && starts_within(row.interval.start(), filter.from, filter.to)
        && falls_on(rows, filter.days, row.location, row.interval.start())
        && filter.ends_after.is_none_or(|after| after < row.interval.end())
        && filter.ended_by.is_none_or(|by| row.interval.end() <= by)
        && filter.updated_since.is_none_or(|since| since <= row.updated_at)
}

fn entry(rows: &State, appointment: &Appointment) -> Option<AppointmentEntry> {
    let patient = rows.patients.get(&appointment.patient)?;
    let account = rows.accounts.get(&patient.account)?;
    Some(AppointmentEntry {
        appointment: appointment.clone(),
        patient: Some(PatientContact {
            full_name: account.full_name.clone(),
            phone: account.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            date_of_birth: patient.date_of_birth,
        }),
        labels: labels(rows, appointment.doctor, appointment.location)?,
    })
}
