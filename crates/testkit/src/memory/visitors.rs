//! Who is calling.

use application::ports::{Visitor, Visitors};
use identity_core::AccountStatus;
use kernel::{SessionId, StoreError};

use super::transaction::Transaction;

impl Visitors for Transaction {
    fn visitor(&mut self, session: SessionId) -> Result<Option<Visitor>, StoreError> {
        let rows = self.rows()?;
        let Some(session) = rows.sessions.get(&session) else { return Ok(None) };
        let Some(account) = rows.accounts.get(&session.account) else { return Ok(None) };
        let doctor = rows.doctors.values().find(|doctor| doctor.account == account.id).map(|doctor| doctor.id.uuid());
        let patient = rows.patients.values().find(|patient| patient.account == account.id);
        Ok(Some(Visitor {
            session: session.clone(),
            role: account.role,
            active: account.status == AccountStatus::Active,
            profile: doctor.or_else(|| patient.map(|patient| patient.id.uuid())),
        }))
    }
}
