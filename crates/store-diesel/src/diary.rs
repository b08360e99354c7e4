//! Lists of times and visits, by start, then id.

use application::ports::{
    AppointmentEntry, AppointmentFilter, AppointmentSort, Diary, FreeSlot, FreeSlotFilter, Labels, PatientContact,
    SlotEntry, SlotFilter,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{
    AnyOf, AppointmentId, DoctorId, LocationId, Order, Page, PageRequest, PatientId, Position, SlotId, Starts,
    StoreError, TimeZones, Word,
};
use scheduling_core::care::VisitFacts;
use scheduling_core::{AppointmentStatus, Slot, SlotStatus};

use crate::appointments::{AppointmentRow, FactsRow};
use crate::convert::{Column, bytes, coalesce, key};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::labels::{LabelsRow, label_columns, labels};
use crate::paging::{self, page_by};
use crate::schema::{accounts, appointments, doctor_specialties, doctors, locations, patients, slots};
use crate::slots::{IDS_PER_STATEMENT, IN_ERROR, SlotRow, earliest_start};
use crate::transaction::Transaction;

type ByStart = PageRequest<DateTime<Utc>>;

diesel::alias!(accounts as doctor_accounts: DoctorAccounts);

/// An appointment, the patient's name, telephone and date of birth, and the labels.
type EntryRow = (AppointmentRow, Option<String>, Option<String>, Option<NaiveDate>, LabelsRow);

// There always is a patient. The joins are outer ones because their order is kept: the appointments come
// first, in the order of an index, and a page reads no more of them than it shows. They are flat, each with one table:
// SQLite makes all rows of a join that stands inside another one before it looks for the few that are wanted.
macro_rules! entries {
    ($appointments:expr) => {
        $appointments
            .left_join(patients::table.on(patients::id.eq(appointments::patient_id)))
            .left_join(accounts::table.on(accounts::id.nullable().eq(patients::account_id.nullable())))
            .left_join(doctors::table.on(doctors::id.eq(appointments::doctor_id)))
            .left_join(
                doctor_accounts.on(doctor_accounts.field(accounts::id).nullable().eq(doctors::account_id.nullable())),
            )
            .left_join(locations::table.on(locations::id.eq(appointments::location_id)))
            .select((
                AppointmentRow::as_select(),
                accounts::full_name.nullable(),
                accounts::phone.nullable(),
                patients::date_of_birth.nullable(),
                label_columns!(doctor_accounts.field(accounts::full_name)),
            ))
    };
}

/// Narrows a query to the slots in a status and on some days that a filter wants. They are counted without labels, which
/// SQLite would look up for each.
macro_rules! wanted_slots {
    ($query:expr, $filter:expr, $status:expr, $days:expr) => {{
        let mut query = $query.filter(slots::status.ne(IN_ERROR)).into_boxed();
        if let Some(doctor) = $filter.doctor {
            query = query.filter(slots::doctor_id.eq(bytes(doctor.uuid())));
        }
        if let Some(from) = $filter.from {
            query = query.filter(slots::starts_at.ge(Instant::bound(from)));
        }
        if let Some(to) = $filter.to {
            query = query.filter(slots::starts_at.lt(Instant::bound(to)));
        }
        if let Some(days) = &$days {
            query = query.filter(days.clone());
        }
        if let Some(status) = $status {
            query = query.filter(slots::status.eq(status.as_str()));
        }
        query
    }};
}

/// The same for appointments in some statuses.
macro_rules! wanted_visits {
    ($query:expr, $filter:expr, $statuses:expr, $days:expr) => {{
        let mut query = $query.into_boxed();
        if let Some(patient) = $filter.patient {
            query = query.filter(appointments::patient_id.eq(bytes(patient.uuid())));
        }
        if let Some(doctor) = $filter.doctor {
            query = query.filter(appointments::doctor_id.eq(bytes(doctor.uuid())));
        }
        if !$statuses.is_open() {
            let statuses = $statuses.as_slice().iter().map(|status| status.as_str());
            query = query.filter(appointments::status.eq_any(statuses));
        }
        if let Some(from) = $filter.from {
            query = query.filter(appointments::starts_at.ge(Instant::bound(from)));
        }
        if let Some(to) = $filter.to {
            query = query.filter(appointments::starts_at.lt(Instant::bound(to)));
        }
        if let Some(days) = &$days {
            query = query.filter(days.clone());
        }
        if let Some(after) = $filter.ends_after {
            query = query
                .filter(appointments::starts_at.gt(earliest_start(after)))
                .filter(appointments::ends_at.gt(Instant::bound(after)));
        }
        if let Some(by) = $filter.ended_by {
            query = query
                .filter(appointments::starts_at.lt(Instant::bound(by)))
                .filter(appointments::ends_at.le(Instant::bound(by)));
        }
        if let Some(since) = $filter.updated_since {
            query = query.filter(appointments::updated_at.ge(Instant::bound(since)));
        }
        query
    }};
}

fn entry(
    zones: &TimeZones,
    (row, full_name, phone, date_of_birth, shown): EntryRow,
) -> Result<AppointmentEntry, StoreError> {
    let full_name = full_name.ok_or(Column("appointments", "patient_id").corrupt())?;
    let patient = Some(PatientContact { full_name, phone, date_of_birth });
    Ok(AppointmentEntry { appointment: row.try_into()?, patient, labels: labels(zones, "appointments", shown)? })
}

fn slot_position(slot: &Slot) -> Position<DateTime<Utc>> {
    Position { key: slot.interval.start(), id: slot.id.uuid() }
}

/// The statuses of each look into an index. The visits of one doctor or patient are one range, whatever their statuses, so
/// are those that have changed, and whoever wants all that are active wants most of what there is; else a rare status would
/// be found after all the others.
fn looks(filter: &AppointmentFilter) -> Vec<AnyOf<AppointmentStatus>> {
    let is_range = filter.patient.is_some() || filter.doctor.is_some() || filter.sort == AppointmentSort::Update;
    let mut active = AppointmentStatus::ALL.iter().filter(|status| status.is_active());
    if is_range || active.all(|status| filter.statuses.accepts(*status)) {
        return vec![filter.statuses.clone()];
    }
    filter.statuses.each().map(AnyOf::from).collect()
}

/// The index in whose order the visits in these statuses are read.
fn index(filter: &AppointmentFilter, statuses: &AnyOf<AppointmentStatus>) -> &'static str {
    match (filter.sort, filter.patient, filter.doctor, statuses.as_slice()) {
        (AppointmentSort::Start, Some(_), ..) => "appointments_by_patient",
        (AppointmentSort::Start, None, Some(_), _) => "appointments_by_doctor",
        (AppointmentSort::Start, None, None, [_]) => "appointments_by_status",
        (AppointmentSort::Start, None, None, _) => "appointments_by_start",
        (AppointmentSort::Update, Some(_), ..) => "appointments_by_patient_and_update",
        (AppointmentSort::Update, None, Some(_), _) => "appointments_by_doctor_and_update",
        (AppointmentSort::Update, None, None, _) => "appointments_by_update",
    }
}

