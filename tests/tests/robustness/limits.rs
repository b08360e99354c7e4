//! Many requests of one client, and many logins of all.

use std::collections::BTreeMap;
use std::fs;

use acceptance::race::at_once;
use acceptance::{Client, Engine, Server};
use serde_json::json;

/// Asks until one has to wait, and says how many were answered before.
fn until_refused(client: &Client) -> u32 {
    let refused = (0..1_000).find(|_| {
        let answer = client.get("/doctors");
        if answer.status == 429 {
            assert!(1 <= answer.header("retry-after").unwrap().parse::<u64>().unwrap());
            answer.problem(429, "rate_limited");
            return true;
        }
        let _ = answer.expect(200);
        false
    });
    refused.unwrap()
}

#[test]
fn each_address_behind_a_proxy_has_a_burst_of_its_own() {
    let settings = [("rate_limit", "on"), ("trusted_proxies", "192.0.2.0/24, 127.0.0.1")];
    let server = Server::start_with(Engine::Sqlite, &settings);
    for address in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        let client = server.client().with("x-forwarded-for", &format!("203.0.113.9, {address}, 192.0.2.1"));
        assert!(20 <= until_refused(&client), "{address}");
    }
    assert!(20 <= until_refused(&server.client()), "the proxy itself");
    let _ = server.client().at_root().get("/healthz").expect(200);
}

#[test]
fn without_a_proxy_that_is_trusted_nobody_gets_a_second_burst() {
    let server = Server::start_with(Engine::Sqlite, &[("rate_limit", "on")]);
    let _ = until_refused(&server.client());
    let answers = at_once(
        (0..8)
            .map(|n| {
                let client = server.client().with("x-forwarded-for", &format!("198.51.100.{n}"));
                move || (0..5).filter(|_| client.get("/doctors").status == 429).count()
            })
            .collect(),
    );
    assert!(0 < answers.iter().sum::<usize>(), "{answers:?}");
}

#[test]
fn a_storm_of_logins_is_judged_or_sent_away_and_others_go_on() {
    // As slow as in earnest: each login takes a processor a while.
    let server = Server::start_with(Engine::Sqlite, &[("bcrypt_cost", "10")]);
    let ada = server.patient();
    let guess = |n: u32| {
        let client = server.client();
        move || {
            let body = json!({"identifier": format!("nobody{n}@example.org"), "password": "not the right one"});
            let answer = client.post("/auth/login", &body);
            (answer.status, answer.any_problem()["code"].as_str().unwrap().to_owned())
        }
    };
    let mut seen = BTreeMap::new();
    for answer in at_once((0..40).map(guess).collect()) {
        *seen.entry(answer).or_insert(0) += 1;
    }
    let allowed = [(401, "wrong_credentials".to_owned()), (429, "too_many_logins".to_owned())];
    assert!(allowed.iter().all(|answer| seen.contains_key(answer)) && seen.len() == 2, "{seen:?}");
    let _ = ada.client.get("/auth/me").expect(200);
}

/// The scheduler's fields of a thread, in the order of `/proc/…/stat` (proc(5)); the 19th is the nice value.
fn niceness(stat: &str) -> i32 {
    let after_the_name = stat.rsplit_once(") ").unwrap().1;
    after_the_name.split(' ').nth(16).unwrap().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn event_loops_go_before_the_store_and_the_store_before_passwords() {
    let server = Server::start(Engine::Sqlite);
    let mut threads: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for task in fs::read_dir(format!("/proc/{}/task", server.pid())).unwrap() {
        let folder = task.unwrap().path();
        let (name, stat) = (fs::read_to_string(folder.join("comm")).unwrap(), folder.join("stat"));
        let kind = name.trim().split('-').next().unwrap().to_owned();
        threads.entry(kind).or_default().push(niceness(&fs::read_to_string(stat).unwrap()));
    }
    let usual = threads["actix"][0];
    assert_eq!(threads["door"], [(usual + 5).min(19); 16]);
    let hashing = &threads["hashing"];
    assert!(!hashing.is_empty() && hashing.iter().all(|nice| *nice == (usual + 10).min(19)), "{threads:?}");
}
