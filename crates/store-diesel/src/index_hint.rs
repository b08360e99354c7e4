//! Tables that MariaDB reads by a named index.
//!
//! A list is a range of one index, in its order: the rows of a doctor from some time on. MariaDB may think that a look-up
//! of the doctor (`ref`) is as cheap, by an index of its choice, and then goes through all that the doctor ever had to
//! find one page. What it thinks depends on statistics and on how the rows happen to be spread, so it is told (ADR 22).
//! The hint is a comment that only MariaDB and MySQL execute; SQLite takes the range by itself.

use diesel::backend::Backend;
use diesel::expression::ValidGrouping;
use diesel::internal::table_macro::{FromClause, SelectStatement};
use diesel::prelude::*;
use diesel::query_builder::{AsQuery, AstPass, QueryFragment, QueryId};
use diesel::query_source::{Alias, AppearsInFromClause, Never, Once, QuerySource, TableNotEqual};
use diesel::{SelectableExpression, Table};

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

/// Has MariaDB read a table by this index.
pub(crate) const fn by_index<T>(table: T, index: &'static str) -> ByIndex<T> {
    ByIndex { table, index }
}

impl<T, DB> QueryFragment<DB> for ByIndex<T>
where
    DB: Backend,
    T: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" /*! FORCE INDEX (");
        out.push_sql(self.index);
        out.push_sql(") */");
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
