//! How long each question takes while one thing after another grows.

mod growing;
mod questions;

use std::collections::BTreeMap;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use acceptance::Engine;
use acceptance::figures::median;

use crate::clinic::{Clinic, Diary};
use crate::database::Connection;
use crate::part::ENGINES;
use growing::{THINGS, Thing};
use questions::{QUESTIONS, Question, Visitors};

/// What the clinic has of each thing at first.
const SMALL: u32 = 10_000;

/// How often each question is asked, each time about something else, after a few that do not count.
const TIMES: u32 = 60;
const TIMES_BEFORE: u32 = 5;

/// Between two looks at a server that has still to seal.
const PAUSE: Duration = Duration::from_secs(1);

/// What no question may exceed.
const TIMES_SLOWER_MAX: f64 = 1.5;

/// A difference below this is nothing that anybody waits for: medians of this size wander by as much.
const MS_MIN: f64 = 0.3;

/// Milliseconds of each question.
type Answers = BTreeMap<&'static str, f64>;

/// What one engine gave: the first answers, and those after each thing has grown.
struct Grown {
    small: Answers,
    steps: Vec<Answers>,
}

/// A table for each engine, in Markdown.
pub(crate) fn measure(rows: u32) -> String {
    let mut page = String::new();
    for (engine, name) in ENGINES {
        let grown = measure_one(engine, name, rows);
        page.push_str(&table(name, rows, &grown));
    }
    page
}

fn measure_one(engine: Engine, name: &str, rows: u32) -> Grown {
    let clinic = Clinic::new(engine, SMALL, Diary::Lived);
    growing::add_staff(&clinic);
    for thing in THINGS {
        grow(&clinic, name, thing, 0..SMALL);
    }
    let small = ask(&clinic, name);
    let mut steps = Vec::new();
    for thing in THINGS {
        grow(&clinic, name, thing, SMALL..rows);
        steps.push(ask(&clinic, name));
    }
    Grown { small, steps }
}

fn grow(clinic: &Clinic, engine: &str, thing: Thing, numbers: Range<u32>) {
    let begun = Instant::now();
    let mut connection = Connection::open(&clinic.data);
    connection.begin_bulk();
    growing::add(clinic, &mut connection, thing, numbers.clone());
    connection.end_bulk();
    println!("  {engine}, {} {}: {:.1} s", numbers.end, thing.name(), begun.elapsed().as_secs_f64());
}

/// Asks all questions, of a server that has nothing else to do: what a clinic has written down over the years is sealed.
fn ask(clinic: &Clinic, engine: &str) -> Answers {
    let server = clinic.serve();
    let count = |table: &str| clinic.data.ask(&format!("SELECT CAST(COUNT(*) AS CHAR) AS told FROM {table}"));
    while count("audit") != count("audit_seals") {
        thread::sleep(PAUSE);
    }
    let visitors = Visitors::log_in(&server);
    let answers = QUESTIONS.iter().map(|question| (question.name, ask_one(clinic, &visitors, question))).collect();
    println!("  {engine}: {answers:.2?}");
    server.stop();
    answers
}

fn ask_one(clinic: &Clinic, visitors: &Visitors, question: &Question) -> f64 {
    let ms = (0..TIMES_BEFORE + TIMES).map(|number| {
        let (client, path) = (visitors.client(question.who), (question.path)(clinic, number));
        let begun = Instant::now();
        let answer = client.get(&path);
        let ms = begun.elapsed().as_secs_f64() * 1_000.0;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        ms
    });
    let ms: Vec<f64> = ms.collect();
    median(&ms[TIMES_BEFORE as usize..])
}

fn table(engine: &str, rows: u32, grown: &Grown) -> String {
    let heads: Vec<String> = THINGS.iter().map(|thing| format!("+ {}", thing.name())).collect();
    let mut lines = vec![
        format!("{engine}, from {SMALL} to {rows} of each, one thing after the other\n"),
        format!("| question | {SMALL} of each | {} | slower at most |", heads.join(" | ")),
        format!("|---|--:|{}--:|", "--:|".repeat(THINGS.len())),
    ];
    for Question { name, .. } in QUESTIONS {
        let small = grown.small[name];
        let steps: Vec<f64> = grown.steps.iter().map(|step| step[name]).collect();
        let most = steps.iter().copied().fold(small, f64::max);
        let is_slower = most / small > TIMES_SLOWER_MAX && most - small > MS_MIN;
        let most = if is_slower { format!("**{:.1} ×**", most / small) } else { format!("{:.1} ×", most / small) };
        let steps: Vec<String> = steps.iter().map(|ms| format!("{ms:.2}")).collect();
        lines.push(format!("| `{name}` | {small:.2} ms | {} | {most} |", steps.join(" | ")));
    }
    lines.push("\n".to_owned());
    lines.join("\n")
}
