//! Appointments and their history.

use application::ports::HistoryPages;
use chrono::{DateTime, Utc};
use identity_core::AccountStatus;
use kernel::{AppointmentId, DoctorId, Order, Page, PageRequest, PatientId, Position, Revision, SlotId, StoreError};
use scheduling_core::ports::{Appointments, Engagements, History};
use scheduling_core::{Appointment, Change, Interval};

use super::paging::page;
use super::state::State;
use super::transaction::Transaction;

impl Appointments for Transaction {
    fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
        Ok(self.rows()?.appointments.get(&id).cloned())
    }

    fn active_in(&mut self, slots: &[SlotId]) -> Result<Vec<Appointment>, StoreError> {
        Ok(active(self.rows()?).filter(|appointment| slots.contains(&appointment.slot)).cloned().collect())
    }

    fn engagements_of(&mut self, patient: PatientId, span: Interval) -> Result<Engagements, StoreError> {
        let rows = self.rows()?;
        let is_wanted = |row: &&Appointment| row.patient == patient && row.interval.overlaps(span);
        let mut appointments: Vec<Appointment> = active(rows).filter(is_wanted).cloned().collect();
        appointments.sort_by_key(|row| (row.interval.start(), row.id));
        let account = rows.patients.get(&patient).and_then(|patient| rows.accounts.get(&patient.account));
        let is_inactive = account.is_some_and(|account| account.status == AccountStatus::Inactive);
        Ok(Engagements { appointments, is_inactive })
    }

    fn count_upcoming_of_patient(&mut self, patient: PatientId, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let upcoming = active(self.rows()?).filter(|row| row.patient == patient && !row.interval.is_over(now));
        Ok(u32::try_from(upcoming.count()).unwrap())
    }

    fn count_active_of_doctor_within(&mut self, doctor: DoctorId, span: Interval) -> Result<u32, StoreError> {
        let starts_within = |row: &Appointment| (span.start()..span.end()).contains(&row.interval.start());
        let theirs = active(self.rows()?).filter(|row| row.doctor == doctor && starts_within(row));
        Ok(u32::try_from(theirs.count()).unwrap())
    }

    fn add_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        let is_patient = rows.patients.contains_key(&appointment.patient);
        let is_doctor = rows.doctors.contains_key(&appointment.doctor);
        let taken = is_slot_taken(rows, appointment);
        if !taken && rows.appointments.insert(appointment.id, appointment.clone()).is_none() {
            self.require(is_patient, "patient")?;
            return self.require(is_doctor, "doctor");
        }
        self.lose()
    }

    fn change_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        let taken = is_slot_taken(rows, appointment);
        match rows.appointments.get_mut(&appointment.id) {
            Some(stored) if stored.revision.next() == appointment.revision && !taken => *stored = appointment.clone(),
            _ => return self.lose(),
        }
        Ok(())
    }
}

impl History for Transaction {
    fn add_change(&mut self, change: &Change) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.changes, (change.appointment, change.revision), change.clone())
    }

    fn changes_of(&mut self, appointment: AppointmentId) -> Result<Vec<Change>, StoreError> {
        let every_revision = (appointment, Revision::FIRST)..;
        let changes = self.rows()?.changes.range(every_revision).map(|(_, change)| change);
        Ok(changes.take_while(|change| change.appointment == appointment).cloned().collect())
    }
}

impl HistoryPages for Transaction {
    fn changes_page(
        &mut self,
        id: AppointmentId,
        request: &PageRequest<Revision>,
    ) -> Result<Page<Change, Revision>, StoreError> {
        let changes = self.changes_of(id)?.into_iter();
        Ok(page(changes, request, Order::Ascending, |change| Position { key: change.revision, id: id.uuid() }))
    }
}

fn active(rows: &State) -> impl Iterator<Item = &Appointment> {
    rows.appointments.values().filter(|appointment| appointment.status.is_active())
}

/// Whether another active appointment has the slot that this one would have.
fn is_slot_taken(rows: &State, new: &Appointment) -> bool {
    new.status.is_active() && active(rows).any(|other| other.slot == new.slot && other.id != new.id)
}
