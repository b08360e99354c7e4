//! The walk-through of the README, as a reader would type it.

use std::path::Path;
use std::process::Command;

use acceptance::client::API;
use acceptance::program::Ended;
use acceptance::{Engine, Server, on_each_engine};

on_each_engine!(the_walk_through_works_from_its_first_line_to_its_last);

/// What the walk-through says at the fence of each of its blocks.
const FENCE: &str = "```bash walk-through";

fn walk_through() -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(readme).expect("there is a README");
    let blocks: Vec<&str> =
        text.split(&format!("{FENCE}\n")).skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(2 <= blocks.len(), "README.md has no walk-through: blocks that begin with {FENCE}");
    blocks.join("\n")
}

fn the_walk_through_works_from_its_first_line_to_its_last(engine: Engine) {
    let server = Server::start(engine);
    let walk = walk_through();
    for word in ["register", "login", "slots", "appointments", "reschedule"] {
        assert!(walk.contains(word), "the walk-through leaves out {word}");
    }
    let ended: Ended = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &walk])
        .current_dir(server.data().folder())
        .env("BASE", format!("{}{API}", server.url()))
        .output()
        .expect("there is a bash")
        .into();
    let ended = ended.well();
    assert!(ended.stdout.contains("\"status\""), "{ended:#?}");
}
