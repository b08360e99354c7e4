//! Rows that start on calendar days of their locations.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Binary, Bool, HasSqlType};
use kernel::{LocalDays, LocationId, StoreError};

use crate::convert::{Column, bytes};
use crate::instant::{Instant, Timestamp};
use crate::places::zone;
use crate::schema::locations;
use crate::transaction::Transaction;

/// From when on, and before when.
type Ends = (Option<Instant>, Option<Instant>);

/// The condition that a row of a table with `location_id` and `starts_at` starts on some days.
///
/// It is a range for an index, from the earliest beginning of the days at any location to the latest end. Where locations
/// differ in that, each of them has its own range within.
#[derive(Clone, Debug)]
pub(crate) struct StartsOnDays {
    table: &'static str,
    widest: Ends,
    each: Vec<(Ends, Vec<Vec<u8>>)>,
}

impl Transaction {
    /// The condition that rows of this table start on these days; none where all days will do.
    pub(crate) fn on_days(&mut self, table: &'static str, days: LocalDays) -> Result<Option<StartsOnDays>, StoreError> {
        if days.are_all() { Ok(None) } else { self.starts_on(table, days).map(Some) }
    }

    /// The condition that rows of this table start on these days. Only a search for days costs a look at the locations.
    pub(crate) fn starts_on(&mut self, table: &'static str, days: LocalDays) -> Result<StartsOnDays, StoreError> {
        let mut condition = StartsOnDays { table, widest: (None, None), each: Vec::new() };
        if days.are_all() {
            return Ok(condition);
        }
        let all = locations::table.select((locations::id, locations::time_zone));
        let rows: Vec<(Vec<u8>, String)> = self.run(|c| all.load(c))?;
        let mut zones = Vec::new();
        for (id, name) in rows {
            zones.push((Column("locations", "id").id(&id, LocationId::new)?, zone(self.zones(), &name)?));
        }
        for ((from, to), ids) in days.by_bounds(zones) {
            let ids = ids.into_iter().map(|id| bytes(id.uuid())).collect();
            condition.each.push(((from.map(Instant::bound), to.map(Instant::bound)), ids));
        }
        let ends = condition.each.iter().map(|(ends, _)| *ends);
        condition.widest = (ends.clone().filter_map(|(from, _)| from).min(), ends.filter_map(|(_, to)| to).max());
        Ok(condition)
    }
}

impl StartsOnDays {
    fn column<DB: Backend>(&self, out: &mut AstPass<'_, '_, DB>, name: &str) -> QueryResult<()> {
        out.push_identifier(self.table)?;
        out.push_sql(".");
        out.push_identifier(name)
    }

    fn range<'b, DB>(&self, out: &mut AstPass<'_, 'b, DB>, (from, to): &'b Ends) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Timestamp>,
        Instant: ToSql<Timestamp, DB>,
    {
        for (compared, at) in [(" >= ", from), (" < ", to)] {
            if let Some(at) = at {
                out.push_sql(" AND ");
                self.column(out, "starts_at")?;
                out.push_sql(compared);
                out.push_bind_param::<Timestamp, _>(at)?;
            }
        }
        Ok(())
    }
}

impl<DB> QueryFragment<DB> for StartsOnDays
where
    DB: Backend + HasSqlType<Timestamp> + HasSqlType<Binary>,
    Instant: ToSql<Timestamp, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(1 = 1");
        self.range(&mut out, &self.widest)?;
        if 1 < self.each.len() {
            for (n, (ends, ids)) in self.each.iter().enumerate() {
                out.push_sql(if n == 0 { " AND (" } else { " OR " });
                self.column(&mut out, "location_id")?;
                for (n, id) in ids.iter().enumerate() {
                    out.push_sql(if n == 0 { " IN (" } else { ", " });
                    out.push_bind_param::<Binary, _>(id)?;
                }
                out.push_sql(")");
                self.range(&mut out, ends)?;
            }
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

impl Expression for StartsOnDays {
    type SqlType = Bool;
}

impl ValidGrouping<()> for StartsOnDays {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for StartsOnDays {
    type QueryId = ();

    // The locations are part of the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<From> AppearsOnTable<From> for StartsOnDays {}

impl<From> SelectableExpression<From> for StartsOnDays {}
