//! Promises that what clients were told can break: what was answered is there, what was refused is not, and a key has
//! one answer.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use crate::data::Data;
use crate::evidence::Exchange;

/// An appointment and a revision.
type Change = (String, u64);

/// What the database has, ids in small letters and without dashes.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    /// Status and slot after each change.
    changes: BTreeMap<Change, (String, String)>,
    /// The revision of each slot.
    slots: BTreeMap<String, u64>,
    /// Addresses.
    accounts: BTreeSet<String>,
    /// By their keys, which evidence uses once.
    answers: BTreeMap<String, Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    change: Change,
    given_at: DateTime<Utc>,
    body: String,
}

/// All that was asked under one key, in order.
type Stories<'a> = BTreeMap<&'a str, Vec<&'a Exchange>>;

impl Stored {
    pub(super) fn read(data: &Data) -> Self {
        let rows = |columns: &str, table: &str, parts: usize| -> Vec<Vec<String>> {
            let rows = data.ask(&format!("SELECT CONCAT({columns}) AS told FROM {table}"));
            rows.iter().map(|row| row.splitn(parts, ' ').map(str::to_owned).collect()).collect()
        };
        let changes = rows(
            "LOWER(HEX(appointment_id)), ' ', revision, ' ', to_status, ' ', LOWER(HEX(to_slot_id))",
            "appointment_changes",
            4,
        );
        let slots = rows("LOWER(HEX(id)), ' ', revision", "slots", 2);
        let answers = rows(
            "idempotency_key, ' ', status, ' ', LOWER(HEX(subject)), ' ', revision, ' ', given_at, ' ', body",
            "answers",
            7,
        );
        Self {
            changes: changes
                .into_iter()
                .map(|row| ((row[0].clone(), number(&row[1])), (row[2].clone(), row[3].clone())))
                .collect(),
            slots: slots.into_iter().map(|row| (row[0].clone(), number(&row[1]))).collect(),
            accounts: data.ask("SELECT email AS told FROM accounts").into_iter().collect(),
            answers: answers.into_iter().map(|row| (row[0].clone(), Answer::of(&row))).collect(),
        }
    }

    pub(super) fn violations(&self, exchanges: &[Exchange]) -> Vec<String> {
        let stories = stories(exchanges);
        let lost = exchanges.iter().filter_map(|exchange| {
            let missing = self.missing(exchange, exchanges)?;
            Some(format!("I6 {missing}: {exchange:?}"))
        });
        let mut found: Vec<String> = lost.collect();
        found.extend(stories.iter().filter_map(|(key, story)| self.of_key(key, story)));
        found.extend(self.told_twice(&stories));
        found.extend(self.of_nobody(exchanges, &stories));
        found.extend(backwards(exchanges));
        found
    }

    /// Keys with an answer in the database of which nobody was told.
    pub(super) fn untold(&self, exchanges: &[Exchange]) -> Vec<String> {
        let stories = stories(exchanges);
        let untold = stories.iter().filter(|(_, story)| story.iter().all(|exchange| exchange.told.is_none()));
        untold.filter(|(key, _)| self.answers.contains_key(**key)).map(|(key, _)| (*key).to_owned()).collect()
    }

    /// How many keys were told at last what had been done before.
    pub(super) fn told_later(&self, exchanges: &[Exchange]) -> usize {
        let is_later = |(key, story): &(&&str, &Vec<&Exchange>)| {
            let last = story.last().filter(|exchange| exchange.success().is_some());
            last.zip(self.answers.get(**key)).is_some_and(|(last, answer)| answer.given_at < last.at)
        };
        stories(exchanges).iter().filter(is_later).count()
    }

