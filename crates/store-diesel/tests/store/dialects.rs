//! The two sets of migrations are one.

use std::fs;
use std::path::{Path, PathBuf};

fn folder(dialect: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(dialect)
}

fn names(dialect: &str) -> Vec<String> {
    let entries = fs::read_dir(folder(dialect)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What a migration makes that does not depend on the dialect: tables and columns in their order, and the indexes, which
/// MySQL makes faster with their tables.
fn outline(dialect: &str, name: &str, file: &str) -> Vec<String> {
    let sql = fs::read_to_string(folder(dialect).join(name).join(file)).unwrap();
    let (mut table, mut outline, mut indexes) = (String::new(), Vec::new(), Vec::new());
    for line in sql.lines().filter(|line| !line.is_empty() && !line.starts_with("--") && !line.starts_with(')')) {
        let words: Vec<&str> = line.split([' ', ';', ',']).filter(|word| !word.is_empty()).collect();
        let inner = line.strip_prefix("    ").map(|inner| inner.strip_prefix("ADD COLUMN ").unwrap_or(inner));
        match (words.as_slice(), inner) {
            (["CREATE", "TABLE", named, ..], _) => {
                (*named).clone_into(&mut table);
                outline.push(format!("CREATE TABLE {table}"));
            }
            (["ALTER", "TABLE", named, rest @ ..], _) => {
                (*named).clone_into(&mut table);
                outline.extend(rest.get(2).map(|column| format!("{table}.{column}")));
            }
            (["CREATE" | "ADD", rest @ ..] | rest @ ["INDEX" | "UNIQUE", ..], _) if rest.contains(&"INDEX") => {
                let on = rest.iter().position(|word| *word == "ON").and_then(|place| rest.get(place + 1).copied());
                let table = on.unwrap_or(&table);
                let index: Vec<&str> = rest.iter().copied().filter(|word| !["ON", table].contains(word)).collect();
                indexes.push(format!("{table}: {}", index.join(" ")));
            }
            // MySQL wants to be told of which table an index is that goes.
            (["DROP", "INDEX", named, ..], _) => outline.push(format!("DROP INDEX {named}")),
            (_, Some(column)) if column.starts_with(|c: char| c.is_ascii_lowercase()) => {
                let nullable = if column.contains("NOT NULL") { "" } else { " NULL" };
                outline.push(format!("{table}.{}{nullable}", column.split(' ').next().unwrap_or_default()));
            }
            _ => outline.push(line.trim_end_matches(',').to_owned()),
        }
    }
    indexes.sort();
    outline.into_iter().chain(indexes).collect()
}

#[test]
fn migrations_are_twins() {
    assert_eq!(names("sqlite"), names("mysql"));
    // What a planner is told is its engine's own business.
    for name in names("sqlite").into_iter().filter(|name| !name.ends_with("_statistics")) {
        for file in ["up.sql", "down.sql"] {
            assert_eq!(outline("sqlite", &name, file), outline("mysql", &name, file), "{name}/{file}");
        }
    }
}
