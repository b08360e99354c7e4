//! Patients, with what their accounts say.

use application::ports::Order;
use clinic_core::ports::Patients;
use clinic_core::{Patient, PatientEntry};
use kernel::{AccountId, Page, PageRequest, PatientId, Position, StoreError, fold};

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
        let rows = self.rows();
        let entries = rows.patients.values().filter_map(|patient| entry(rows, patient));
        let wanted = entries.filter(|row| is_part(name, &row.full_name));
        Ok(page(wanted, request, Order::Earliest, |row| Position {
            key: fold(&row.full_name),
            id: row.patient.id.uuid(),
        }))
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
