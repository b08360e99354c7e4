//! What the server writes about its work: one record, one line, on standard error.

use std::fmt;
use std::io::{self, Write};

use env_logger::Builder;
use kernel::words;
use log::kv::{Error, Key, Value, VisitSource, VisitValue};
use log::{LevelFilter, Record, SetLoggerError};
use serde::Serialize;

words! {
    /// For whom the log is.
    pub enum LogFormat {
        /// For people at a terminal.
        Human = "human",
        /// For programs: one JSON object a line.
        Json = "json",
    }
}

/// Enough for most lines.
const LINE_BYTES: usize = 256;

/// What every line of JSON has of its own; a pair of the same name is told apart.
const OURS: [&str; 4] = ["ts", "level", "target", "message"];

/// Makes this the process's logger; the environment has no say in it.
///
/// # Errors
/// When there is a logger already.
pub(crate) fn start(format: LogFormat, level: LevelFilter) -> Result<(), SetLoggerError> {
    let mut builder = Builder::new();
    // Whoever sends what is not HTTP would fill the log with errors that are theirs.
    let dispatcher = if level < LevelFilter::Debug { LevelFilter::Off } else { level };
    builder.filter_level(level).filter_module("actix_http::h1::dispatcher", dispatcher).format(move |out, record| {
        let at = out.timestamp_millis().to_string();
        write_line(out, format, &at, record)
    });
    builder.try_init()
}

/// Writes one record as one line, whatever is in it: whoever can put text into a record cannot forge another.
fn write_line(out: &mut dyn Write, format: LogFormat, at: &str, record: &Record<'_>) -> io::Result<()> {
    let mut line = Vec::with_capacity(LINE_BYTES);
    match format {
        LogFormat::Human => human(&mut line, at, record)?,
        LogFormat::Json => json(&mut line, at, record)?,
    }
    let mut line = escaped(line);
    line.push(b'\n');
    // In one piece, so that two threads do not mix.
    out.write_all(&line)
}

fn human(line: &mut Vec<u8>, at: &str, record: &Record<'_>) -> io::Result<()> {
    write!(line, "{at} {:5} {}: {}", record.level(), record.target(), record.args())?;
    put_pairs(line, record, |line, key| {
        line.push(b' ');
        line.extend_from_slice(key.as_bytes());
        line.push(b'=');
        Ok(())
    });
    Ok(())
}

fn json(line: &mut Vec<u8>, at: &str, record: &Record<'_>) -> io::Result<()> {
    line.extend_from_slice(b"{\"ts\":");
    serde_json::to_writer(&mut *line, at)?;
    line.extend_from_slice(b",\"level\":");
    serde_json::to_writer(&mut *line, &record.level().as_str().to_lowercase())?;
    line.extend_from_slice(b",\"target\":");
    serde_json::to_writer(&mut *line, record.target())?;
    line.extend_from_slice(b",\"message\":");
    match record.args().as_str() {
        Some(message) => serde_json::to_writer(&mut *line, message)?,
        None => serde_json::to_writer(&mut *line, &record.args().to_string())?,
    }
    put_pairs(line, record, |line, key| {
        line.push(b',');
        if OURS.contains(&key) {
            serde_json::to_writer(&mut *line, &format!("kv.{key}"))?;
        } else {
            serde_json::to_writer(&mut *line, key)?;
        }
        line.push(b':');
        Ok(())
    });
    line.push(b'}');
    Ok(())
}

