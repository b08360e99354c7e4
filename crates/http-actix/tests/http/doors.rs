//! What clients hear when more come than can be served.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use application::ports::{AnyStore, Store};
use application::{App, Settings};
use futures_util::future::{join, join_all};
use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Password, PasswordHash, WeakPassword};
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use serde_json::json;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds};

use crate::ask::{Answer, Ask};
use crate::house::{Serve, http_settings, serve_with};

/// A source of slowness: whoever comes through waits until the sender is dropped.
struct Gate(Mutex<Receiver<()>>);

impl Gate {
    fn shut() -> (Sender<()>, Self) {
        let (open, shut) = channel();
        (open, Self(Mutex::new(shut)))
    }

    fn pass(&self) {
        let _ = self.0.lock().unwrap().recv();
    }
}

/// Passwords that take until the gate is open.
struct SlowPasswords(Gate);

impl Passwords for SlowPasswords {
    fn judge(&self, password: &Password, known: &[&str]) -> Result<(), WeakPassword> {
        PlainPasswords.judge(password, known)
    }

    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        self.0.pass();
        PlainPasswords.hash(password)
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        self.0.pass();
        PlainPasswords.verify(password, hash)
    }
}

/// A clinic whose passwords are slow, with one thread behind each door.
async fn slow_house() -> (Sender<()>, Serve) {
    let (open, gate) = Gate::shut();
    let app = App::new(
        Arc::new(MemoryStore::new()),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(SlowPasswords(gate)),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    (open, serve_with(app, http_settings()).await)
}

/// Asks for something, and says how long that took.
async fn timed(serve: &Serve, ask: Ask) -> (Answer, Duration) {
    let asked_at = Instant::now();
    (serve(ask.into_request()).await, asked_at.elapsed())
}

fn login() -> Ask {
    Ask::post("/api/v1/auth/login").json(&json!({"identifier": "nobody@example.org", "password": "not the right one"}))
}

#[actix_web::test]
async fn logins_wait_for_logins_and_when_too_many_wait_the_rest_hears_at_once() {
    let (open, serve) = slow_house().await;
    let logins = join_all((0..12).map(|_| timed(&serve, login())));
    let others = async {
        for _ in 0..20 {
            timed(&serve, Ask::get("/api/v1/doctors")).await.0.expect(200);
        }
        drop(open);
    };
    let (answers, ()) = join(logins, others).await;
    let (refused, judged): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(answer, _)| answer.code() == "too_many_logins");
    // The first may or may not have been begun when the line was full.
    assert!((3..=4).contains(&refused.len()), "{refused:?}");
    for (answer, waited) in refused {
        let answer = answer.expect_problem(429, "too_many_logins");
        assert_eq!(answer.header("retry-after"), Some("2"));
        assert!(waited < Duration::from_secs(1), "{waited:?}");
    }
    for (answer, _) in judged {
        assert!(["wrong_credentials", "too_many_attempts"].contains(&answer.code().as_str()), "{answer:?}");
    }
}

#[actix_web::test]
async fn everything_that_hashes_goes_through_that_door() {
    let (open, serve) = slow_house().await;
    let registration = json!({
        "role": "patient", "email": "ada@example.org", "password": "correct horse battery", "full_name": "Ada",
        "phone": "+2348035550000",
    });
    let held = join_all((0..9).map(|_| timed(&serve, Ask::post("/api/v1/auth/register").json(&registration))));
    let others = async {
        // Until one is being hashed and eight wait, however fast that thread is.
        while timed(&serve, login()).await.0.code() != "too_many_logins" {}
        let reset = json!({"token": "made up", "password": "correct horse battery"});
        let reset = Ask::post("/api/v1/auth/reset-password").json(&reset);
        timed(&serve, reset).await.0.expect_problem(429, "too_many_logins");
        let form = Ask::post("/api/v1/auth/register").json(&registration);
        timed(&serve, form).await.0.expect_problem(429, "too_many_logins");
        drop(open);
    };
    let (answers, ()) = join(held, others).await;
    let made = answers.iter().filter(|(answer, _)| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
}

/// A store that answers nothing until the gate is open, and then fails.
struct SlowStore(Gate);

impl UnitOfWork<dyn Store> for SlowStore {
    fn attempt(&self, _: Access, _: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        self.0.pass();
        Err(StoreError::Contended { attempts: 1 })
    }
}

#[actix_web::test]
async fn whoever_waits_for_a_second_and_whoever_comes_behind_them_hears_that_it_is_too_much() {
    let (open, gate) = Gate::shut();
    let app = App::new(
        Arc::new(SlowStore(gate)),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    let serve = &serve_with(app, http_settings()).await;
    let begun = serve(TestRequest::with_uri("/api/v1/doctors"));
    let others = async {
        let (late, waited) = timed(serve, Ask::get("/api/v1/doctors")).await;
        assert_eq!(late.expect_problem(503, "overloaded").header("retry-after"), Some("1"));
        assert!(Duration::from_secs(1) <= waited, "{waited:?}");
        let (refused, waited) = timed(serve, Ask::get("/api/v1/doctors")).await;
        assert_eq!(refused.expect_problem(503, "overloaded").header("retry-after"), Some("1"));
        assert!(waited < Duration::from_millis(500), "at once: {waited:?}");
        drop(open);
    };
    let (begun, ()) = join(begun, others).await;
    begun.expect_problem(503, "contended");
}