/// The index in whose order slots in this status are read.
fn slots_index(filter: &SlotFilter, status: Option<SlotStatus>) -> &'static str {
    match (filter.doctor, status) {
        (Some(_), Some(_)) => "slots_by_doctor_and_status",
        (Some(_), None) => "slots_by_doctor",
        (None, Some(_)) => "slots_by_status",
        (None, None) => "slots_by_start",
    }
}

impl Diary for Transaction {
    fn slots_page(
        &mut self,
        filter: &SlotFilter,
        page: &ByStart,
    ) -> Result<Page<SlotEntry, DateTime<Utc>>, StoreError> {
        let (mut found, mut total): (Vec<SlotEntry>, _) = (Vec::new(), page.total.start());
        let days = self.on_days("slots", filter.days)?;
        for status in filter.statuses.each() {
            let table = by_index(slots::table, slots_index(filter, status));
            self.count_into(&mut total, |c| wanted_slots!(table, filter, status, days).count().get_result(c))?;
            let labelled = table
                .left_join(doctors::table.on(doctors::id.eq(slots::doctor_id)))
                .left_join(accounts::table.on(accounts::id.nullable().eq(doctors::account_id.nullable())))
                .left_join(locations::table.on(locations::id.eq(slots::location_id)))
                .select((SlotRow::as_select(), label_columns!(accounts::full_name)));
            let query = wanted_slots!(labelled, filter, status, days);
            let query = page_by!(query, (slots::starts_at, slots::id), Order::Ascending, page, paging::time);
            let rows: Vec<(SlotRow, LabelsRow)> = self.run(|c| query.load(c))?;
            for (row, shown) in rows {
                found.push(SlotEntry { slot: row.try_into()?, labels: labels(self.zones(), "slots", shown)? });
            }
        }
        found.sort_by_key(|entry| (entry.slot.interval.start(), entry.slot.id));
        Ok(Page::of(found, page.limit, |entry| slot_position(&entry.slot)).with_total(total))
    }