/// Characters that end a line, steer a terminal or turn the text around, in the notation of JSON strings.
fn escaped(line: Vec<u8>) -> Vec<u8> {
    if line.iter().all(|byte| *byte == b' ' || byte.is_ascii_graphic()) {
        return line;
    }
    let escape = |mut text: String, c: char| {
        if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            // Writing to a string cannot fail.
            let _ = fmt::Write::write_fmt(&mut text, format_args!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
        text
    };
    String::from_utf8_lossy(&line).chars().fold(String::with_capacity(line.len() + 1), escape).into_bytes()
}

/// Puts each pair of a record behind the line: what `begin` makes of its key, and its value as JSON. One that cannot be read
/// is left out, and is no reason to lose the record.
fn put_pairs(line: &mut Vec<u8>, record: &Record<'_>, begin: fn(&mut Vec<u8>, &str) -> io::Result<()>) {
    let _ = record.key_values().visit(&mut Pairs { line, begin });
}

struct Pairs<'a> {
    line: &'a mut Vec<u8>,
    begin: fn(&mut Vec<u8>, &str) -> io::Result<()>,
}

impl<'kvs> VisitSource<'kvs> for Pairs<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let begun = self.line.len();
        let put = (self.begin)(self.line, key.as_str()).map_err(Error::from);
        let put = put.and_then(|()| value.visit(AsJson(self.line)));
        if put.is_err() {
            self.line.truncate(begun);
        }
        Ok(())
    }
}

/// Writes a value as JSON.
struct AsJson<'a>(&'a mut Vec<u8>);

impl AsJson<'_> {
    fn put(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        serde_json::to_writer(&mut *self.0, value).map_err(Error::boxed)
    }
}

impl VisitValue<'_> for AsJson<'_> {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        self.put(&fmt::format(format_args!("{value}")))
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        self.put(&())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        self.put(&value)
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        self.put(&value)
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        self.put(&value)
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        self.put(&value)
    }

    fn visit_str(&mut self, value: &str) -> Result<(), Error> {
        self.put(value)
    }
}

#[cfg(test)]
mod tests {
    use log::Level;
    use log::kv::{Source, ToValue};
    use serde_json::Value as Json;

    use super::*;

    const AT: &str = "2026-11-20T08:30:00.000Z";

    fn written(format: LogFormat, message: &str, pairs: &dyn Source) -> String {
        let mut out = Vec::new();
        let args = format_args!("{message}");
        let record = Record::builder().level(Level::Warn).target("http").args(args).key_values(&pairs).build();
        write_line(&mut out, format, AT, &record).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_human_line_reads_from_left_to_right() {
        let pairs = [("status", 503.to_value()), ("path", "/a b".to_value())];
        assert_eq!(
            written(LogFormat::Human, "slow", &pairs.as_slice()),
            "2026-11-20T08:30:00.000Z WARN  http: slow status=503 path=\"/a b\"\n"
        );
    }

    #[test]
    fn a_json_line_is_an_object_with_typed_values() {
        let pairs = [
            ("status", 503.to_value()),
            ("ms", 1.5.to_value()),
            ("retried", true.to_value()),
            ("nothing", Value::null()),
            ("path", "/a \"b\"".to_value()),
            ("message", "not the message".to_value()),
        ];
        let line = written(LogFormat::Json, "slow", &pairs.as_slice());
        let object: Json = serde_json::from_str(&line).unwrap();
        let expected = serde_json::json!({
            "ts": AT, "level": "warn", "target": "http", "message": "slow", "status": 503, "ms": 1.5, "retried": true,
            "nothing": null, "path": "/a \"b\"", "kv.message": "not the message",
        });
        assert_eq!(object, expected);
    }

    #[test]
    fn no_text_can_forge_a_second_record_or_steer_a_terminal() {
        let evil = "a\nb\r\nc\0\u{1b}[2Jd\u{7f}\u{85}\u{2028}\u{202e}e\\n🩺";
        for format in [LogFormat::Human, LogFormat::Json] {
            let line = written(format, evil, &[(evil, evil.to_value())].as_slice());
            let body = line.strip_suffix('\n').unwrap();
            assert!(!body.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{202e}')), "{body:?}");
            assert!(body.contains('🩺'));
        }
        let line = written(LogFormat::Json, evil, &[(evil, evil.to_value())].as_slice());
        let object: Json = serde_json::from_str(&line).unwrap();
        assert_eq!(object["message"], evil, "and JSON gives back what was said");
        assert_eq!(object[evil], evil);
    }
}
