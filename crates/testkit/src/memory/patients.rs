//! Patients, with what their accounts say.

use std::collections::BTreeSet;

use application::patients::CarePatients;
use application::ports::Order;
use clinic_core::ports::Patients;
use clinic_core::{Patient, PatientEntry};
use kernel::{AccountId, DoctorId, Page, PageRequest, PatientId, Position, StoreError, fold};
use scheduling_core::AppointmentStatus;

use super::paging::{is_part, page};
use super::state::State;
use super::transaction::Transaction;

impl Patients for Transaction {
    fn patient(&mut self, id: PatientId) -> Result<Option<PatientEntry>, StoreError> {
        Ok(self.rows().patients.get(&id).and_then(|patient| entry(self.rows(), patient)))
    }

    fn patient_of(&mut self, account: AccountId) -> Result<Option<PatientEntry>, StoreError> {
        let patient = self.rows().patients.values().find(|patient| patient.account == account);
        Ok(patient.and_then(|patient| entry(self.rows(), patient)))
    }

    fn patients(
        &mut self,
        name: Option<&str>,
        request: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, StoreError> {
        Ok(patients_page(self.rows(), name, request, |_| true))
    }

    fn add_patient(&mut self, patient: &Patient) -> Result<(), StoreError> {
        self.require(self.rows().accounts.contains_key(&patient.account), "account")?;
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

impl CarePatients for Transaction {
    fn patients_in_care(
        &mut self,
        doctor: DoctorId,
        name: Option<&str>,
        request: &PageRequest<String>,
    ) -> Result<Page<PatientEntry, String>, StoreError> {
        let rows = self.rows();
        let visits = rows
            .appointments
            .values()
            .filter(|visit| visit.doctor == doctor && visit.status != AppointmentStatus::EnteredInError);
        let in_care: BTreeSet<PatientId> = visits.map(|visit| visit.patient).collect();
        Ok(patients_page(rows, name, request, |patient| in_care.contains(&patient)))
    }
}

fn patients_page(
    rows: &State,
    name: Option<&str>,
    request: &PageRequest<String>,
    wanted: impl Fn(PatientId) -> bool,
) -> Page<PatientEntry, String> {
    let entries =
        rows.patients.values().filter(|patient| wanted(patient.id)).filter_map(|patient| entry(rows, patient));
    let named = entries.filter(|row| is_part(name, &row.full_name));
    page(named, request, Order::Earliest, |row| Position { key: fold(&row.full_name), id: row.patient.id.uuid() })
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
