//! Who reaches what: every cell of the table in docs/access.md, and that the table is whole.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use acceptance::access::{Ask, Row, Scene, Who, Word, rows};
use acceptance::client::API;
use acceptance::routes::{Route, described};
use acceptance::{Answer, Engine, Server, on_each_engine};
use serde_json::Value;

on_each_engine!(everybody_is_answered_as_the_table_says);

/// Visits that are used up once they have begun: those that the table lets somebody take in, complete or call missed.
const BEGUN: u32 = 16;

fn everybody_is_answered_as_the_table_says(engine: Engine) {
    let scene = Scene::set(engine, [BEGUN, BEGUN]);
    let (reading, writing): (Vec<Row>, Vec<Row>) = rows().into_iter().partition(|row| row.method() == "GET");
    let mut wrong = Vec::new();
    // What is to be read was not changed before.
    for row in reading.iter().chain(&writing) {
        for who in Who::ALL {
            for (name, client) in scene.clients(who) {
                let answers: Vec<(Ask, Answer)> = row
                    .objects()
                    .iter()
                    .map(|object| {
                        let ask = scene.ask(row, who, &client, *object);
                        let answer = ask.send();
                        if let Some(difference) = difference(row.expected(who, *object), row, &answer) {
                            wrong.push(format!("{} as {who:?} ({name}), {object:?}: {difference}", row.name()));
                        }
                        (ask, answer)
                    })
                    .collect();
                if let [_, others, missing] = answers.as_slice()
                    && row.hides(who)
                    && told(others) != told(missing)
                {
                    wrong.push(format!(
                        "{} as {who:?} ({name}) tells another's from none:\n{:#?}\n{:#?}",
                        row.name(),
                        told(others),
                        told(missing)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(scene.server.data().findings_but_for_ours(), [""; 0]);
}

/// What is wrong with an answer, if anything.
fn difference(expected: Word, row: &Row, answer: &Answer) -> Option<String> {
    let is_empty = || answer.json()["items"] == Value::Array(Vec::new());
    let is_as_told = match expected {
        Word::Empty => answer.status == 200 && is_empty(),
        // A list that was asked for something has it.
        Word::Status(200) if row.about.is_some() && row.method() == "GET" => answer.status == 200 && !is_empty(),
        Word::Status(status) => answer.status == status,
    };
    if !is_as_told {
        return Some(format!("{} instead of {expected:?}: {}", answer.status, answer.text()));
    }
    let Word::Status(status @ 400..) = expected else { return None };
    let code = answer.any_problem()["code"].as_str().unwrap().to_owned();
    let is_right = match status {
        401 => code == "unauthenticated" && answer.header("www-authenticate").is_some(),
        403 => code == "forbidden",
        404 => code.starts_with("unknown_"),
        _ => true,
    };
    (!is_right).then_some(code)
}

/// Status, headers and body without what names the request: the id it asks for, and its own.
fn told((ask, answer): &(Ask, Answer)) -> (u16, Vec<(String, String)>, String) {
    let own = answer.header("x-request-id").unwrap();
    let without_names = |text: &str| text.replace(&ask.about, "{id}").replace(own, "{request}");
    // Whether a connection is kept depends on how much of the body had come, and each worker names the headers that pages
    // may read in an order of its own; the body's length is seen in the body.
    let by_chance = ["access-control-expose-headers", "connection", "content-length", "date"];
    let told = answer.headers.iter().filter(|(name, _)| !by_chance.contains(&name.as_str()));
    let headers = told.map(|(name, value)| (name.to_string(), without_names(value.to_str().unwrap())));
    let path = without_names(ask.path.split('?').next().unwrap());
    let mut headers: Vec<_> = headers.collect();
    headers.sort_unstable();
    (answer.status, headers, without_names(&answer.text()).replace(&path, "{path}"))
}

/// The name of each row that the description asks for beside the route itself: one for each id that a request may hold.
fn wanted(route: &Route) -> Vec<String> {
    let ids = route.fields.iter().chain(&route.parameters).filter(|field| field.is_id());
    let members = ids.map(|field| {
        let place = field.place.trim_start_matches('/').trim_end_matches("/0").replace('/', ".");
        format!("{}, {place}", route.name)
    });
    members.collect()
}

#[test]
fn the_table_has_a_row_for_each_route_and_each_id_and_no_other() {
    let server = Server::start(Engine::Sqlite);
    let routes = described(&server.client());
    let rows = rows();
    let names: BTreeSet<String> = rows.iter().map(Row::name).collect();
    assert_eq!(names.len(), rows.len(), "no row is there twice");
    for route in &routes {
        assert!(rows.iter().any(|row| row.route == route.name), "docs/access.md has no row for {}", route.name);
        for name in wanted(route) {
            assert!(names.contains(&name), "docs/access.md has no row for {name}");
        }
    }
    for row in rows.iter().filter(|row| row.path() != "/" && !row.path().starts_with("/api/docs")) {
        let route = routes.iter().find(|route| route.name == row.route);
        let route = route.unwrap_or_else(|| panic!("{} is in docs/access.md, and there is no such route", row.name()));
        let is_about_something =
            row.about.as_deref().is_none_or(|about| about == "busy" || wanted(route).contains(&row.name()));
        assert!(is_about_something, "{}: there is no such member", row.name());
    }
}

/// The description is collected from the routes; this reads them where they are written, so that none escapes it.
#[test]
fn the_table_has_every_route_of_the_source_and_the_source_every_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/http-actix/src");
    let mut written = BTreeSet::new();
    for file in sources(&folder) {
        let text = fs::read_to_string(&file).unwrap();
        written.extend(text.lines().filter_map(|line| handler(&text, line.trim())).flatten());
    }
    let rows: BTreeSet<String> = rows().into_iter().map(|row| row.route).collect();
    assert_eq!(written, rows, "left: the source, right: docs/access.md");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    below.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The routes that a line makes: one, or, of a macro's pattern, one for each line of that file that fills it in.
fn handler(file: &str, line: &str) -> Option<Vec<String>> {
    if let Some(rest) = line.strip_prefix(".route(\"") {
        let (path, rest) = rest.split_once('"')?;
        let method = rest.split_once("web::")?.1.split('(').next()?.to_uppercase();
        return Some(vec![format!("{method} {path}")]);
    }
    let (method, rest) = line.strip_prefix("#[")?.strip_suffix(")]")?.split_once('(')?;
    if !["get", "post", "put", "patch", "delete", "head", "route", "connect", "options", "trace"].contains(&method) {
        return None;
    }
    let method = method.to_uppercase();
    if rest == "$path" {
        let paths = file.lines().filter_map(|line| line.trim().split_once(" \"/")?.1.split_once("\", "));
        return Some(paths.map(|(path, _)| format!("{method} {API}/{path}")).collect());
    }
    let path = rest.trim_matches('"');
    let is_above = ["/healthz", "/readyz", "/.well-known/", "/problems/"].iter().any(|above| path.starts_with(above));
    Some(vec![format!("{method} {}{path}", if is_above { "" } else { API })])
}
