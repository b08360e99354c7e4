//! The statements that a test sends, and what MariaDB reads for one of them.

use std::cell::RefCell;

use diesel::connection::{Instrumentation, InstrumentationEvent};

thread_local! {
    /// What this thread has sent; other tests of the same process are on other threads.
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// What this thread's connections keep prepared.
    static KEPT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Makes every connection that is opened from now on tell this module what it sends.
pub(crate) fn begin() {
    diesel::connection::set_default_instrumentation(recorder).unwrap();
}

#[expect(clippy::unnecessary_wraps, reason = "the form that diesel wants")]
fn recorder() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            SENT.with_borrow_mut(|sent| sent.push(query.to_string()));
        } else if let InstrumentationEvent::CacheQuery { sql, .. } = event {
            KEPT.with_borrow_mut(|kept| kept.push(sql.to_owned()));
        }
    }))
}

/// What `work` sends, with what it binds.
pub(crate) fn sent(work: impl FnOnce()) -> Vec<String> {
    SENT.take();
    work();
    SENT.take()
}

/// Whether this thread's connections keep a statement prepared.
pub(crate) fn is_kept(sent: &str) -> bool {
    KEPT.with_borrow(|kept| kept.iter().any(|text| sent.starts_with(text)))
}

/// A statement and its values, as SQL writes them.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// The text, with a question mark for each value.
    pub(crate) text: String,
    values: Vec<String>,
}

impl Statement {
    /// Reads what was sent: `SELECT … -- binds: [[1, 2], "free", Instant(2026-11-23T09:00:00)]`.
    pub(crate) fn read(sent: &str) -> Self {
        let (text, binds) = sent.split_once(" -- binds: ").unwrap_or((sent, "[]"));
        let values = Values(binds.strip_prefix('[').unwrap()).collect();
        Self { text: text.to_owned(), values }
    }

    /// The statement with its values in it.
    pub(crate) fn literal(&self) -> String {
        let mut values = self.values.iter();
        let filled = self.text.split_inclusive('?').map(|part| match part.strip_suffix('?') {
            Some(before) => format!("{before}{}", values.next().unwrap()),
            None => part.to_owned(),
        });
        let filled = filled.collect();
        assert!(values.next().is_none(), "each value has its place: {self:?}");
        filled
    }
}

#[cfg(feature = "mysql")]
impl Statement {
    /// The same, as MySQL writes texts.
    pub(crate) fn mysql_literal(&self) -> String {
        self.literal().replace('\\', "\\\\")
    }
}

/// Reads values as `Debug` writes them in a list whose bracket has been opened.
struct Values<'a>(&'a str);

impl Iterator for Values<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let rest = self.0.trim_start_matches([',', ' ']);
        let rest = rest.strip_prefix("Some(").unwrap_or(rest);
        if rest.is_empty() || rest.starts_with(']') {
            return None;
        }
        let (value, rest) = if let Some(list) = rest.strip_prefix('[') {
            let (bytes, rest) = list.split_once(']').unwrap();
            let hex = |byte: &str| format!("{:02x}", byte.trim().parse::<u8>().unwrap());
            (format!("x'{}'", bytes.split(',').filter(|byte| !byte.is_empty()).map(hex).collect::<String>()), rest)
        } else if let Some(text) = rest.strip_prefix('"') {
            let mut said = String::new();
            let mut chars = text.char_indices();
            let end = loop {
                match chars.next().unwrap() {
                    (end, '"') => break end,
                    (_, '\\') => said.push(chars.next().unwrap().1),
                    (_, other) => said.push(other),
                }
            };
            (format!("'{}'", said.replace('\'', "''")), &text[end + 1..])
        } else if let Some(at) = rest.strip_prefix("Instant(") {
            let (at, rest) = at.split_once(')').unwrap();
            let (date, time) = at.split_once('T').unwrap();
            let (time, micros) = time.split_once('.').unwrap_or((time, "0"));
            (format!("'{date} {time}.{micros:0<6}'"), rest)
        } else {
            let end = rest.find([',', ']', ')']).unwrap();
            let word = &rest[..end];
            let is_date = word.len() == 10 && word.matches('-').count() == 2;
            (if is_date { format!("'{word}'") } else { word.replace("None", "NULL") }, &rest[end..])
        };
        self.0 = rest.trim_start_matches(')');
        Some(value)
    }
}

/// How many rows MariaDB looks at for a statement, those that it passes over in an index included.
#[cfg(feature = "mysql")]
pub(crate) fn rows_read(connection: &mut diesel::MysqlConnection, statement: &Statement) -> i64 {
    use diesel::RunQueryDsl;
    use diesel::connection::SimpleConnection;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;

    connection.batch_execute("FLUSH STATUS").unwrap();
    diesel::sql_query(statement.mysql_literal()).execute(connection).unwrap();
    let read = "SELECT CAST(SUM(variable_value) AS SIGNED) FROM information_schema.session_status \
        WHERE variable_name IN ('HANDLER_READ_FIRST', 'HANDLER_READ_KEY', 'HANDLER_READ_LAST', 'HANDLER_READ_NEXT', \
        'HANDLER_READ_PREV', 'HANDLER_READ_RND_NEXT', 'HANDLER_ICP_ATTEMPTS')";
    sql::<BigInt>(read).get_result(connection).unwrap()
}

#[test]
fn a_statement_is_read_as_it_was_sent() {
    let sent = r#"SELECT * FROM x WHERE z = ? AND a = ? AND b = ? AND c > ? AND d = ? AND e = ? AND f = ? LIMIT ? -- binds: [[1, 255], true, "it's \"\\", Instant(2026-11-23T09:00:00.500), Some([10]), None, 2000-02-29, 11]"#;
    assert_eq!(
        Statement::read(sent).literal(),
        "SELECT * FROM x WHERE z = x'01ff' AND a = true AND b = 'it''s \"\\' AND c > '2026-11-23 09:00:00.500000' AND d = x'0a' AND e = NULL AND f = '2000-02-29' LIMIT 11"
    );
    assert_eq!(Statement::read("COMMIT").literal(), "COMMIT");
}
