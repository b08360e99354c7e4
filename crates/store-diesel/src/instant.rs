//! Instants in columns: UTC, in microseconds, which is what MySQL keeps.
//!
//! A type of our own, because MySQL turns a parameter of diesel's `Timestamp` into null when it is before 1970 or after
//! 2038, though the column is a `DATETIME`; it is sent as a `DATETIME` here. schema.rs imports [`Timestamp`] over
//! diesel's.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, Interval, SqlType, TypeMetadata, ops};

use crate::connection::MultiBackend;

/// The type of a column that holds an instant.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(mysql_type(name = "DateTime"))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Timestamp;

// `diesel::table!` wants arithmetic of whatever is called so; nobody uses it.
impl ops::Add for Timestamp {
    type Rhs = Interval;
    type Output = Self;
}

impl ops::Sub for Timestamp {
    type Rhs = Interval;
    type Output = Self;
}

/// An instant as it is stored.
#[derive(AsExpression, Clone, Copy, Debug, FromSqlRow, PartialEq, Eq, PartialOrd, Ord)]
#[diesel(sql_type = Timestamp)]
pub(crate) struct Instant(NaiveDateTime);

impl Instant {
    /// Cuts an instant to microseconds.
    pub(crate) fn new(at: DateTime<Utc>) -> Self {
        let at = at.naive_utc();
        Self(at.with_nanosecond(at.nanosecond() / 1_000 * 1_000).unwrap_or(at))
    }

    /// An instant that rows are compared with, within the years that every engine knows.
    pub(crate) fn bound(at: DateTime<Utc>) -> Self {
        let first = NaiveDate::from_ymd_opt(1000, 1, 1).unwrap_or(NaiveDate::MIN).and_time(NaiveTime::MIN);
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN);
        Self(Self::new(at).0.clamp(first, last))
    }

    /// The instant.
    pub(crate) const fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }
}

impl HasSqlType<Timestamp> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> <Self as TypeMetadata>::TypeMetadata {
        Self::lookup_sql_type::<Timestamp>(lookup)
    }
}

impl ToSql<Timestamp, MultiBackend> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Timestamp, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Timestamp, MultiBackend> for Instant {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Timestamp>()
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use diesel::sqlite::{Sqlite, SqliteValue};

    use super::{FromSql, Instant, IsNull, NaiveDateTime, Output, Timestamp, ToSql, deserialize, serialize};

    impl ToSql<Timestamp, Sqlite> for Instant {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            // Always of one width, so that the texts sort as the instants do.
            out.set_value(self.0.format("%F %T%.6f").to_string());
            Ok(IsNull::No)
        }
    }

    impl FromSql<Timestamp, Sqlite> for Instant {
        fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            <NaiveDateTime as FromSql<diesel::sql_types::Timestamp, Sqlite>>::from_sql(value).map(Self)
        }
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use diesel::mysql::{Mysql, MysqlValue};
    use diesel::sql_types::Timestamp as MysqlTimestamp;

    use super::{FromSql, Instant, NaiveDateTime, Output, Timestamp, ToSql, deserialize, serialize};

    impl ToSql<Timestamp, Mysql> for Instant {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
            <NaiveDateTime as ToSql<MysqlTimestamp, Mysql>>::to_sql(&self.0, out)
        }
    }

    impl FromSql<Timestamp, Mysql> for Instant {
        fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
            <NaiveDateTime as FromSql<MysqlTimestamp, Mysql>>::from_sql(value).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_cut_to_microseconds() {
        let at = DateTime::from_timestamp(1_800_000_000, 123_456_789).unwrap();
        assert_eq!(Instant::new(at).utc().timestamp_subsec_nanos(), 123_456_000);
    }

    #[test]
    fn bounds_are_within_what_every_engine_knows() {
        assert_eq!(Instant::bound(DateTime::<Utc>::MAX_UTC).0.to_string(), "9999-12-31 00:00:00");
        assert_eq!(Instant::bound(DateTime::<Utc>::MIN_UTC).0.to_string(), "1000-01-01 00:00:00");
    }
}
