//! The first free slots of many doctors.

use std::ops::Range;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

use crate::connection::MultiBackend;
use crate::index_hint::push_hint;
use crate::instant::{Instant, Timestamp};
use crate::local_days::StartsOnDays;

/// The first `each` free slots that start within, of each of these doctors who can be booked, in one statement: a short
/// look into one index for each, where a window function would read all that is free for a year.
pub(crate) struct FirstFree<'a> {
    /// The doctors' ids.
    pub(crate) doctors: &'a [Vec<u8>],
    /// When the slots start.
    pub(crate) within: Range<Instant>,
    /// On which days of their location, as the table `slots`.
    pub(crate) on_days: StartsOnDays,
    /// How many of each doctor.
    pub(crate) each: u8,
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
            out.push_bind_param::<Timestamp, _>(&self.within.start)?;
            out.push_sql(" AND starts_at < ");
            out.push_bind_param::<Timestamp, _>(&self.within.end)?;
            out.push_sql(" AND ");
            self.on_days.walk_ast(out.reborrow())?;
            out.push_sql(
                " AND EXISTS (SELECT 1 FROM doctors INNER JOIN accounts ON accounts.id = doctors.account_id \
                 WHERE doctors.accepting_bookings AND accounts.status = 'active' AND doctors.id = ",
            );
            out.push_bind_param::<Binary, _>(doctor)?;
            out.push_sql(&format!(") ORDER BY starts_at, id LIMIT {}) AS of_one", self.each));
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
