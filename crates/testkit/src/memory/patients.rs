//! Patients, with what their accounts say.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use clinic_core::duplicate::Birth;
use clinic_core::ports::{PatientFilter, Patients};
use clinic_core::{Patient, PatientEntry};
use identity_core::NationalId;
use kernel::{AccountId, DoctorId, Page, PageRequest, PatientId, Position, StoreError, fold};

use super::diary::finds;
use super::paging::{is_found, page};
use super::state::State;
use super::transaction::Transaction;

impl Patients for Transaction {
    fn patient(&mut self, id: PatientId) -> Result<Option<PatientEntry>, StoreError> {
        let rows = self.rows()?;
        Ok(rows.patients.get(&id).and_then(|patient| entry(rows, patient)))
    }

    fn patient_of(&mut self, account: AccountId) -> Result<Option<PatientEntry>, StoreError> {
        let rows = self.rows()?;
        let patient = rows.patients.values().find(|patient| patient.account == account);
        Ok(patient.and_then(|patient| entry(rows, patient)))
    }

    fn patients(
        &mut self,
        filter: &PatientFilter,
        request: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, StoreError> {
        let rows = self.rows()?;
        let entries = rows.patients.values().filter_map(|patient| entry(rows, patient));
        let wanted = entries.filter(|row| is_wanted(rows, filter, row));
        Ok(page(wanted, request, filter.order, |row| Position {
            key: fold(&row.full_name),
            id: row.patient.account.uuid(),
        }))
    }

    fn births_on(&mut self, dates: &BTreeSet<NaiveDate>, found_by: Option<DoctorId>) -> Result<Vec<Birth>, StoreError> {
        let rows = self.rows()?;
        let births = rows.patients.values().filter_map(|patient| {
            let date = patient.date_of_birth.filter(|date| dates.contains(date))?;
            let is_found = found_by.is_none_or(|doctor| finds(rows, doctor, patient.id));
            let full_name = rows.accounts.get(&patient.account)?.full_name.clone();
            is_found.then_some(Birth { date, patient: patient.id, full_name })
        });
        Ok(births.collect())
    }

    fn add_patient(&mut self, patient: &Patient) -> Result<(), StoreError> {
        let is_account = self.rows()?.accounts.contains_key(&patient.account);
        self.require(is_account, "account")?;
        self.insert(|rows| &mut rows.patients, patient.id, patient.clone())
    }

    fn change_patient(&mut self, patient: &Patient) -> Result<(), StoreError> {
        match self.rows_mut()?.patients.get_mut(&patient.id) {
            Some(stored) if stored.revision.next() == patient.revision => *stored = patient.clone(),
            _ => return self.lose(),
        }
        Ok(())
    }
}

fn is_wanted(rows: &State, filter: &PatientFilter, row: &PatientEntry) -> bool {
    let national_id = rows.accounts.get(&row.patient.account).and_then(|account| account.national_id.as_ref());
    is_found(filter.name.as_deref(), &row.full_name)
        && filter.phone.as_ref().is_none_or(|wanted| row.phone.as_ref().is_some_and(|phone| wanted.accepts(phone)))
        && filter.national_id.as_ref().is_none_or(|id| national_id.map(NationalId::key) == Some(fold(id)))
        && filter.date_of_birth.is_none_or(|date| row.patient.date_of_birth == Some(date))
        && filter.found_by.is_none_or(|doctor| finds(rows, doctor, row.patient.id))
}

fn entry(rows: &State, patient: &Patient) -> Option<PatientEntry> {
    let account = rows.accounts.get(&patient.account)?;
    Some(PatientEntry {
        patient: patient.clone(),
        full_name: account.full_name.clone(),
        email: account.email.as_str().to_owned(),
        phone: account.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        profile_pic: account.profile_pic.clone(),
    })
}
