//! Whether time tells what the answer does not: another's thing from none, an address that is known from one that is not.
//! `make access-time` prints it.
//!
//! Both are asked for in turn, and one of them twice, so that there is a difference of nothing to compare with.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a measurement that fails must stop")]

use std::time::Instant;

use acceptance::access::{Object, Scene, Who, rows};
use acceptance::figures::{Figure, median, table};
use acceptance::people::patient_form;
use acceptance::{Client, Engine, Server};
use serde_json::json;

/// How often each is asked.
const ROUNDS: usize = 100;

/// How many people are asked for by their address; each once, so that nobody is locked out.
const PEOPLE: usize = 100;

/// As slow as it takes for hashing to be most of a login.
const BCRYPT_COST: &str = "10";

fn milliseconds(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64() * 1e3
}

/// Medians of what was done in turn; each time another one is first.
fn in_turn<const N: usize>(rounds: usize, mut work: impl FnMut(usize, usize)) -> [f64; N] {
    let mut taken: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for round in 0..rounds {
        for place in 0..N {
            let which = (place + round) % N;
            taken[which].push(milliseconds(|| work(which, round)));
        }
    }
    taken.map(|times| median(&times))
}

fn things() -> Vec<Figure> {
    let scene = Scene::set(Engine::Sqlite, [2, 2]);
    let (mut figures, mut differences, mut nothings) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows() {
        // Who never may is told so before anything is looked up.
        let looked_up =
            |who: &Who| row.hides(*who) && !matches!(row.expected(*who, Object::Others).status(), 401 | 403);
        for who in Who::ALL.into_iter().filter(looked_up) {
            let (_, client) = scene.clients(who).swap_remove(0);
            let [others, missing] =
                [Object::Others, Object::Missing].map(|object| scene.ask(&row, who, &client, object));
            let [other, none, none_again] = in_turn(ROUNDS, |which, _| {
                let _ = if which == 0 { others.send() } else { missing.send() };
            });
            figures.push(Figure::new(format!("`{}` as {who:?}: another's − none", row.name()), other - none, "ms"));
            differences.push((other - none).abs());
            nothings.push((none_again - none).abs());
        }
    }
    let largest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    figures.push(Figure::new("all of these: median of the differences", median(&differences), "ms"));
    figures.push(Figure::new("all of these: largest difference", largest(&differences), "ms"));
    figures.push(Figure::new("none − none: median of the differences", median(&nothings), "ms"));
    figures.push(Figure::new("none − none: largest difference", largest(&nothings), "ms"));
    figures
}

fn people() -> Vec<Figure> {
    let server = Server::start_with(Engine::Sqlite, &[("bcrypt_cost", BCRYPT_COST)]);
    let client = server.client();
    let register = || {
        let form = patient_form();
        let _ = client.post("/auth/register", &form).expect(201);
        form["email"].as_str().expect("a form has an address").to_owned()
    };
    let known: Vec<String> = (0..PEOPLE).map(|_| register()).collect();
    let asked = |round: usize, which: usize| match which {
        0 => known[round].clone(),
        _ => format!("nobody{which}.{round}@example.org"),
    };
    let compared = |what: &str, ask: &dyn Fn(&Client, &str)| {
        let [known, unknown, again] = in_turn(PEOPLE, |which, round| ask(&client, &asked(round, which)));
        [
            Figure::new(format!("{what}, known"), known, "ms"),
            Figure::new(format!("{what}, known − unknown"), known - unknown, "ms"),
            Figure::new(format!("{what}, unknown − unknown"), again - unknown, "ms"),
        ]
    };
    let login = compared("a wrong password", &|client, email| {
        let wrong = json!({"identifier": email, "password": "not the right one"});
        client.post("/auth/login", &wrong).problem(401, "wrong_credentials");
    });
    let forgotten = compared("a forgotten password", &|client, email| {
        let _ = client.post("/auth/forgot-password", &json!({"email": email})).expect(202);
    });
    [login, forgotten].concat()
}

fn main() {
    println!("{}\n{}", table(&things()), table(&people()));
}
