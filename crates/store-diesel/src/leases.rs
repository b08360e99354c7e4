//! Who does a job at present.

use application::leases::{Lease, Leases};
use diesel::prelude::*;
use kernel::StoreError;
use uuid::Uuid;

use crate::convert::{Column, bytes};
use crate::instant::Instant;
use crate::schema::leases;
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = leases)]
struct LeaseRow {
    name: String,
    holder: Vec<u8>,
    expires_at: Instant,
}

impl From<&Lease> for LeaseRow {
    fn from(lease: &Lease) -> Self {
        Self { name: lease.name.clone(), holder: bytes(lease.holder), expires_at: Instant::new(lease.expires_at) }
    }
}

impl TryFrom<LeaseRow> for Lease {
    type Error = StoreError;

    fn try_from(row: LeaseRow) -> Result<Self, StoreError> {
        let holder = Column("leases", "holder").id(&row.holder, |id| id)?;
        Ok(Self { name: row.name, holder, expires_at: row.expires_at.utc() })
    }
}

impl Leases for Transaction {
    fn lease(&mut self, name: &str) -> Result<Option<Lease>, StoreError> {
        let row = leases::table.find(name).select(LeaseRow::as_select());
        self.run(|c| row.first(c).optional())?.map(Lease::try_from).transpose()
    }

    fn add_lease(&mut self, lease: &Lease) -> Result<(), StoreError> {
        let row = LeaseRow::from(lease);
        self.run_on_one(|c| diesel::insert_into(leases::table).values(row).execute(c))
    }

    fn change_lease(&mut self, read: &Lease, lease: &Lease) -> Result<(), StoreError> {
        // Of two nodes that have read the same row, one finds another.
        let read = LeaseRow::from(read);
        let row = leases::table
            .find(read.name)
            .filter(leases::holder.eq(read.holder))
            .filter(leases::expires_at.eq(read.expires_at));
        self.run_on_one(|c| diesel::update(row).set(LeaseRow::from(lease)).execute(c))
    }

    fn remove_leases(&mut self, holder: Uuid) -> Result<(), StoreError> {
        let held = leases::table.filter(leases::holder.eq(bytes(holder)));
        self.run(|c| diesel::delete(held).execute(c)).map(|_| ())
    }
}
