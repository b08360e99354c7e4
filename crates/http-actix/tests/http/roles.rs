//! Every endpoint, walked by everyone who may call.

mod reading;
mod scene;
mod seeing;
mod table;

use std::collections::BTreeSet;

use crate::house::Who;
use scene::Scene;
use table::{Row, table};

#[actix_web::test]
async fn everyone_gets_the_status_that_their_role_gives_them_at_every_endpoint() {
    let mut wrong = Vec::new();
    for row in table() {
        for (who, expected) in Who::ALL.into_iter().zip(row.expected) {
            let scene = Scene::set().await;
            let answer = scene.house.ask(who, row.ask(&scene)).await;
            if answer.status.as_u16() != expected {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                wrong.push(format!("{} as {who:?}: {} instead of {expected}: {body}", row.name, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn who_may_not_is_told_why_and_changes_nothing() {
    for row in table() {
        for (who, expected) in Who::ALL.into_iter().zip(row.expected) {
            if expected < 400 {
                continue;
            }
            let scene = Scene::set().await;
            let before = scene.house.contents();
            let answer = scene.house.ask(who, row.ask(&scene)).await;
            let code = answer.code();
            let known = match expected {
                401 => code == "unauthenticated" && answer.header("www-authenticate").is_some(),
                403 => code == "forbidden",
                404 => code.starts_with("unknown_"),
                409 => code == "last_admin",
                _ => code == "invalid",
            };
            assert!(known, "{} as {who:?}: {code}", row.name);
            answer.expect_problem(expected, &code);
            assert_eq!(scene.house.contents(), before, "{} as {who:?}", row.name);
        }
    }
}

#[actix_web::test]
async fn what_is_not_there_is_nobodys_but_a_role_that_never_may_is_told_so_first() {
    let nothing = uuid::Uuid::from_u128(7).to_string();
    for row in table().into_iter().filter(|row| row.name.contains("{id}")) {
        let scene = Scene::set().await;
        let before = scene.house.contents();
        for (who, expected) in Who::ALL.into_iter().zip(row.expected) {
            let mut ask = row.ask(&scene);
            ask.path = row.path().replace("{id}", &nothing);
            let expected = if matches!(expected, 401 | 403) { expected } else { 404 };
            let answer = scene.house.ask(who, ask).await;
            assert_eq!(answer.status.as_u16(), expected, "{} as {who:?}: {}", row.name, answer.json());
        }
        assert_eq!(scene.house.contents(), before, "{}", row.name);
    }
}

#[test]
fn no_endpoint_is_left_out_of_the_table() {
    let described: BTreeSet<String> = http_actix::openapi()
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = [("GET", &item.get), ("POST", &item.post), ("PATCH", &item.patch), ("DELETE", &item.delete)];
            let there = methods.into_iter().filter(|(_, operation)| operation.is_some());
            there.map(move |(method, _)| format!("{method} {path}")).collect::<Vec<_>>()
        })
        .collect();
    let walked: BTreeSet<String> = table().into_iter().map(|Row { name, .. }| name.to_owned()).collect();
    assert_eq!(walked, described);
}
