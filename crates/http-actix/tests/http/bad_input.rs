//! What a client should not send, and how it is told so: a 4xx problem that names the field, and nothing written.

mod bodies;
mod calendar;
mod fields;
mod queries;
mod transport;

use crate::ask::Ask;
use crate::house::{House, Who};

/// Sends what must be refused, and says what is wrong with the refusal; `pointer` is the field that must be named.
async fn complaint(house: &House, who: Who, ask: Ask, pointer: &str) -> Option<String> {
    let before = house.contents();
    let sent = format!("{} {} as {who:?}", ask.method, ask.path);
    let answer = house.ask(who, ask).await;
    let problem = answer.json();
    let inside = format!("{pointer}/");
    let named = problem["errors"].as_array().into_iter().flatten().any(|error| {
        let (place, reason) = (error["pointer"].as_str(), error["message"].as_str());
        place.is_some_and(|place| place == pointer || place.starts_with(&inside))
            && reason.is_some_and(|reason| !reason.is_empty() && reason != "is not acceptable")
    });
    let told = answer.status.as_u16() == 422 && answer.header("content-type") == Some("application/problem+json");
    if house.contents() != before {
        return Some(format!("{sent}: {pointer} was written"));
    }
    (!told || !named).then(|| format!("{sent}: {pointer} is not refused by name: {} {problem}", answer.status))
}
