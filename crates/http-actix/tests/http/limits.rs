//! Clients that ask too often wait, each for themself; proxies are believed where they are trusted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use application::{App, Settings};
use chrono::{DateTime, Utc};
use http_actix::{HttpSettings, Rate, RateLimit, Rates};
use identity_core::ports::{CredentialFailure, Tokens};
use identity_core::{Claims, Device, LoginName, TokenHash};
use kernel::AccountId;
use serde_json::json;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds};

use crate::ask::{Answer, Ask};
use crate::house::{House, Serve, Who, http_settings, serve_with};

const HERE: &str = "192.0.2.1";
const THERE: &str = "192.0.2.2";
const PROXY: &str = "10.0.0.1";

/// More than any burst; a slow machine lets in a few more than the burst.
const ATTEMPTS_MAX: usize = 1_000;

async fn limited(house: &House) -> Serve {
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    serve_with(
        house.app.clone(),
        HttpSettings { rate_limit: RateLimit::On(Rates::default()), trusted_proxies, ..http_settings() },
    )
    .await
}

async fn ask(serve: &Serve, ask: Ask) -> Answer {
    serve(ask.into_request()).await
}

fn doctors(from: &str) -> Ask {
    Ask::get("/api/v1/doctors").from(from)
}

fn login(path: &str, from: &str) -> Ask {
    // If it were read, this body would be refused.
    Ask::post(path).from(from).bytes("application/json", "{")
}

/// How many are answered before one has to wait, and that one.
async fn until_refused(serve: &Serve, wish: Ask) -> (usize, Answer) {
    for answered in 0..ATTEMPTS_MAX {
        let answer = ask(serve, wish.clone()).await;
        if answer.status == 429 {
            return (answered, answer);
        }
    }
    panic!("{} is never refused", wish.path)
}

#[track_caller]
fn expect_wait(answer: Answer) -> u64 {
    let answer = answer.expect_problem(429, "rate_limited");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!(0 < seconds, "a whole number of seconds, and not none");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "a problem like any other");
    seconds
}

#[actix_web::test]
async fn an_address_has_a_burst_of_20_and_other_addresses_have_theirs() {
    let house = House::open().await;
    let serve = limited(&house).await;
    let (answered, refused) = until_refused(&serve, doctors(HERE)).await;
    assert!(20 <= answered, "{answered}");
    assert_eq!(expect_wait(refused), 1);
    ask(&serve, doctors(THERE)).await.expect(200);
    for free in ["/healthz", "/readyz/", "/.well-known/jwks.json"] {
        for _ in 0..50 {
            ask(&serve, Ask::get(free).from(HERE)).await.expect(200);
        }
    }
}

#[actix_web::test]
async fn what_costs_much_has_a_burst_of_10_however_its_path_is_spelled() {
    let house = House::open().await;
    let spellings = ["/api/v1/auth/login", "/api/v1/auth/%6Cogin", "/api/v1/auth//login/"];
    for (n, path) in spellings.into_iter().enumerate() {
        let serve = limited(&house).await;
        ask(&serve, login(path, THERE)).await.expect_problem(400, "malformed_json");
        let (answered, refused) = until_refused(&serve, login(path, HERE)).await;
        assert!((10..20).contains(&answered), "{path}: {answered}");
        assert_eq!(expect_wait(refused), 3);
        expect_wait(ask(&serve, login(spellings[(n + 1) % 3], HERE)).await);
        for other in ["register", "forgot-password", "resend-verification", "reset-password"] {
            expect_wait(ask(&serve, login(&format!("/api/v1/auth/{other}"), HERE)).await);
        }
        ask(&serve, doctors(HERE)).await.expect(200);
    }
}

#[actix_web::test]
async fn an_account_has_a_burst_of_100_wherever_it_is() {
    let house = House::open().await;
    let serve = limited(&house).await;
    let me = |who: Who, from: &str| {
        let token = format!("Bearer {}", house.pass(who).access_token);
        Ask::get("/api/v1/auth/me").from(from).with("Authorization", token)
    };
    let (answered, refused) = until_refused(&serve, me(Who::Patient, HERE)).await;
    assert!(100 <= answered, "{answered}");
    expect_wait(refused);
    // On a slow machine some may come in meanwhile, and no burst.
    let (answered, refused) = until_refused(&serve, me(Who::Patient, THERE)).await;
    assert!(answered < 50, "{answered}");
    expect_wait(refused);
    ask(&serve, me(Who::OtherPatient, HERE)).await.expect(200);
    ask(&serve, doctors(HERE)).await.expect(200);
}

#[actix_web::test]
async fn an_address_has_an_allowance_over_all_its_accounts() {
    let house = House::open().await;
    let rates = Rates { address: Rate::new(50, 1), ..Rates::default() };
    let serve =
        serve_with(house.app.clone(), HttpSettings { rate_limit: RateLimit::On(rates), ..http_settings() }).await;
    let me = |who: Who, from: &str| {
        let token = format!("Bearer {}", house.pass(who).access_token);
        Ask::get("/api/v1/auth/me").from(from).with("Authorization", token)
    };
    for who in [Who::Patient, Who::Doctor] {
        for _ in 0..25 {
            ask(&serve, me(who, HERE)).await.expect(200);
        }
    }
    expect_wait(ask(&serve, me(Who::Admin, HERE)).await);
    expect_wait(ask(&serve, doctors(HERE)).await);
    ask(&serve, me(Who::Admin, THERE)).await.expect(200);
    ask(&serve, Ask::get("/readyz").from(HERE)).await.expect(200);
}

