//! What the server writes about its work: one record, one line, on standard error.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use env_logger::Builder;
use kernel::words;
use log::kv::{Error, Key, Value, VisitSource, VisitValue};
use log::{LevelFilter, Record, SetLoggerError};
use serde_json::{Map, Value as Json};

words! {
    /// For whom the log is.
    pub enum LogFormat {
        /// For people at a terminal.
        Human = "human",
        /// For programs: one JSON object a line.
        Json = "json",
    }
}

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
    let line = match format {
        LogFormat::Human => human(at, record),
        LogFormat::Json => json(at, record),
    };
    let mut line = escaped(line);
    line.push('\n');
    // In one piece, so that two threads do not mix.
    out.write_all(line.as_bytes())
}

fn human(at: &str, record: &Record<'_>) -> String {
    let pairs: String = pairs_of(record).iter().fold(String::new(), |mut text, (key, value)| {
        // Writing to a string cannot fail.
        let _ = write!(text, " {key}={value}");
        text
    });
    format!("{at} {:5} {}: {}{pairs}", record.level(), record.target(), record.args())
}

fn json(at: &str, record: &Record<'_>) -> String {
    let mut object = Map::new();
    object.insert("ts".to_owned(), at.into());
    object.insert("level".to_owned(), record.level().as_str().to_lowercase().into());
    object.insert("target".to_owned(), record.target().into());
    object.insert("message".to_owned(), record.args().to_string().into());
    for (key, value) in pairs_of(record) {
        let key = if object.contains_key(&key) { format!("kv.{key}") } else { key };
        object.insert(key, value);
    }
    Json::Object(object).to_string()
}

/// Characters that end a line, steer a terminal or turn the text around, in the notation of JSON strings.
fn escaped(line: String) -> String {
    if line.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return line;
    }
    line.chars().fold(String::with_capacity(line.len() + 1), |mut text, c| {
        if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
        text
    })
}

fn pairs_of(record: &Record<'_>) -> Vec<(String, Json)> {
    let mut pairs = Pairs(Vec::new());
    // A pair that cannot be read is no reason to lose the record.
    let _ = record.key_values().visit(&mut pairs);
    pairs.0
}

struct Pairs(Vec<(String, Json)>);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let mut visitor = ToJson(Json::Null);
        value.visit(&mut visitor)?;
        self.0.push((key.as_str().to_owned(), visitor.0));
        Ok(())
    }
}

struct ToJson(Json);

impl VisitValue<'_> for &mut ToJson {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        self.0 = fmt::format(format_args!("{value}")).into();
        Ok(())
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        self.0 = Json::Null;
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        self.0 = value.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use log::Level;
    use log::kv::{Source, ToValue};

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
