//! Who is calling.

use application::ports::{Visitor, Visitors};
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{Role, SessionId, StoreError};

use crate::convert::{Column, bytes};
use crate::schema::{accounts, doctors, patients, sessions};
use crate::sessions::SessionRow;
use crate::transaction::Transaction;

/// A session, its account's role and status, and the id of the account's profile as a doctor or as a patient.
type VisitorRow = (SessionRow, String, String, Option<Vec<u8>>, Option<Vec<u8>>);

impl Visitors for Transaction {
    fn visitor(&mut self, session: SessionId) -> Result<Option<Visitor>, StoreError> {
        let query = sessions::table
            .inner_join(accounts::table)
            .left_join(doctors::table.on(doctors::account_id.eq(accounts::id)))
            .left_join(patients::table.on(patients::account_id.eq(accounts::id)))
            .filter(sessions::id.eq(bytes(session.uuid())))
            .select((
                SessionRow::as_select(),
                accounts::role,
                accounts::status,
                doctors::id.nullable(),
                patients::id.nullable(),
            ));
        self.run(|c| query.first::<VisitorRow>(c).optional())?.map(visitor).transpose()
    }
}

fn visitor((session, role, status, doctor, patient): VisitorRow) -> Result<Visitor, StoreError> {
    let role = Column("accounts", "role").word(&role)?;
    let status: AccountStatus = Column("accounts", "status").word(&status)?;
    let profile = match role {
        Role::Doctor => doctor.map(|id| Column("doctors", "id").id(&id, |id| id)).transpose()?,
        Role::Patient => patient.map(|id| Column("patients", "id").id(&id, |id| id)).transpose()?,
        Role::Receptionist | Role::Admin => None,
    };
    Ok(Visitor { session: session.try_into()?, role, active: status == AccountStatus::Active, profile })
}
