//! The first free slots of many doctors.

use std::ops::Range;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use kernel::StoreError;
use scheduling_core::Slot;

use crate::connection::MultiBackend;
use crate::index_hint::push_hint;
use crate::instant::{Instant, Timestamp};
use crate::local_days::StartsOnDays;
use crate::slots::SlotRow;
use crate::transaction::Transaction;

/// How many doctors one statement asks about: SQLite joins at most 500 selects.
pub(crate) const DOCTORS_PER_STATEMENT: usize = 100;

/// What is looked for among the free slots of each doctor.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// When they start.
    pub(crate) within: Range<Instant>,
    /// On which days of their location, as the table `slots`.
    pub(crate) on_days: StartsOnDays,
    /// Where; anywhere without.
    pub(crate) location: Option<Vec<u8>>,
    /// The id behind which those come that start first of all.
    pub(crate) after: Option<Vec<u8>>,
    /// How many of each doctor.
    pub(crate) each: u8,
}

/// The first free slots of each of these doctors who can be booked, in one statement: a short look into one index for each,
/// where a window function would read all that is free for a year.
struct FirstFree<'a> {
    doctors: &'a [Vec<u8>],
    look: &'a Look,
}

impl Transaction {
    /// The first free slots of each of these doctors who can be booked, by start and id.
    pub(crate) fn first_free(&mut self, doctors: &[Vec<u8>], look: &Look) -> Result<Vec<Slot>, StoreError> {
        let mut found = Vec::new();
        for doctors in doctors.chunks(DOCTORS_PER_STATEMENT) {
            let rows: Vec<SlotRow> = self.run(|c| FirstFree { doctors, look }.load(c))?;
            for row in rows {
                found.push(Slot::try_from(row)?);
            }
        }
        found.sort_by_key(|slot| (slot.interval.start(), slot.id));
        Ok(found)
    }
}

impl QueryFragment<MultiBackend> for FirstFree<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for (n, doctor) in self.doctors.iter().enumerate() {
            out.push_sql(if n == 0 { "" } else { " UNION ALL " });
            out.push_sql(
                "SELECT * FROM (SELECT id, schedule_id, doctor_id, location_id, starts_at, ends_at, status, revision, \
                 utc_offset_seconds FROM slots",
            );
            push_hint(&mut out, "slots_by_doctor_and_status");
            out.push_sql(" WHERE status = 'free' AND doctor_id = ");
            out.push_bind_param::<Binary, _>(doctor)?;
            out.push_sql(" AND starts_at >= ");
            out.push_bind_param::<Timestamp, _>(&self.look.within.start)?;
            out.push_sql(" AND starts_at < ");
            out.push_bind_param::<Timestamp, _>(&self.look.within.end)?;
            out.push_sql(" AND ");
            self.look.on_days.walk_ast(out.reborrow())?;
            if let Some(location) = &self.look.location {
                out.push_sql(" AND location_id = ");
                out.push_bind_param::<Binary, _>(location)?;
            }
            if let Some(after) = &self.look.after {
                out.push_sql(" AND (starts_at > ");
                out.push_bind_param::<Timestamp, _>(&self.look.within.start)?;
                out.push_sql(" OR id > ");
                out.push_bind_param::<Binary, _>(after)?;
                out.push_sql(")");
            }
            out.push_sql(
                " AND EXISTS (SELECT 1 FROM doctors INNER JOIN accounts ON accounts.id = doctors.account_id \
                 WHERE doctors.accepting_bookings AND accounts.status = 'active' AND doctors.id = ",
            );
            out.push_bind_param::<Binary, _>(doctor)?;
            out.push_sql(&format!(") ORDER BY starts_at, id LIMIT {}) AS of_one", self.look.each));
        }
        Ok(())
    }
}

impl Query for FirstFree<'_> {
    type SqlType = (Binary, Binary, Binary, Binary, Timestamp, Timestamp, Text, BigInt, Nullable<Integer>);
}

impl QueryId for FirstFree<'_> {
    type QueryId = ();

    // The number of doctors is part of the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for FirstFree<'_> {}
