//! The routes that a server describes.

use serde_json::Value;

use crate::client::{API, Client};

/// A method on a path, as the description of the interface has it.
#[derive(Clone, Debug)]
pub struct Route {
    /// In capitals.
    pub method: String,
    /// From the root, with ids that nobody has.
    pub path: String,
    /// Whether an access token is required.
    pub guarded: bool,
}

/// Nobody's.
const ID: &str = "00000000-0000-7000-8000-000000000000";

const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

/// Every route of a server, from the description that it serves.
#[track_caller]
pub fn described(client: &Client) -> Vec<Route> {
    let description = client.at_root().get(&format!("{API}/openapi.json")).body_of(200);
    let paths = description["paths"].as_object().expect("a description has paths");
    let routes: Vec<Route> = paths.iter().flat_map(|(path, item)| of_path(path, item)).collect();
    assert!(40 <= routes.len(), "only {} routes are described", routes.len());
    routes
}

fn of_path(path: &str, item: &Value) -> Vec<Route> {
    let operations = METHODS.iter().filter_map(|method| Some((method, item.get(method)?)));
    operations
        .map(|(method, operation)| Route {
            method: method.to_uppercase(),
            path: path.replace("{id}", ID).replace("{code}", "no_such_code"),
            guarded: operation.get("security").is_some(),
        })
        .collect()
}
