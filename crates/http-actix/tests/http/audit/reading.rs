//! The list and the export.

use std::collections::BTreeSet;

use application::audit::{AuditAction, AuditEntry};
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::sample;

use super::entries;
use crate::ask::Ask;
use crate::house::{House, Who};

/// What would forge lines in a log of text.
const INJECTED: &str =
    "x\r\n{\"action\":\"logged_in\"}\n2026-11-20 INFO admin\u{1b}[2J\u{2028} '; DROP TABLE audit; -- <b>";

fn inject(house: &House, entries: u32) {
    let entry = |n: u32| AuditEntry {
        id: sample::fresh(),
        at: house.app.now() - TimeDelta::days(1) + TimeDelta::seconds(n.into()),
        actor: None,
        role: None,
        action: AuditAction::AccountChanged,
        subject: None,
        address: Some(INJECTED.to_owned()),
        detail: Some(format!("{n} {INJECTED}")),
        shown: BTreeSet::new(),
        state: None,
    };
    let entries: Vec<_> = (0..entries).map(entry).collect();
    house.clinic.write(|store| entries.iter().try_for_each(|entry| store.add_audit(entry)));
}

#[actix_web::test]
async fn what_would_forge_a_log_line_comes_out_as_data() {
    let house = House::open().await;
    inject(&house, 1);
    let entry = &entries(&house, "action=account_changed").await[0];
    assert_eq!((&entry["address"], &entry["detail"]), (&json!(INJECTED), &json!(format!("0 {INJECTED}"))));
}

#[actix_web::test]
async fn the_log_is_taken_out_a_line_an_entry_oldest_first_and_up_to_now() {
    let house = House::open().await;
    inject(&house, 250);
    let export = Ask::get("/api/v1/audit/export?from=2026-11-19&to=2026-11-19");
    let answer = house.ask(Who::Admin, export).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.ends_with('\n'));
    let lines: Vec<Value> = text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 250);
    for (n, line) in lines.iter().enumerate() {
        assert_eq!(line["detail"], format!("{n} {INJECTED}"));
    }
    let exported = entries(&house, "action=audit_exported").await;
    assert_eq!(exported.len(), 1);
    let several = entries(&house, "action=account_changed&action=audit_exported,account_created").await;
    assert_eq!((several.len(), &several[0]), (100, &exported[0]));
    assert_eq!(exported[0]["detail"], "2026-11-19T00:00:00+00:00 to 2026-11-20T00:00:00+00:00");

    let nothing = house.ask(Who::Admin, Ask::get("/api/v1/audit/export?to=2001-01-01")).await.expect(200);
    assert!(nothing.body.is_empty());
}

#[actix_web::test]
async fn the_log_is_read_in_pages_newest_first() {
    let house = House::open().await;
    inject(&house, 5);
    let mut path = "/api/v1/audit?action=account_changed&limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = house.ask(Who::Admin, Ask::get(&path)).await.expect(200).json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|entry| entry["detail"].as_str().unwrap()[..1].to_owned()),
        );
        let Some(cursor) = page["page"]["next_cursor"].as_str() else { break };
        path = format!("/api/v1/audit?action=account_changed&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
}

#[actix_web::test]
async fn an_export_takes_no_other_parameter_and_no_range_that_cannot_be() {
    let house = House::open().await;
    for (query, pointer) in [
        ("from=tomorrow", "/query/from"),
        ("to=2027-02-30", "/query/to"),
        ("from=2027-03-02&to=2027-03-01", "/query/to"),
        ("from=2020-01-01&to=2027-01-01", "/query/to"),
        ("limit=5", "/query/limit"),
        ("actor=7", "/query/actor"),
    ] {
        let answer = house.ask(Who::Admin, Ask::get(format!("/api/v1/audit/export?{query}"))).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{query}");
    }
}
