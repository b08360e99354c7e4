//! Guards: rows that are written so that others wait. On Galera only what was written is seen to conflict, so each
//! hold raises the revision.

use std::collections::BTreeSet;

use diesel::prelude::*;
use kernel::{Guard, Held, Holds, StoreError};

use crate::convert::bytes;
use crate::prepared::Update;
use crate::schema::guards;
use crate::transaction::Transaction;

impl Holds for Transaction {
    fn hold(&mut self, wanted: &BTreeSet<Guard>) -> Result<Held, StoreError> {
        for guard in wanted {
            let (kind, id) = guard.key();
            let raise = Update {
                table: "guards",
                values: guards::revision.eq(guards::revision + 1).as_changeset(),
                filter: guards::kind.eq(kind).and(guards::id.eq(bytes(id))),
            };
            let held = self.run(|c| raise.execute(c))?;
            if held == 0 {
                return Ok(Held::Missing(*guard));
            }
        }
        Ok(Held::All)
    }

    fn add_guard(&mut self, guard: Guard) -> Result<(), StoreError> {
        let (kind, id) = guard.key();
        let row = (guards::kind.eq(kind), guards::id.eq(bytes(id)), guards::revision.eq(1));
        self.run_on_one(|c| diesel::insert_into(guards::table).values(row).execute(c))
    }
}
