//! What clients hear when more come than can be served.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use application::ports::{AnyStore, Store};
use application::{App, Settings};
use futures_util::future::{join, join_all};
use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Password, PasswordHash, TokenPurpose, WeakPassword};
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use serde_json::json;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, sample};

use crate::ask::{Answer, Ask};
use crate::house::{House, Serve, Who, http_settings, serve_with};

/// A source of slowness: the first one who comes through waits until the sender is dropped.
struct Gate(Mutex<Receiver<()>>);

impl Gate {
    fn shut() -> (Sender<()>, Self) {
        let (open, shut) = channel();
        (open, Self(Mutex::new(shut)))
    }

    fn pass(&self) {
        if let Ok(shut) = self.0.try_lock() {
            let _ = shut.recv();
        }
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

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        PlainPasswords.is_outdated(hash)
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

/// Passwords that note on which threads they are asked.
#[derive(Clone, Default)]
struct NotedPasswords(Arc<Mutex<Vec<String>>>);

impl NotedPasswords {
    fn note(&self) {
        self.0.lock().unwrap().push(thread::current().name().unwrap_or_default().to_owned());
    }
}

impl Passwords for NotedPasswords {
    fn judge(&self, password: &Password, known: &[&str]) -> Result<(), WeakPassword> {
        PlainPasswords.judge(password, known)
    }

    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        self.note();
        PlainPasswords.hash(password)
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        self.note();
        PlainPasswords.verify(password, hash)
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        PlainPasswords.is_outdated(hash)
    }
}

#[actix_web::test]
async fn everything_that_hashes_goes_through_that_door() {
    let house = House::open().await;
    let noted = NotedPasswords::default();
    let serve = serve_with(house.app_with(noted.clone()), http_settings()).await;
    let (new, email) = ("tangerine velvet orbit", house.email(Who::Doctor));
    let token = house.mailed(Who::Patient, TokenPurpose::ResetPassword);
    let person = json!({
        "role": "patient", "email": "mary@example.org", "password": new, "full_name": "M", "phone": "+2348035550000",
    });
    for (who, path, body) in [
        (Who::Nobody, "auth/login", json!({"identifier": email, "password": sample::PASSWORD})),
        (Who::Nobody, "auth/login", json!({"identifier": "nobody@example.org", "password": new})),
        (Who::Nobody, "auth/register", person),
        (Who::Nobody, "auth/reset-password", json!({"token": token, "password": new})),
        (Who::Doctor, "auth/change-password", json!({"old_password": sample::PASSWORD, "new_password": new})),
    ] {
        let mut ask = Ask::post(format!("/api/v1/{path}")).json(&body);
        if who != Who::Nobody {
            ask = ask.with("Authorization", format!("Bearer {}", house.pass(who).access_token));
        }
        let answer = serve(ask.into_request()).await;
        let threads = noted.0.lock().unwrap().split_off(0);
        assert!(!threads.is_empty(), "{path}: {answer:?}");
        assert!(threads.iter().all(|name| name.starts_with("hashing-")), "{path}: {threads:?}");
    }
}

/// A store that answers its first reader when the gate is open, and fails.
struct SlowStore(Gate);

impl UnitOfWork<dyn Store> for SlowStore {
    fn attempt(&self, _: Access, _: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        self.0.pass();
        Err(StoreError::Contended { attempts: 1 })
    }
}

#[actix_web::test]
async fn whoever_waits_in_vain_and_whoever_comes_behind_them_hears_that_it_is_too_much() {
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
        assert!(Duration::from_millis(800) <= waited, "{waited:?}");
        let (refused, waited) = timed(serve, Ask::get("/api/v1/doctors")).await;
        assert_eq!(refused.expect_problem(503, "overloaded").header("retry-after"), Some("1"));
        assert!(waited < Duration::from_millis(500), "at once: {waited:?}");
        let (watched, waited) = timed(serve, Ask::get("/readyz")).await;
        watched.expect_problem(503, "contended");
        assert!(waited < Duration::from_millis(500), "who watches has a line of their own: {waited:?}");
        drop(open);
    };
    let (begun, ()) = join(begun, others).await;
    begun.expect_problem(503, "contended");
}
