//! Rows for a table, many with one statement.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use crate::database::Connection;

const ROWS_PER_STATEMENT: usize = 1_000;

/// An instant as it is stored.
pub(crate) fn sql(at: DateTime<Utc>) -> String {
    at.format("%F %T%.6f").to_string()
}

/// Rows of one table that are not written yet.
pub(crate) struct Table {
    insert: String,
    rows: String,
    count: usize,
}

impl Table {
    pub(crate) fn new(columns: &str) -> Self {
        Self { insert: format!("INSERT INTO {columns} VALUES "), rows: String::new(), count: 0 }
    }

    pub(crate) fn add(&mut self, connection: &mut Connection, row: std::fmt::Arguments<'_>) {
        let comma = if self.count == 0 { "" } else { "," };
        write!(self.rows, "{comma}({row})").unwrap();
        self.count += 1;
        if self.count == ROWS_PER_STATEMENT {
            self.write(connection);
        }
    }

    pub(crate) fn write(&mut self, connection: &mut Connection) {
        if self.count > 0 {
            connection.batch(&format!("{}{}", self.insert, self.rows));
            self.rows.clear();
            self.count = 0;
        }
    }
}
