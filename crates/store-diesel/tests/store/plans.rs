//! No statement reads a whole table that grows, but for a few.
//!
//! The cases of the contract are run in a filled database, and the engine explains what they have sent. MariaDB also runs
//! the questions among it again, and counts what it looks at.

mod filling;
mod lists;

use std::collections::{BTreeMap, BTreeSet};

use testkit::{Shared, contract};

use crate::recording::{self, Statement};

/// Cases that do their work on threads of their own, where nobody records it.
const RACES: [&str; 6] = ["races::", "struggles::", "upheavals::", "units::", "::of_", "::sealers_at_once"];

/// How many examples of a statement are explained.
const EXAMPLES_MAX: usize = 3;

/// Statements that may read a whole table, each by a part of its text, and why.
const MAY_SCAN: &[(&str, &str)] = &[
    ("`slots` AS `free`", "the earliest free slot of all doctors is a short look for each of them"),
    (
        "WHERE (`slots`.`status` != ?) ORDER BY `slots`.`starts_at`",
        "a page passes over what was entered in error alone",
    ),
    ("WHERE (`slots`.`location_id` = ?)", "an administrator changes a place; an index would be paid with every visit"),
    ("(`audit_seals`.`seq` IS NULL)", "the sealer looks through what is recent, and through everything when it starts"),
    ("(`audit_seals`.`seq` > ?)", "a page for `check` and the export has a thousand seals"),
    ("DELETE FROM login_names WHERE NOT EXISTS ", "`migrate` compares all names once"),
];

/// What the cases send to a filled store: examples of each statement, by its text.
fn statements(store: &Shared) -> BTreeMap<String, Vec<Statement>> {
    let account = filling::fill(store);
    let mut found: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
    let mut add = |sent: Vec<String>| {
        for statement in sent.iter().map(|sent| Statement::read(sent)) {
            let examples = found.entry(shape(&statement.text)).or_default();
            if examples.len() < EXAMPLES_MAX {
                examples.push(statement);
            }
        }
    };
    add(recording::sent(|| lists::read_all(store, account)));
    let mut cases = contract::cases();
    // Others leave accounts of patients without a profile, which the list of patients does not expect.
    let place = |name: &str| ["patients::", "search::"].iter().position(|topic| name.starts_with(topic)).unwrap_or(2);
    cases.sort_by_key(|(name, _)| place(name));
    for (name, case) in cases {
        if RACES.iter().any(|race| name.contains(race)) {
            continue;
        }
        add(recording::sent(|| case(store)));
    }
    found.retain(|text, _| ["SELECT", "UPDATE", "DELETE"].iter().any(|word| text.starts_with(word)));
    assert!(100 < found.len(), "{} statements were recorded", found.len());
    found
}

/// The text of a statement, however many values it lists.
fn shape(text: &str) -> String {
    let mut shape = text.replace("?, ", "");
    while let Some(shorter) = shape.split_once(" UNION ALL ").map(|(first, _)| first.to_owned()) {
        shape = shorter;
    }
    shape
}

/// Asserts that what was found is allowed, and that what is allowed was found.
fn check(found: &BTreeSet<String>) {
    // The total of a list reads what it counts. Nobody asks for one to book.
    let is_total = |scan: &&String| scan.contains("SELECT COUNT(") && !scan.contains("active_slot_id");
    let is_allowed = |scan: &&String| MAY_SCAN.iter().any(|(part, _)| scan.contains(part)) || is_total(scan);
    let new: Vec<&String> = found.iter().filter(|scan| !is_allowed(scan)).collect();
    assert!(new.is_empty(), "{} statements read whole tables: {new:#?}", new.len());
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::*;

    #[test]
    fn no_statement_scans_a_table_that_grows_on_sqlite() {
        recording::begin();
        let scratch = crate::scratch::sqlite();
        let statements = statements(&scratch.shared());
        let texts: Vec<&str> = statements.values().map(|examples| examples[0].text.as_str()).collect();
        let (mut found, mut sorted) = (BTreeSet::new(), BTreeSet::new());
        // As planned from the first day, and after the rows were counted. A plan does not depend on what is bound
        // (SQLITE_ENABLE_QPSG).
        for counted in [false, true] {
            if counted {
                scratch.on_file("ANALYZE");
            }
            for (text, plan) in texts.iter().zip(&scratch.query_plans(texts.iter().copied())) {
                // The first rows in the order of an index.
                let is_page =
                    |step: &str| step.contains(" USING ") && text.contains(" LIMIT ") && !text.contains(" WHERE ");
                let is_told = text.contains(" INDEXED BY ") && text.contains(" LIMIT ");
                for step in plan {
                    let scanned = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
                    if scanned.is_some_and(|table| filling::GROWING.contains(&table)) && !is_page(step) {
                        found.insert(format!("{step}: {text}"));
                    }
                    if is_told && step.ends_with("FOR ORDER BY") {
                        sorted.insert(format!("{step}: {text}"));
                    }
                }
            }
        }
        assert!(sorted.is_empty(), "{} pages are sorted after all their rows are read: {sorted:#?}", sorted.len());
        check(&found);
    }
}

#[cfg(feature = "mysql")]
mod mariadb {
    use diesel::prelude::*;
    use diesel::sql_types::{Nullable, Text};

    use super::*;
    use crate::recording::rows_read;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Nullable<Text>, column_name = "type")]
        access: Option<String>,
        #[diesel(sql_type = Nullable<Text>)]
        table: Option<String>,
        #[diesel(sql_type = Nullable<Text>)]
        rows: Option<String>,
    }

    #[test]
    fn no_statement_reads_a_whole_table_that_grows_on_mariadb() {
        recording::begin();
        let scratch = crate::scratch::mysql();
        let statements = statements(&scratch.shared());
        scratch.on_schema(&format!("ANALYZE TABLE {}", filling::GROWING.join(", ")));
        let mut connection = crate::scratch::connect(&scratch.url);
        let many = i64::from(filling::ROWS / 2);
        let mut found = BTreeSet::new();
        for example in statements.values().flatten() {
            if example.text.starts_with("SELECT") {
                let read = rows_read(&mut connection, example);
                if many <= read {
                    found.insert(format!("{read} rows: {}", example.text));
                }
                continue;
            }
            let steps: Vec<Step> =
                diesel::sql_query(format!("EXPLAIN {}", example.mysql_literal())).load(&mut connection).unwrap();
            for step in &steps {
                let is_whole = matches!(step.access.as_deref(), Some("ALL" | "index"));
                let is_ours = step.table.as_deref().is_some_and(|table| filling::GROWING.contains(&table));
                if is_ours && (is_whole || step.rows.as_ref().is_some_and(|rows| many <= rows.parse().unwrap())) {
                    found.insert(format!("{:?} of {:?}: {}", step.access, step.table, example.text));
                }
            }
        }
        check(&found);
    }
}