    fn free_slots(
        &mut self,
        filter: &FreeSlotFilter,
        page: &ByStart,
    ) -> Result<Page<FreeSlot, DateTime<Utc>>, StoreError> {
        if let (None, Some(location)) = (filter.doctor, filter.location) {
            return self.free_slots_at(location, filter, page);
        }
        let Starts { within, days } = &filter.starts;
        let days = self.on_days("slots", *days)?;
        let index = if filter.doctor.is_some() { "slots_by_doctor_and_status" } else { "slots_by_status" };
        let wanted = || {
            let is_open = doctors::accepting_bookings
                .nullable()
                .eq(true)
                .and(accounts::status.nullable().eq(AccountStatus::Active.as_str()));
            let mut query = by_index(slots::table, index)
                .left_join(doctors::table.on(doctors::id.eq(slots::doctor_id)))
                .left_join(accounts::table.on(accounts::id.nullable().eq(doctors::account_id.nullable())))
                .left_join(locations::table.on(locations::id.eq(slots::location_id)))
                .filter(slots::status.eq(SlotStatus::Free.as_str()))
                .filter(coalesce(is_open, false))
                .filter(slots::starts_at.ge(Instant::bound(within.start)))
                .filter(slots::starts_at.lt(Instant::bound(within.end)))
                .select((SlotRow::as_select(), label_columns!(accounts::full_name), accounts::profile_pic.nullable()))
                .into_boxed();
            if let Some(doctor) = filter.doctor {
                query = query.filter(slots::doctor_id.eq(bytes(doctor.uuid())));
            }
            if let Some(location) = filter.location {
                let location = bytes(location.uuid());
                query = query
                    .filter(slots::location_id.eq(location.clone()))
                    .filter(coalesce(doctors::location_id.nullable().eq(location), false));
            }
            if let Some(days) = &days {
                query = query.filter(days.clone());
            }
            if let Some(code) = &filter.specialty {
                let has = doctor_specialties::table
                    .filter(doctor_specialties::doctor_id.eq(slots::doctor_id))
                    .filter(doctor_specialties::specialty_code.eq(code));
                query = query.filter(coalesce(exists(has).nullable(), false));
            }
            if let Some(city) = &filter.city {
                query = query.filter(coalesce(locations::city_key.nullable().eq(key(city)), false));
            }
            query
        };
        let mut total = page.total.start();
        self.count_into(&mut total, |c| wanted().count().get_result(c))?;
        let query = page_by!(wanted(), (slots::starts_at, slots::id), Order::Ascending, page, paging::time);
        let rows: Vec<(SlotRow, LabelsRow, Option<String>)> = self.run(|c| query.load(c))?;
        let free = |(row, shown, doctor_pic): (SlotRow, LabelsRow, Option<String>)| {
            Ok(FreeSlot { slot: row.try_into()?, labels: labels(self.zones(), "slots", shown)?, doctor_pic })
        };
        let found = rows.into_iter().map(free).collect::<Result<_, StoreError>>()?;
        Ok(Page::of(found, page.limit, |free| slot_position(&free.slot)).with_total(total))
    }

