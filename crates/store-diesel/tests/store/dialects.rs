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

/// The words of a migration that do not depend on the dialect: what is made, and which columns it has.
fn outline(dialect: &str, name: &str, file: &str) -> Vec<String> {
    let sql = fs::read_to_string(folder(dialect).join(name).join(file)).unwrap();
    let lines = sql.lines().filter(|line| !line.starts_with("--") && !line.starts_with(')'));
    let outline = lines.map(|line| match line.strip_prefix("    ") {
        Some(column) if column.starts_with(|c: char| c.is_ascii_lowercase()) => {
            let nullable = if column.contains("NOT NULL") { "" } else { " NULL" };
            format!("{}{nullable}", column.split(' ').next().unwrap_or_default())
        }
        // MySQL wants to be told of which table an index is that goes.
        None if line.starts_with("DROP INDEX") => line.split([' ', ';']).take(3).collect::<Vec<_>>().join(" "),
        _ => line.trim_end_matches(',').to_owned(),
    });
    outline.filter(|line| !line.is_empty()).collect()
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
