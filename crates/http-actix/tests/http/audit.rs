//! Who did what, and who may know it.

mod reading;
mod showing;
mod telling;

use serde_json::Value;

use crate::ask::Ask;
use crate::house::{House, Who};

/// The newest entries, with what they say, and with what was read a moment ago.
pub(crate) async fn entries(house: &House, query: &str) -> Vec<Value> {
    house.app.write_readings().unwrap();
    let page = house.ask(Who::Admin, Ask::get(format!("/api/v1/audit?limit=100&{query}"))).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}
