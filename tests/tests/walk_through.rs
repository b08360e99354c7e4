//! What the README says can be typed, typed.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

use std::fs;
use std::path::Path;
use std::process::Command;

use acceptance::people::PASSWORD;
use acceptance::{Engine, Server, on_each_engine};

on_each_engine!(the_walk_through_of_the_readme_works_as_often_as_one_likes);

fn the_walk_through_of_the_readme_works_as_often_as_one_likes(engine: Engine) {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let script: String =
        page.split("```bash walk-through\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert!(script.contains("/reschedule"), "the blocks are marked otherwise: {script}");

    let server = Server::start(engine);
    let admin = server.admin();
    let folder = tempfile::tempdir().unwrap();
    // The second run has names of its own, as it would a second later.
    for run in ["1", "2"] {
        let typed = script.replace("$(date +%s)", &format!("$(date +%s){run}"));
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &typed])
            .env("BASE", format!("{}/api/v1", server.url()))
            .env("ADMIN", &admin.email)
            .env("ADMIN_PASSWORD", PASSWORD)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
        for expected in ["\nslot_not_free\n", "\"status\":\"cancelled\"", "\"kind\":\"moved\""] {
            assert!(printed.contains(expected), "{expected} is missing: {printed}");
        }
    }
}
