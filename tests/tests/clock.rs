//! The machine's clock jumps, and the server lives on.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

use std::sync::Arc;

use acceptance::invariants::assert_whole;
use acceptance::mail_server::{MailServer, free_port};
use acceptance::preload::Clock;
use acceptance::workload::ACTIVE_AT_ONCE;
use acceptance::{Answer, Client, Data, Engine, Evidence, Server, Workload, days, on_each_engine, wait};
use serde_json::{Value, json};

on_each_engine!(
    whatever_the_clock_does_the_data_stay_whole,
    tokens_live_by_the_clock,
    jobs_and_messages_do_not_wait_for_a_clock_that_ran_ahead,
);

const CLIENTS: usize = 8;

/// How many requests are answered, one way or another, before the clock jumps again.
const ANSWERS: usize = 200;

/// How far the clock jumps: two days back, three hours and a year ahead.
const JUMPS: [&str; 3] = ["-2d", "+3h", "+1y"];

const RIGHT: &str = "+0";

/// A clock, and data of which the programs look at it.
fn jumping(engine: Engine) -> (tempfile::TempDir, Clock, Arc<Data>) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::new(folder.path());
    let data = Data::new(engine).with_environment(clock.environment());
    (folder, clock, data)
}

fn whatever_the_clock_does_the_data_stay_whole(engine: Engine) {
    let (folder, clock, data) = jumping(engine);
    let evidence = Arc::new(Evidence::create(&folder.path().join("evidence")));
    let server = Server::start_on(&data, &[ACTIVE_AT_ONCE]);
    let load = Workload::start(&evidence, &[server.url()], CLIENTS, 1);
    load.let_pass(100);
    for jump in JUMPS {
        for offset in [jump, RIGHT] {
            clock.set(offset);
            let enough = answered(&load) + ANSWERS;
            wait::until("the server to answer", || (enough <= answered(&load)).then_some(()));
            // What is written while the clock is wrong for less than the sealer's pause waits for its search of everything.
            for _ in 0..2 {
                server.patient();
                let before = seals(&data);
                wait::until("the audit log to be sealed", || (before != seals(&data)).then_some(()));
            }
        }
        load.let_pass(100);
    }
    let tally = load.stop();
    println!("{engine:?}: {} changes, {} surprises", tally.changes, tally.surprises.len());
    // Tokens are not valid yet or any more, and times have passed.
    let unexpected = tally.surprises.iter().find(|told| !told.contains(": 401: ") && !told.contains(": 422: "));
    assert_eq!(unexpected, None);
    assert_eq!((tally.turned_away, tally.unanswered), (0, 0));
    assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
    assert!(server.stop().success());
    assert_whole(&data, &evidence);
}

fn seals(data: &Data) -> Vec<String> {
    data.ask("SELECT CAST(COUNT(*) AS CHAR) AS told FROM audit_seals")
}

fn answered(load: &Workload) -> usize {
    let tally = load.tally();
    usize::try_from(tally.changes + tally.refused).unwrap() + tally.surprises.len()
}

fn refresh(client: &Client, tokens: &Value) -> Answer {
    client.post("/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]}))
}

fn tokens_live_by_the_clock(engine: Engine) {
    let (_folder, clock, data) = jumping(engine);
    let server = Server::start_on(&data, &[]);
    let (client, ada) = (server.client(), server.patient());
    let with = |tokens: &Value| client.with_token(tokens["access_token"].as_str().unwrap());
    let is_honoured = |tokens: &Value| match with(tokens).get("/auth/me") {
        answer if answer.status == 200 => true,
        answer => {
            answer.problem(401, "unauthenticated");
            false
        }
    };
    assert!(is_honoured(&ada.login));

    // An access token lives for an hour, from the moment at which it was issued.
    let mut tokens = ada.login.clone();
    for jump in ["+3h", RIGHT, "-2d", RIGHT] {
        clock.set(jump);
        assert!(!is_honoured(&tokens), "{jump}");
        tokens = refresh(&client, &tokens).body_of(200);
        assert!(is_honoured(&tokens), "{jump}");
    }
    clock.set("+59m");
    assert!(is_honoured(&tokens));

    // A refresh token lives for a week; whoever has logged in since is not known before.
    clock.set("+1y");
    assert!(!is_honoured(&tokens));
    assert_eq!(refresh(&client, &tokens).any_problem()["status"], 401);
    let later = ada.again(&client).login;
    assert!(is_honoured(&later));
    clock.set(RIGHT);
    assert!(is_honoured(&tokens) && !is_honoured(&later));
}

fn jobs_and_messages_do_not_wait_for_a_clock_that_ran_ahead(engine: Engine) {
    let (_folder, clock, data) = jumping(engine);
    let holders = || data.ask("SELECT CONCAT(name, ' ', HEX(holder)) AS told FROM leases ORDER BY name");
    let failed = || data.ask("SELECT HEX(id) AS told FROM messages WHERE failures > 0").len();
    let port = free_port();
    let url = format!("smtp://127.0.0.1:{port}");
    let settings = [("smtp_url", url.as_str())];
    clock.set("+1y");
    let ahead = Server::start_on(&data, &settings);
    ahead.patient().book(&ahead.doctor().publish(&days::instant(380, 540), 30));
    wait::until("two messages to wait for a mail server", || (failed() == 2).then_some(()));
    let held = wait::until("every job to be taken", || Some(holders()).filter(|holders| holders.len() == 3));
    drop(ahead);

    clock.set(RIGHT);
    let mail_server = MailServer::start(port);
    let _server = Server::start_on(&data, &settings);
    mail_server.wait_for(2);
    wait::until("every job to be taken over", || holders().iter().all(|other| !held.contains(other)).then_some(()));
}
