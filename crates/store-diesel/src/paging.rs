//! Pages of lists that are read in the order of an index: by a time or a name, then by an id.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use kernel::StoreError;

use crate::connection::AnyConnection;
use crate::instant::Instant;
use crate::transaction::Transaction;

/// The time behind which a page begins.
pub(crate) fn time(key: &DateTime<Utc>) -> Instant {
    Instant::bound(*key)
}

/// The name behind which a page begins.
pub(crate) fn name(key: &str) -> &str {
    key
}

impl Transaction {
    /// Adds what a query counts, where rows are counted.
    pub(crate) fn count_into(
        &mut self,
        total: &mut Option<u64>,
        query: impl FnOnce(&mut AnyConnection) -> QueryResult<i64>,
    ) -> Result<(), StoreError> {
        if let Some(total) = total {
            // A count is never negative.
            *total += self.run(query)?.unsigned_abs();
        }
        Ok(())
    }
}

/// Narrows a query to the rows of a page: in this order of two columns, behind the page before, and one more than wanted.
/// The last argument makes the value of the first column from the key of a position.
macro_rules! page_by {
    ($query:expr, ($key:expr, $id:expr), $order:expr, $page:expr, $value:expr) => {{
        let mut query = $query;
        if let Some(kernel::Position { key, id }) = &$page.after {
            let (key, id) = ($value(key), $crate::convert::bytes(*id));
            let here = $key.eq(key);
            query = match $order {
                kernel::Order::Ascending => query.filter($key.ge(key)).filter($key.gt(key).or(here.and($id.gt(id)))),
                kernel::Order::Descending => query.filter($key.le(key)).filter($key.lt(key).or(here.and($id.lt(id)))),
            };
        }
        let query = match $order {
            kernel::Order::Ascending => query.order(($key.asc(), $id.asc())),
            kernel::Order::Descending => query.order(($key.desc(), $id.desc())),
        };
        query.limit(i64::from($page.limit.rows()) + 1)
    }};
}

pub(crate) use page_by;
