//! Tables that are read by a named index.
//!
//! A list is a range of one index, in its order: the rows of a doctor from some time on. MariaDB may think that a look-up
//! of the doctor (`ref`) is as cheap, by an index of its choice, and then goes through all that the doctor ever had to
//! find one page. SQLite may look up each location of a condition, and then sort everything that it has found. What they
//! think depends on statistics and on how the rows happen to be spread, so they are told (ADR 16).

use diesel::backend::Backend;
use diesel::expression::ValidGrouping;
use diesel::internal::table_macro::{FromClause, SelectStatement};
use diesel::prelude::*;
use diesel::query_builder::{AsQuery, AstPass, QueryFragment, QueryId};
use diesel::query_source::{Alias, AppearsInFromClause, Never, Once, QuerySource, TableNotEqual};
use diesel::{SelectableExpression, Table};

use crate::connection::MultiBackend;
use crate::diary::DoctorAccounts;
use crate::schema::{
    accounts, appointment_changes, appointments, audit, doctor_specialties, doctors, locations, messages, patients,
    sessions, slots,
};

/// A table that is read by this index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByIndex<T> {
    table: T,
    index: &'static str,
}

/// Has a table read by this index.
pub(crate) const fn by_index<T>(table: T, index: &'static str) -> ByIndex<T> {
    ByIndex { table, index }
}

/// How an engine is told, behind the name of a table, by which index to read it.
pub(crate) trait Hint: Backend {
    /// The words in front of the index, and those behind it.
    fn hint(&self) -> (&'static str, &'static str);
}

#[cfg(feature = "sqlite")]
impl Hint for diesel::sqlite::Sqlite {
    fn hint(&self) -> (&'static str, &'static str) {
        (" INDEXED BY ", "")
    }
}

#[cfg(feature = "mysql")]
impl Hint for diesel::mysql::Mysql {
    fn hint(&self) -> (&'static str, &'static str) {
        (" FORCE INDEX (", ")")
    }
}

impl Hint for MultiBackend {
    fn hint(&self) -> (&'static str, &'static str) {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(sqlite) => sqlite.hint(),
            #[cfg(feature = "mysql")]
            Self::Mysql(mysql) => mysql.hint(),
        }
    }
}

/// Says by which index the table is read whose name was written last.
pub(crate) fn push_hint<DB: Hint>(out: &mut AstPass<'_, '_, DB>, index: &str) {
    let (before, behind) = out.backend().hint();
    out.push_sql(before);
    out.push_sql(index);
    out.push_sql(behind);
}

impl<T, DB> QueryFragment<DB> for ByIndex<T>
where
    DB: Hint,
    T: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.table.walk_ast(out.reborrow())?;
        push_hint(&mut out, self.index);
        Ok(())
    }
}

impl<T> QueryId for ByIndex<T> {
    type QueryId = ();

    // The index is part of the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> QuerySource for ByIndex<T>
where
    T: Table + Clone,
    T::DefaultSelection: ValidGrouping<()> + SelectableExpression<Self>,
{
    type FromClause = Self;
    type DefaultSelection = T::DefaultSelection;

    fn from_clause(&self) -> Self {
        self.clone()
    }

    fn default_selection(&self) -> Self::DefaultSelection {
        self.table.default_selection()
    }
}

impl<T> AsQuery for ByIndex<T>
where
    T: Table + Clone,
    T::DefaultSelection: ValidGrouping<()> + SelectableExpression<Self>,
{
    type SqlType = <T::DefaultSelection as Expression>::SqlType;
    type Query = SelectStatement<FromClause<Self>>;

    fn as_query(self) -> Self::Query {
        SelectStatement::simple(self)
    }
}

impl<T> Table for ByIndex<T>
where
    T: Table + Clone,
    T::PrimaryKey: SelectableExpression<Self>,
    T::AllColumns: SelectableExpression<Self>,
    T::DefaultSelection: ValidGrouping<()> + SelectableExpression<Self>,
{
    type PrimaryKey = T::PrimaryKey;
    type AllColumns = T::AllColumns;

    fn primary_key(&self) -> Self::PrimaryKey {
        self.table.primary_key()
    }

    fn all_columns() -> Self::AllColumns {
        T::all_columns()
    }
}

/// Tables with their columns, and the tables that they are joined with.
macro_rules! indexed {
    ($($table:ident ($($column:ident)+) with $($other:ty)*;)+) => { $(
        impl AppearsInFromClause<$table::table> for ByIndex<$table::table> {
            type Count = Once;
        }
        $(impl SelectableExpression<ByIndex<$table::table>> for $table::$column {})+
        $(impl TableNotEqual<$other> for ByIndex<$table::table> {})*
    )+ };
}

indexed! {
    slots (id schedule_id doctor_id location_id starts_at ends_at status revision utc_offset_seconds)
        with accounts::table appointment_changes::table appointments::table doctor_specialties::table doctors::table
        locations::table;
    appointments (
        id patient_id doctor_id location_id slot_id active_slot_id starts_at ends_at status reason notes booked_by_role
        received_by_role revision created_at updated_at
    ) with accounts::table doctors::table locations::table patients::table;
    accounts (
        id role status email email_key full_name name_key phone username username_key national_id national_id_key
        profile_pic password_hash email_verified_at created_at revision password_set_at phone_tail pending_email
    ) with;
    sessions (id account_id created_at expires_at ended_at user_agent) with;
    messages (
        id kind addressee addressee_id appointment_id appointment_revision created_at due_at status attempts failures
        claimed_by claimed_until sent_at last_error priority
    ) with;
    audit (id done_at actor actor_role action subject address detail state) with;
}

impl AppearsInFromClause<Alias<DoctorAccounts>> for ByIndex<appointments::table> {
    type Count = Never;
}
