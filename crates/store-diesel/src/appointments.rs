//! Appointments. `active_slot_id` says the slot once more while the appointment is active; it is unique, and thereby
//! the last lock on a slot.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{AppointmentId, DoctorId, LocationId, PatientId, SlotId, StoreError};
use scheduling_core::care::VisitFacts;
use scheduling_core::ports::{Appointments, Engagements};
use scheduling_core::{Appointment, Interval};

use crate::convert::{Column, bytes, number, number_before};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::prepared::Update;
use crate::schema::{accounts, appointments, patients};
use crate::slots::{IDS_PER_STATEMENT, earliest_start};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = appointments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct AppointmentRow {
    id: Vec<u8>,
    patient_id: Vec<u8>,
    doctor_id: Vec<u8>,
    location_id: Vec<u8>,
    slot_id: Vec<u8>,
    active_slot_id: Option<Vec<u8>>,
    starts_at: Instant,
    ends_at: Instant,
    status: String,
    reason: Option<String>,
    notes: Option<String>,
    booked_by_role: String,
    received_by_role: Option<String>,
    revision: i64,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&Appointment> for AppointmentRow {
    fn from(appointment: &Appointment) -> Self {
        let slot_id = bytes(appointment.slot.uuid());
        Self {
            id: bytes(appointment.id.uuid()),
            patient_id: bytes(appointment.patient.uuid()),
            doctor_id: bytes(appointment.doctor.uuid()),
            location_id: bytes(appointment.location.uuid()),
            active_slot_id: appointment.status.is_active().then(|| slot_id.clone()),
            slot_id,
            starts_at: Instant::new(appointment.interval.start()),
            ends_at: Instant::new(appointment.interval.end()),
            status: appointment.status.to_string(),
            reason: appointment.reason.clone(),
            notes: appointment.notes.clone(),
            booked_by_role: appointment.booked_by.to_string(),
            received_by_role: appointment.received_by.map(|role| role.to_string()),
            revision: number(appointment.revision),
            created_at: Instant::new(appointment.created_at),
            updated_at: Instant::new(appointment.updated_at),
        }
    }
}

impl TryFrom<AppointmentRow> for Appointment {
    type Error = StoreError;

    fn try_from(row: AppointmentRow) -> Result<Self, StoreError> {
        let column = |name| Column("appointments", name);
        Ok(Self {
            id: column("id").id(&row.id, AppointmentId::new)?,
            patient: column("patient_id").id(&row.patient_id, PatientId::new)?,
            doctor: column("doctor_id").id(&row.doctor_id, DoctorId::new)?,
            location: column("location_id").id(&row.location_id, LocationId::new)?,
            slot: column("slot_id").id(&row.slot_id, SlotId::new)?,
            interval: column("ends_at").interval(row.starts_at, row.ends_at)?,
            status: column("status").word(&row.status)?,
            reason: row.reason,
            notes: row.notes,
            booked_by: column("booked_by_role").word(&row.booked_by_role)?,
            received_by: column("received_by_role").word_if_any(row.received_by_role.as_deref())?,
            revision: column("revision").revision(row.revision)?,
            created_at: row.created_at.utc(),
            updated_at: row.updated_at.utc(),
        })
    }
}

/// The part of an appointment that the care relation depends on.
#[derive(Queryable, Selectable)]
#[diesel(table_name = appointments)]
pub(crate) struct FactsRow {
    status: String,
    booked_by_role: String,
    received_by_role: Option<String>,
}

impl TryFrom<FactsRow> for VisitFacts {
    type Error = StoreError;

    fn try_from(row: FactsRow) -> Result<Self, StoreError> {
        let column = |name| Column("appointments", name);
        Ok(Self {
            status: column("status").word(&row.status)?,
            booked_by: column("booked_by_role").word(&row.booked_by_role)?,
            received_by: column("received_by_role").word_if_any(row.received_by_role.as_deref())?,
        })
    }
}

impl Appointments for Transaction {
    fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
        let row = appointments::table.find(bytes(id.uuid())).select(AppointmentRow::as_select());
        self.run(|c| row.first(c).optional())?.map(Appointment::try_from).transpose()
    }

    fn active_in(&mut self, slots: &[SlotId]) -> Result<Vec<Appointment>, StoreError> {
        let mut found = Vec::new();
        for ids in slots.chunks(IDS_PER_STATEMENT) {
            let ids: Vec<_> = ids.iter().map(|id| bytes(id.uuid())).collect();
            let active = appointments::table.filter(appointments::active_slot_id.eq_any(ids));
            let rows: Vec<AppointmentRow> = self.run(|c| active.select(AppointmentRow::as_select()).load(c))?;
            for row in rows {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }

    // The few rows are sorted here: MariaDB would put them, with their long texts, into a temporary table on the disk.
    fn engagements_of(&mut self, patient: PatientId, span: Interval) -> Result<Engagements, StoreError> {
        let overlapping = appointments::patient_id
            .eq(patients::id)
            .and(appointments::starts_at.gt(earliest_start(span.start())))
            .and(appointments::starts_at.lt(Instant::bound(span.end())))
            .and(appointments::ends_at.gt(Instant::bound(span.start())))
            .and(appointments::active_slot_id.is_not_null());
        let query = patients::table
            .inner_join(accounts::table)
            .left_join(by_index(appointments::table, "appointments_by_patient").on(overlapping))
            .filter(patients::id.eq(bytes(patient.uuid())))
            .select((accounts::status, Option::<AppointmentRow>::as_select()));
        let rows: Vec<(String, Option<AppointmentRow>)> = self.run(|c| query.load(c))?;
        let mut engagements = Engagements::default();
        for (status, row) in rows {
            let status: AccountStatus = Column("accounts", "status").word(&status)?;
            engagements.is_inactive = status == AccountStatus::Inactive;
            engagements.appointments.extend(row.map(Appointment::try_from).transpose()?);
        }
        engagements.appointments.sort_by_key(|appointment| (appointment.interval.start(), appointment.id));
        Ok(engagements)
    }

    fn count_upcoming_of_patient(&mut self, patient: PatientId, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let upcoming = by_index(appointments::table, "appointments_by_patient")
            .filter(appointments::patient_id.eq(bytes(patient.uuid())))
            .filter(appointments::starts_at.gt(earliest_start(now)))
            .filter(appointments::ends_at.gt(Instant::bound(now)))
            .filter(appointments::active_slot_id.is_not_null());
        let count: i64 = self.run(|c| upcoming.count().get_result(c))?;
        Column("appointments", "id").number(count)
    }

    fn count_active_of_doctor_within(&mut self, doctor: DoctorId, span: Interval) -> Result<u32, StoreError> {
        let starting = by_index(appointments::table, "appointments_by_doctor")
            .filter(appointments::doctor_id.eq(bytes(doctor.uuid())))
            .filter(appointments::starts_at.ge(Instant::bound(span.start())))
            .filter(appointments::starts_at.lt(Instant::bound(span.end())))
            .filter(appointments::active_slot_id.is_not_null());
        let count: i64 = self.run(|c| starting.count().get_result(c))?;
        Column("appointments", "id").number(count)
    }

    fn add_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError> {
        let row = AppointmentRow::from(appointment);
        self.run_on_one(|c| diesel::insert_into(appointments::table).values(row).execute(c))
    }

    fn change_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError> {
        let next = Update {
            table: "appointments",
            values: AppointmentRow::from(appointment).as_changeset(),
            filter: appointments::id
                .eq(bytes(appointment.id.uuid()))
                .and(appointments::revision.eq(number_before(appointment.revision))),
        };
        self.run_on_one(|c| next.execute(c))
    }
}