    fn appointments_page(
        &mut self,
        filter: &AppointmentFilter,
        page: &ByStart,
    ) -> Result<Page<AppointmentEntry, DateTime<Utc>>, StoreError> {
        let (mut found, mut total): (Vec<AppointmentEntry>, _) = (Vec::new(), page.total.start());
        let days = self.on_days("appointments", filter.days)?;
        for statuses in looks(filter) {
            let table = by_index(appointments::table, index(filter, &statuses));
            self.count_into(&mut total, |c| wanted_visits!(table, filter, statuses, days).count().get_result(c))?;
            let (query, order) = (wanted_visits!(entries!(table), filter, statuses, days), filter.order);
            let query = match filter.sort {
                AppointmentSort::Start => {
                    page_by!(query, (appointments::starts_at, appointments::id), order, page, paging::time)
                }
                AppointmentSort::Update => {
                    page_by!(query, (appointments::updated_at, appointments::id), order, page, paging::time)
                }
            };
            let rows: Vec<EntryRow> = self.run(|c| query.load(c))?;
            for row in rows {
                found.push(entry(self.zones(), row)?);
            }
        }
        let position = |entry: &AppointmentEntry| filter.sort.position(&entry.appointment);
        found.sort_by_key(position);
        if filter.order == Order::Descending {
            found.reverse();
        }
        Ok(Page::of(found, page.limit, position).with_total(total))
    }

    fn appointment_entry(&mut self, id: AppointmentId) -> Result<Option<AppointmentEntry>, StoreError> {
        let row = self
            .run(|c| entries!(appointments::table).filter(appointments::id.eq(bytes(id.uuid()))).first(c).optional())?;
        row.map(|row| entry(self.zones(), row)).transpose()
    }

    fn labels(&mut self, doctor: DoctorId, location: LocationId) -> Result<Option<Labels>, StoreError> {
        self.labels_of(doctor, location)
    }

    // The visits of these patients are a short range of appointments_by_patient.
    fn visits_with(
        &mut self,
        doctor: DoctorId,
        patients: &[PatientId],
    ) -> Result<Vec<(PatientId, VisitFacts)>, StoreError> {
        let mut found = Vec::new();
        for patients in patients.chunks(IDS_PER_STATEMENT) {
            let ids: Vec<_> = patients.iter().map(|id| bytes(id.uuid())).collect();
            let visits = appointments::table
                .filter(appointments::patient_id.eq_any(ids))
                .filter(appointments::doctor_id.eq(bytes(doctor.uuid())))
                .select((appointments::patient_id, FactsRow::as_select()))
                .distinct();
            let rows: Vec<(Vec<u8>, FactsRow)> = self.run(|c| visits.load(c))?;
            for (patient, facts) in rows {
                let patient = Column("appointments", "patient_id").id(&patient, PatientId::new)?;
                found.push((patient, facts.try_into()?));
            }
        }
        Ok(found)
    }

    fn slots(&mut self, ids: &[SlotId]) -> Result<Vec<Slot>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(IDS_PER_STATEMENT) {
            let ids: Vec<_> = ids.iter().map(|id| bytes(id.uuid())).collect();
            let some = slots::table.filter(slots::id.eq_any(ids)).filter(slots::status.ne(IN_ERROR));
            let rows: Vec<SlotRow> = self.run(|c| some.select(SlotRow::as_select()).load(c))?;
            for row in rows {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }
}
