//! Failed logins make the next attempt wait.

use acceptance::people::PASSWORD;
use acceptance::race::at_once;
use acceptance::{Client, Engine, Server, on_each_engine};
use serde_json::json;

on_each_engine!(
    a_name_that_fails_often_waits_and_others_do_not,
    an_address_that_fails_often_waits_with_everybody_behind_it,
    many_guesses_at_once_are_no_better_than_one_after_the_other,
);

/// More attempts than can fail before the delay is longer than an attempt takes on a busy machine.
const ATTEMPTS_MAX: u32 = 40;

fn guess(client: &Client, identifier: &str) -> u16 {
    let answer = client.post("/auth/login", &json!({"identifier": identifier, "password": "not the right one"}));
    if answer.status == 401 {
        answer.problem(401, "wrong_credentials");
    } else {
        let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=900).contains(&seconds), "{seconds}");
        // Or there are more guesses at once than are judged one after the other.
        let code = if answer.text().contains("too_many_logins") { "too_many_logins" } else { "too_many_attempts" };
        answer.problem(429, code);
    }
    answer.status
}

/// How many guesses were answered before one had to wait.
fn guesses_until_refused(client: &Client, mut identifier: impl FnMut(u32) -> String) -> u32 {
    (0..ATTEMPTS_MAX).find(|n| guess(client, &identifier(*n)) == 429).unwrap()
}

fn a_name_that_fails_often_waits_and_others_do_not(engine: Engine) {
    let server = Server::start(engine);
    let (ada, bea) = (server.patient(), server.patient());
    let client = server.client();
    for name in [&ada.email, "nobody@example.org"] {
        assert!(5 <= guesses_until_refused(&client, |_| name.to_owned()));
    }
    let right = json!({"identifier": ada.email, "password": PASSWORD});
    // Whoever is logged in stays so, and others come in.
    let _ = ada.client.get("/auth/me").expect(200);
    let _ = bea.again(&client);
    acceptance::wait::until("the delay to end", || (client.post("/auth/login", &right).status == 200).then_some(()));
}

fn an_address_that_fails_often_waits_with_everybody_behind_it(engine: Engine) {
    let server = Server::start_with(engine, &[("rate_limit", "on")]);
    let client = server.client();
    assert!(5 <= guesses_until_refused(&client, |n| format!("nobody{n}@example.org")));
}

fn many_guesses_at_once_are_no_better_than_one_after_the_other(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let clients: Vec<Client> = (0..24).map(|_| server.client()).collect();
    let statuses = at_once(clients.iter().map(|client| || guess(client, &ada.email)).collect());
    let judged = statuses.iter().filter(|status| **status == 401).count();
    // The fifth failure makes the next wait a second, and so on; a slow machine may take that long.
    assert!((5..12).contains(&judged), "{statuses:?}");
}
