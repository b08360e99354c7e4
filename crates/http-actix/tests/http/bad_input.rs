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
    let named = answer.pointers().iter().any(|named| named == pointer || named.starts_with(&format!("{pointer}/")));
    let told = answer.status.as_u16() == 422 && answer.header("content-type") == Some("application/problem+json");
    if house.contents() != before {
        return Some(format!("{sent}: {pointer} was written"));
    }
    (!told || !named).then(|| format!("{sent}: {pointer} is not refused by name: {} {problem}", answer.status))
}
