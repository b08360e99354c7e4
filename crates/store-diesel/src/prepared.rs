//! Statements that are prepared once for each connection, where diesel would not.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

/// An UPDATE that always sets the same columns. diesel cannot know that of its own, has each one prepared anew, and on a
/// network that is one more way to the database and back.
pub(crate) struct Update<Values, Filter> {
    /// The table's name.
    pub(crate) table: &'static str,
    /// What is set: columns that may be null are set to null, and none is left out.
    pub(crate) values: Values,
    /// Where.
    pub(crate) filter: Filter,
}

impl<Values, Filter> QueryId for Update<Values, Filter> {
    type QueryId = ();

    // Its text says which it is.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Values, Filter, DB> QueryFragment<DB> for Update<Values, Filter>
where
    DB: Backend,
    Values: QueryFragment<DB>,
    Filter: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        out.push_identifier(self.table)?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.filter.walk_ast(out)
    }
}

impl<Values, Filter, C> RunQueryDsl<C> for Update<Values, Filter> {}

/// A statement without values.
#[cfg(feature = "mysql")]
pub(crate) struct Command(pub(crate) &'static str);

#[cfg(feature = "mysql")]
impl QueryId for Command {
    type QueryId = ();

    // Its text says which it is.
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(feature = "mysql")]
impl<DB: Backend> QueryFragment<DB> for Command {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

#[cfg(feature = "mysql")]
impl<C> RunQueryDsl<C> for Command {}
