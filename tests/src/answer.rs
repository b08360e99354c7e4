//! What a server answered.

use std::time::Duration;

use serde_json::Value;
use ureq::http::HeaderMap;

/// Status, headers and body.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path, for messages.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, if it is there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let (value, None) = (values.next()?, values.next()) else { return None };
        value.to_str().ok()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {} is not JSON: {error}: {}", self.asked, self.status, self.text()))
    }

    /// How long to wait before asking again, where nothing was done because the server has too much to do.
    pub fn overload_pause(&self) -> Option<Duration> {
        self.retry_pause(&["overloaded"])
    }

    /// How long to wait before asking again, where a 503 has one of these codes.
    pub fn retry_pause(&self, codes: &[&str]) -> Option<Duration> {
        let is_one = self.status == 503 && codes.iter().any(|code| self.any_problem()["code"] == *code);
        let seconds = || self.header("retry-after").expect("it says when").parse().expect("in seconds");
        is_one.then(|| Duration::from_secs(seconds()))
    }

    /// The same, if it has this status.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }

    /// The body of a success with this status.
    #[track_caller]
    pub fn body_of(self, status: u16) -> Value {
        self.expect(status).json()
    }

    /// The problem document, if it is one of this status and code (RFC 9457).
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let document = self.any_problem();
        let told = (self.status, document["code"].as_str().unwrap_or_default());
        assert_eq!(told, (status, code), "{}: {document:#}", self.asked);
        document
    }

    /// The problem document, whatever it is, if it is whole.
    #[track_caller]
    pub fn any_problem(&self) -> Value {
        let what = &self.asked;
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{what}: {}", self.text());
        let document = self.json();
        assert_eq!(document["status"], self.status, "{what}: {document:#}");
        assert_eq!(document["type"], format!("/problems/{}", document["code"].as_str().unwrap_or_default()), "{what}");
        for member in ["title", "detail", "instance"] {
            assert!(document[member].as_str().is_some_and(|text| !text.is_empty()), "{what}: {member}: {document:#}");
        }
        assert_eq!(document["request_id"].as_str(), self.header("x-request-id"), "{what}: {document:#}");
        document
    }
}
