//! Doctors, with what their accounts and locations say.

use clinic_core::ports::{DoctorFilter, Doctors};
use clinic_core::{Doctor, DoctorEntry};
use identity_core::AccountStatus;
use kernel::{AccountId, DoctorId, Page, PageRequest, Position, StoreError, fold};

use super::directory::free_slots;
use super::paging::{is_found, page};
use super::state::State;
use super::transaction::Transaction;

impl Doctors for Transaction {
    fn doctor(&mut self, id: DoctorId) -> Result<Option<DoctorEntry>, StoreError> {
        let rows = self.rows()?;
        Ok(rows.doctors.get(&id).and_then(|doctor| entry(rows, doctor)))
    }

    fn doctor_of(&mut self, account: AccountId) -> Result<Option<DoctorEntry>, StoreError> {
        let rows = self.rows()?;
        let doctor = rows.doctors.values().find(|doctor| doctor.account == account);
        Ok(doctor.and_then(|doctor| entry(rows, doctor)))
    }

    fn doctors(
        &mut self,
        filter: &DoctorFilter,
        request: &PageRequest<String>,
    ) -> Result<Page<DoctorEntry, String>, StoreError> {
        let rows = self.rows()?;
        let wanted =
            rows.doctors.values().filter_map(|doctor| entry(rows, doctor)).filter(|row| is_wanted(rows, filter, row));
        Ok(page(wanted, request, filter.order, |row| Position {
            key: fold(&row.full_name),
            id: row.doctor.account.uuid(),
        }))
    }

    fn add_doctor(&mut self, doctor: &Doctor) -> Result<(), StoreError> {
        self.require_references(doctor)?;
        self.insert(|rows| &mut rows.doctors, doctor.id, doctor.clone())
    }

    fn change_doctor(&mut self, doctor: &Doctor) -> Result<(), StoreError> {
        self.require_references(doctor)?;
        match self.rows_mut()?.doctors.get_mut(&doctor.id) {
            Some(stored) if stored.revision.next() == doctor.revision => *stored = doctor.clone(),
            _ => return self.lose(),
        }
        Ok(())
    }
}

impl Transaction {
    fn require_references(&mut self, doctor: &Doctor) -> Result<(), StoreError> {
        let rows = self.rows()?;
        let is_account = rows.accounts.contains_key(&doctor.account);
        let is_place = rows.locations.iter().any(|location| location.id == doctor.location);
        let is_known = doctor.specialties.iter().all(|code| rows.specialties.contains_key(code));
        self.require(is_account, "account")?;
        self.require_now(is_place && is_known)
    }
}

pub(super) fn entry(rows: &State, doctor: &Doctor) -> Option<DoctorEntry> {
    let account = rows.accounts.get(&doctor.account)?;
    let location = rows.locations.iter().find(|location| location.id == doctor.location)?;
    Some(DoctorEntry {
        doctor: doctor.clone(),
        full_name: account.full_name.clone(),
        profile_pic: account.profile_pic.clone(),
        location: location.clone(),
        active: account.status == AccountStatus::Active,
    })
}

pub(super) fn is_wanted(rows: &State, filter: &DoctorFilter, row: &DoctorEntry) -> bool {
    let is_free = |within| !free_slots(rows, row.doctor.id, within).is_empty();
    row.active
        && is_found(filter.name.as_deref(), &row.full_name)
        && filter.specialty.as_ref().is_none_or(|code| row.doctor.specialties.contains(code))
        && filter.city.as_ref().is_none_or(|city| fold(city) == fold(&row.location.city))
        && filter.accepting_bookings.is_none_or(|accepting| accepting == row.doctor.accepting_bookings)
        && filter.location.is_none_or(|location| location == row.location.id)
        && filter.free_within.as_ref().is_none_or(is_free)
}