    /// What of a success is not there.
    fn missing(&self, exchange: &Exchange, exchanges: &[Exchange]) -> Option<&'static str> {
        let told = exchange.told.as_ref().filter(|told| (200..300).contains(&told.status))?;
        if let Some(slot) = removed_slot(exchange) {
            return self.slots.contains_key(&slot).then_some("a removed slot is there");
        }
        let Ok(body) = serde_json::from_str::<Value>(&told.body) else { return Some("a success without a body") };
        if exchange.asked.path == "/auth/register" {
            let email = body["email"].as_str().unwrap_or_default();
            return (!self.accounts.contains(email)).then_some("there is no such account");
        }
        let (Some(id), Some(revision)) = (body["id"].as_str().map(hex), body["revision"].as_u64()) else { return None };
        if body["patient_id"].is_string() {
            let text = |name: &str| body[name].as_str().unwrap_or_default();
            let stands = (text("status").to_owned(), hex(text("slot_id")));
            return (self.changes.get(&(id, revision)) != Some(&stands)).then_some("there is no such change");
        }
        let is_there = self.slots.get(&id).is_some_and(|stored| revision <= *stored);
        let may_be_gone =
            || exchanges.iter().any(|other| removed_slot(other).as_ref() == Some(&id) && !other.is_refused());
        (!is_there && !may_be_gone()).then_some("there is no such slot")
    }

    /// What is wrong with a key: it has one answer, the one that was told, and none when it was refused at last.
    fn of_key(&self, key: &str, story: &[&Exchange]) -> Option<String> {
        let stored = self.answers.get(key);
        let told: Vec<(u16, &str)> = story
            .iter()
            .filter(|exchange| exchange.success().is_some())
            .filter_map(|exchange| exchange.told.as_ref().map(|told| (told.status, told.body.as_str())))
            .collect();
        if !told.is_empty() {
            let same = stored.is_some_and(|answer| told.iter().all(|told| *told == (answer.status, &answer.body)));
            return (!same).then(|| format!("I9 {key} was told {told:?}, and stored is {stored:?}"));
        }
        let (answer, refused) = (stored?, story.last().filter(|exchange| exchange.is_refused())?);
        // What had no answer may come to its end after the same was refused.
        let came_later = story.iter().any(|exchange| exchange.told.is_none()) && refused.at < answer.given_at;
        (!came_later).then(|| format!("I7 {key} was refused, and stored is {answer:?}"))
    }

    /// Changes of which the answers under two keys tell. A move to where the visit already was changes nothing and tells of
    /// the change before, so moves do not count.
    fn told_twice(&self, stories: &Stories<'_>) -> Vec<String> {
        let is_move = |key: &str| stories[key].iter().any(|exchange| exchange.asked.path.ends_with("/reschedule"));
        let mut keys: BTreeMap<&Change, Vec<&str>> = BTreeMap::new();
        for (key, answer) in self.answers.iter().filter(|(key, _)| stories.contains_key(key.as_str()) && !is_move(key))
        {
            keys.entry(&answer.change).or_default().push(key);
        }
        let twice = keys.into_iter().filter(|(_, keys)| 1 < keys.len());
        twice
            .map(|((id, revision), keys)| format!("I9 two answers tell of one change: {id} {revision} {keys:?}"))
            .collect()
    }

    /// Changes, and answers, for which nobody asked.
    fn of_nobody<'a>(&self, exchanges: &'a [Exchange], stories: &Stories<'a>) -> Vec<String> {
        let told: BTreeSet<Change> = exchanges.iter().filter_map(told_change).collect();
        let asked = self.answers.iter().filter(|(key, _)| stories.contains_key(key.as_str()));
        let asked: BTreeSet<&Change> = asked.map(|(_, answer)| &answer.change).collect();
        let changes = self.changes.keys().filter(|change| !told.contains(*change) && !asked.contains(*change));
        let keys = self.answers.keys().filter(|key| !stories.contains_key(key.as_str()));
        let changes = changes.map(|(id, revision)| format!("I7 nobody asked for revision {revision} of {id}"));
        changes.chain(keys.map(|key| format!("I7 nobody used the key {key}"))).collect()
    }
}

impl Answer {
    fn of(row: &[String]) -> Self {
        let given_at = NaiveDateTime::parse_from_str(&format!("{} {}", row[4], row[5]), "%Y-%m-%d %H:%M:%S%.f");
        Self {
            status: row[1].parse().expect("a status is a number"),
            change: (row[2].clone(), number(&row[3])),
            given_at: given_at.expect("an instant").and_utc(),
            body: row[6].clone(),
        }
    }
}

/// What was asked of appointments, by key.
fn stories(exchanges: &[Exchange]) -> Stories<'_> {
    let mut stories = Stories::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.asked.path.starts_with("/appointments")) {
        if let Some(key) = &exchange.asked.key {
            stories.entry(key).or_default().push(exchange);
        }
    }
    stories
}

/// Of one appointment no client is told of an earlier revision after a later one.
fn backwards(exchanges: &[Exchange]) -> Vec<String> {
    let mut latest: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let mut found = Vec::new();
    for exchange in exchanges {
        let Some((id, revision)) = told_change(exchange) else { continue };
        let latest = latest.entry((&exchange.asked.client, id)).or_default();
        if revision < *latest {
            found.push(format!("I11 revision {latest} was told before {exchange:?}"));
        }
        *latest = revision.max(*latest);
    }
    found
}

/// The appointment that an answer shows, at its revision.
fn told_change(exchange: &Exchange) -> Option<Change> {
    let body = exchange.success().filter(|body| body["patient_id"].is_string())?;
    Some((hex(body["id"].as_str()?), body["revision"].as_u64()?))
}

fn removed_slot(exchange: &Exchange) -> Option<String> {
    let slot = exchange.asked.path.strip_prefix("/slots/").filter(|_| exchange.asked.method == "DELETE");
    slot.map(hex)
}

fn hex(id: &str) -> String {
    id.replace('-', "").to_lowercase()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[cfg(test)]
mod tests;
