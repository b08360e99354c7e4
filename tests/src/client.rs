//! A client that gives everything that was answered, whatever the status.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::Request;
use ureq::{Agent, Error};

use crate::answer::Answer;

/// Where the endpoints are.
pub const API: &str = "/api/v1";

/// Longer than any answer takes on a busy machine.
const ANSWER_SECONDS_MAX: u64 = 120;

/// How long somebody asks again who is sent away.
const PATIENCE: Duration = Duration::from_secs(ANSWER_SECONDS_MAX);

/// The server closes connections that were idle for 5 seconds; one that is used again must be younger.
const IDLE_SECONDS_MAX: u64 = 2;

/// Asks one server, as somebody or nobody.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    prefix: &'static str,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client of this server, under [`API`], that nobody knows.
    pub fn new(url: &str) -> Self {
        let agent = agent(Duration::from_secs(ANSWER_SECONDS_MAX));
        Self { agent, base: url.to_owned(), prefix: API, headers: Vec::new() }
    }

    /// The same on connections of its own, waiting so long for each answer at the most.
    #[must_use]
    pub fn within(&self, wait: Duration) -> Self {
        Self { agent: agent(wait), ..self.clone() }
    }

    /// The same, but paths are from the root.
    #[must_use]
    pub fn at_root(&self) -> Self {
        Self { prefix: "", ..self.clone() }
    }

    /// The same, with one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same, with this access token and no other.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(name, _)| name != "authorization");
        client.with("authorization", &format!("Bearer {token}"))
    }

    /// The same, asking another server.
    #[must_use]
    pub fn to(&self, url: &str) -> Self {
        Self { base: url.to_owned(), ..self.clone() }
    }

    /// Reads.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// Reads, or says why there was no answer.
    ///
    /// # Errors
    /// When there was none.
    pub fn try_get(&self, path: &str) -> Result<Answer, Error> {
        self.try_send("GET", path, None)
    }

    /// Posts JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_json("POST", path, body)
    }

    /// Posts nothing.
    #[track_caller]
    pub fn post_nothing(&self, path: &str) -> Answer {
        self.send("POST", path, None)
    }

    /// Changes.
    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send_json("PATCH", path, body)
    }

    /// Removes.
    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// Sends JSON.
    #[track_caller]
    pub fn send_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.with("content-type", "application/json").send(method, path, Some(body.to_string().as_bytes()))
    }

    /// Sends anything; again, after the pause that was asked for, where it was sent away from a machine that is busy.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = self.try_send(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
            let Some(pause) = answer.overload_pause() else { return answer };
            assert!(begun.elapsed() < PATIENCE, "{method} {path}: sent away for too long: {}", answer.text());
            thread::sleep(pause);
        }
    }

    /// Sends anything once, or says why there was no answer.
    ///
    /// # Errors
    /// When there was none.
    pub fn try_send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Answer, Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{}{path}", self.base, self.prefix));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = match body {
            Some(body) => self.agent.run(request.body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        Ok(Answer {
            asked: format!("{method} {path}"),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_vec()?,
        })
    }
}

fn agent(wait: Duration) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(wait))
        .max_idle_age(Duration::from_secs(IDLE_SECONDS_MAX))
        .allow_non_standard_methods(true)
        .build();
    config.into()
}
