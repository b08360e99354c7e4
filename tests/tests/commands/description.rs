//! The description of the interface: printed, served and kept beside the source.

use std::fs;
use std::path::Path;

use acceptance::client::API;
use acceptance::{Engine, Server, program};
use serde_json::Value;

const KEPT: &str = "../docs/api/openapi.json";

fn printed() -> String {
    let mut command = program::command();
    command.arg("openapi");
    program::run(command, "").well().stdout
}

#[test]
fn what_is_printed_is_what_is_served() {
    let server = Server::start(Engine::Sqlite);
    let description = server.client().at_root().get(&format!("{API}/openapi.json")).body_of(200);
    let printed: Value = serde_json::from_str(&printed()).unwrap();
    assert_eq!(printed, description);
    assert!(printed["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[test]
fn what_is_printed_is_what_is_kept_beside_the_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        printed() == kept,
        "docs/api/openapi.json is not what the program prints; refresh it and look at the difference:\n    \
         cargo run -p server -- openapi > docs/api/openapi.json"
    );
}