#[actix_web::test]
async fn every_limited_answer_tells_what_is_left() {
    let house = House::open().await;
    let serve = limited(&house).await;
    let answer = ask(&serve, doctors(HERE)).await.expect(200);
    assert_eq!(answer.header("ratelimit-policy"), Some("\"anonymous\";q=20;w=2, \"address\";q=400;w=5"));
    assert_eq!(answer.header("ratelimit"), Some("\"anonymous\";r=19;t=1, \"address\";r=399;t=1"));
    let wrong = ask(&serve, login("/api/v1/auth/login", HERE)).await.expect_problem(400, "malformed_json");
    assert!(wrong.header("ratelimit").unwrap().starts_with("\"costly\";r=9;t="), "problems tell it too");
    let (_, refused) = until_refused(&serve, login("/api/v1/auth/login", HERE)).await;
    assert_eq!(refused.header("ratelimit"), Some("\"costly\";r=0;t=30"));
    let free = ask(&serve, Ask::get("/healthz").from(HERE)).await.expect(200);
    assert_eq!(free.header("ratelimit"), None);
}

#[actix_web::test]
async fn a_token_that_is_none_buys_nothing() {
    let house = House::open().await;
    let serve = limited(&house).await;
    let mut refused = 0;
    for n in 0..60 {
        let wish = doctors(HERE).with("Authorization", format!("Bearer made-up-{n}"));
        refused += u32::from(ask(&serve, wish).await.status == 429);
    }
    assert!(0 < refused);
}

/// Tokens that count how often one was verified.
#[derive(Clone, Default)]
struct CountingTokens(Arc<PlainTokens>, Arc<AtomicU32>);

impl Tokens for CountingTokens {
    fn sign(&self, claims: &Claims) -> Result<String, CredentialFailure> {
        self.0.sign(claims)
    }

    fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.verify(token, now)
    }

    fn fresh_refresh_token(&self) -> Result<(String, TokenHash), CredentialFailure> {
        self.0.fresh_refresh_token()
    }

    fn hash_of(&self, refresh_token: &str) -> TokenHash {
        self.0.hash_of(refresh_token)
    }

    fn next_refresh_token(&self, presented: &str) -> (String, TokenHash) {
        self.0.next_refresh_token(presented)
    }

    fn sign_device(&self, account: AccountId, device: &Device) -> String {
        self.0.sign_device(account, device)
    }

    fn verify_device(&self, account: AccountId, token: &str) -> Option<Device> {
        self.0.verify_device(account, token)
    }

    fn hash_name(&self, name: &LoginName) -> [u8; 32] {
        self.0.hash_name(name)
    }
}

#[actix_web::test]
async fn a_token_is_verified_once_whether_it_is_good_or_not() {
    let house = House::open().await;
    let tokens = CountingTokens::default();
    for rate_limit in [RateLimit::On(Rates::default()), RateLimit::Off] {
        // One that has not seen the token yet.
        let app = App::new(
            Arc::new(MemoryStore::new()),
            Arc::new(FixedClock::default()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(tokens.clone()),
            Settings::default(),
        );
        let serve = serve_with(app, HttpSettings { rate_limit, ..http_settings() }).await;
        // The session of the good one is in another house.
        for token in [house.pass(Who::Patient).access_token.as_str(), "made-up"] {
            let me = Ask::get("/api/v1/auth/me").with("Authorization", format!("Bearer {token}"));
            ask(&serve, me).await.expect_problem(401, "unauthenticated");
            assert_eq!(tokens.1.swap(0, Ordering::Relaxed), 1, "{token}");
        }
    }
}

#[actix_web::test]
async fn who_is_not_trusted_cannot_be_somebody_else() {
    let house = House::open().await;
    let serve = limited(&house).await;
    let mut refused = 0;
    for n in 0..60 {
        let answer = ask(&serve, doctors(HERE).with("X-Forwarded-For", format!("198.51.100.{n}"))).await;
        refused += u32::from(answer.status == 429);
    }
    assert!(0 < refused);
}

#[actix_web::test]
async fn behind_a_proxy_that_is_trusted_each_client_counts_alone() {
    let house = House::open().await;
    let serve = limited(&house).await;
    let passed_on = |client: &str| doctors(PROXY).with("X-Forwarded-For", format!("203.0.113.99, {client}"));
    let (answered, refused) = until_refused(&serve, passed_on(HERE)).await;
    assert!(20 <= answered, "{answered}");
    expect_wait(refused);
    ask(&serve, passed_on(THERE)).await.expect(200);
    ask(&serve, doctors(PROXY)).await.expect(200);
}

#[actix_web::test]
async fn login_delays_and_the_audit_log_know_the_client_behind_the_proxy() {
    let house = House::open().await;
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let serve = serve_with(house.app.clone(), HttpSettings { trusted_proxies, ..http_settings() }).await;
    let login = |identifier: &str, password: &str, client: &str| {
        let body = json!({"identifier": identifier, "password": password});
        Ask::post("/api/v1/auth/login").from(PROXY).with("X-Forwarded-For", client).json(&body)
    };
    for n in 0..5 {
        let guess = login(&format!("nobody{n}@example.org"), "not the right one", HERE);
        ask(&serve, guess).await.expect_problem(401, "wrong_credentials");
    }
    let email = house.email(Who::Patient);
    ask(&serve, login(&email, testkit::sample::PASSWORD, HERE)).await.expect_problem(429, "too_many_attempts");
    ask(&serve, login(&email, testkit::sample::PASSWORD, THERE)).await.expect(200);

    let logins = house.ask(Who::Admin, Ask::get("/api/v1/audit?action=logged_in")).await.expect(200).json();
    let addresses: Vec<_> = logins["items"].as_array().unwrap().iter().map(|entry| &entry["address"]).collect();
    assert!(addresses.contains(&&json!(THERE)) && !addresses.contains(&&json!(PROXY)), "{addresses:?}");
}
