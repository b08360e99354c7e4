//! What clients asked and what they were told, on disk before anything can happen to either.
//!
//! A line of JSON is written and synced before each request is sent, and another one after its answer has come. So the
//! file alone says what has to be in the database, whoever was killed meanwhile.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::Client;

/// The file, while it is written. Any number of threads may share it.
#[derive(Debug)]
pub struct Evidence {
    file: File,
    path: PathBuf,
    asked: AtomicUsize,
}

/// A request, whoever sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The name of the client, who asks one thing after another.
    pub client: String,
    /// In capitals.
    pub method: String,
    /// Under [`crate::client::API`].
    pub path: String,
    /// JSON, if there is a body.
    pub body: Option<String>,
    /// The `Idempotency-Key`, if there is one.
    pub key: Option<String>,
}

/// An answer that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// The `ETag`.
    pub etag: Option<String>,
}

/// A request that was sent, or was about to be, and its answer, if one has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The request.
    pub asked: Asked,
    /// Just before it was sent.
    pub at: DateTime<Utc>,
    /// Nothing when none has come.
    pub told: Option<Told>,
}

impl Evidence {
    /// A new file.
    pub fn create(path: &Path) -> Self {
        let file = File::options().append(true).create_new(true).open(path);
        let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { file, path: path.to_owned(), asked: AtomicUsize::new(0) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Asks once, with a line before and a line after; nothing when no answer came.
    pub fn ask(&self, client: &Client, asked: &Asked) -> Option<Answer> {
        let Asked { client: name, method, path, body, key } = asked;
        let id = self.asked.fetch_add(1, Ordering::Relaxed);
        self.write(
            &json!({"id": id, "at": now(), "client": name, "method": method, "path": path, "body": body, "key": key}),
        );
        let client = if body.is_some() { client.with("content-type", "application/json") } else { client.clone() };
        let client = key.iter().fold(client, |client, key| client.with("idempotency-key", key));
        match client.try_send(method, path, body.as_deref().map(str::as_bytes)) {
            Ok(answer) => {
                let (status, body, etag) = (answer.status, answer.text(), answer.header("etag"));
                self.write(&json!({"id": id, "at": now(), "status": status, "body": body, "etag": etag}));
                Some(answer)
            }
            Err(error) => {
                self.write(&json!({"id": id, "at": now(), "no_answer": error.to_string()}));
                None
            }
        }
    }

    /// All that it says until now.
    pub fn read(&self) -> Vec<Exchange> {
        read(&self.path)
    }

    /// One line with one call, which no other line comes between.
    fn write(&self, line: &Value) {
        let written = (&self.file).write_all(format!("{line}\n").as_bytes()).and_then(|()| self.file.sync_data());
        written.expect("the evidence can be written");
    }
}

/// What a file says. A last line that was not finished says nothing.
pub fn read(path: &Path) -> Vec<Exchange> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    // Lines of several threads come in any order, but an answer after its request.
    let mut exchanges: Vec<Option<Exchange>> = Vec::new();
    for line in whole.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let id = line["id"].as_u64().and_then(|id| usize::try_from(id).ok()).expect("lines have numbers");
        if exchanges.len() <= id {
            exchanges.resize(id + 1, None);
        }
        let exchange = &mut exchanges[id];
        match exchange {
            None => *exchange = Some(request(&line)),
            Some(exchange) => exchange.told = answer(&line),
        }
    }
    exchanges.into_iter().flatten().collect()
}

/// What was known at a moment: requests that were sent before, and the answers that had come by then.
pub fn as_of(exchanges: &[Exchange], moment: DateTime<Utc>) -> Vec<Exchange> {
    let known = |exchange: &Exchange| {
        let told = exchange.told.clone().filter(|told| told.at < moment);
        Exchange { told, ..exchange.clone() }
    };
    exchanges.iter().map(known).collect()
}

impl Exchange {
    /// The body of a success, if it was one with a body of JSON.
    pub fn success(&self) -> Option<Value> {
        let told = self.told.as_ref().filter(|told| (200..300).contains(&told.status))?;
        serde_json::from_str(&told.body).ok()
    }

    /// Whether the server said no, and that nothing was done. What it was too busy for is not decided.
    pub fn is_refused(&self) -> bool {
        self.told.as_ref().is_some_and(|told| (400..500).contains(&told.status) && told.status != 429)
    }
}

fn request(line: &Value) -> Exchange {
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    let must = |name: &str| text(name).unwrap_or_else(|| panic!("{name} is missing in {line}"));
    let asked = Asked {
        client: must("client"),
        method: must("method"),
        path: must("path"),
        body: text("body"),
        key: text("key"),
    };
    Exchange { asked, at: instant(line), told: None }
}

fn answer(line: &Value) -> Option<Told> {
    let status = line["status"].as_u64().and_then(|status| u16::try_from(status).ok())?;
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    Some(Told { at: instant(line), status, body: text("body")?, etag: text("etag") })
}

fn instant(line: &Value) -> DateTime<Utc> {
    line["at"].as_str().and_then(|at| at.parse().ok()).unwrap_or_else(|| panic!("no instant in {line}"))
}

fn now() -> String {
    moment().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Now, by the clock by which evidence is dated.
#[expect(clippy::disallowed_methods, reason = "evidence is dated by the clock that the server has too")]
pub fn moment() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(
        r#"{"id":1,"at":"2026-11-21T09:00:01.5Z","client":"a","method":"POST","path":"/slots","body":"{}","key":"k"}"#,
        "\n",
        r#"{"id":0,"at":"2026-11-21T09:00:01Z","client":"b","method":"GET","path":"/slots","body":null,"key":null}"#,
        "\n",
        r#"{"id":1,"at":"2026-11-21T09:00:02Z","status":201,"body":"{\"id\":7}","etag":"\"1\""}"#,
        "\n",
        r#"{"id":0,"at":"2026-11-21T09:00:03Z","no_answer":"connection refused"}"#,
        "\n",
        r#"{"id":2,"at":"2026-11-"#,
    );

    fn exchanges() -> Vec<Exchange> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("evidence");
        fs::write(&path, FILE).unwrap();
        read(&path)
    }

    #[test]
    fn a_file_tells_each_request_with_its_answer_and_forgets_half_a_line() {
        let [unanswered, answered] = exchanges().try_into().unwrap();
        assert_eq!((unanswered.asked.client.as_str(), &unanswered.told, unanswered.success()), ("b", &None, None));
        assert_eq!(answered.asked.key.as_deref(), Some("k"));
        assert_eq!(answered.success(), Some(json!({"id": 7})));
        assert_eq!(answered.told.unwrap().etag.as_deref(), Some("\"1\""));
    }

    #[test]
    fn an_answer_that_came_later_was_not_known() {
        let told_by = |moment: &str| as_of(&exchanges(), moment.parse().unwrap())[1].told.is_some();
        assert!(!told_by("2026-11-21T09:00:02Z"));
        assert!(told_by("2026-11-21T09:00:02.000001Z"));
    }

    #[test]
    fn too_busy_is_no_refusal() {
        let mut exchange = exchanges().remove(1);
        for (status, refused) in [(404, true), (409, true), (422, true), (429, false), (503, false), (200, false)] {
            exchange.told.as_mut().unwrap().status = status;
            assert_eq!(exchange.is_refused(), refused, "{status}");
        }
    }
}
