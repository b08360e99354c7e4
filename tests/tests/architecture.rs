//! What the compiler does not check: who knows whom, twin migrations, documented problems, and a tidy tree.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A crate, the members of the workspace that it is built with, and those that its tests also see.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arrows {
    knows: Names,
    tests_know: Names,
}

/// The arrows as the manifests draw them.
fn drawn() -> BTreeMap<String, Arrows> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let arrows = |package: &Package| {
        let mut arrows = Arrows::default();
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            let names =
                if dependency.kind == DependencyKind::Development { &mut arrows.tests_know } else { &mut arrows.knows };
            names.insert(dependency.name.clone());
        }
        arrows
    };
    metadata.packages.iter().map(|package| (package.name.to_string(), arrows(package))).collect()
}

/// The arrows as the table in docs/architecture.md allows them: `| crate | may know | its tests also |`.
fn allowed() -> BTreeMap<String, Arrows> {
    let page = read("docs/architecture.md");
    let table = page.split("## Who may know whom").nth(1).expect("the heading `Who may know whom`");
    let table = table.split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let names = |cell: &str| -> Names { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [name, knows, tests_know] = cells.as_slice() else { panic!("three cells: {row}") };
        let name = names(name).into_iter().next().unwrap();
        (name, Arrows { knows: names(knows), tests_know: names(tests_know) })
    })
    .collect()
}

#[test]
fn the_table_has_a_row_for_each_crate_and_no_other() {
    let rows: Names = allowed().into_keys().collect();
    let crates: Names = drawn().into_keys().collect();
    assert_eq!(rows, crates, "left: docs/architecture.md, right: cargo metadata");
}

#[test]
fn a_crate_knows_exactly_whom_the_table_names() {
    let allowed = allowed();
    for (name, Arrows { knows, .. }) in drawn() {
        assert_eq!(allowed[&name].knows, knows, "{name}: left docs/architecture.md, right its Cargo.toml");
    }
}

#[test]
fn tests_know_no_crate_that_the_table_does_not_name() {
    let allowed = allowed();
    for (name, Arrows { tests_know, .. }) in drawn() {
        let row = &allowed[&name];
        let unnamed: Vec<_> =
            tests_know.iter().filter(|known| !row.knows.contains(*known) && !row.tests_know.contains(*known)).collect();
        assert!(unnamed.is_empty(), "the tests of {name} know {unnamed:?}");
    }
}

// The table may be edited; these three may not.

#[test]
fn no_core_knows_another() {
    let cores: BTreeMap<String, Arrows> = drawn().into_iter().filter(|(name, _)| name.ends_with("-core")).collect();
    assert!(!cores.is_empty());
    for (name, Arrows { knows, .. }) in cores {
        assert_eq!(knows, Names::from(["kernel".to_owned()]), "{name}");
    }
}

#[test]
fn nothing_is_built_with_the_test_kit() {
    for (name, Arrows { knows, .. }) in drawn() {
        assert!(!knows.contains("testkit"), "{name}");
    }
}

#[test]
fn the_cores_are_built_without_database_web_serde_and_runtime() {
    const OUTSIDE: [&str; 7] = ["actix", "diesel", "libsqlite3", "log", "mysqlclient", "serde", "tokio"];
    let inside =
        drawn().into_keys().filter(|name| name.ends_with("-core") || name == "kernel" || name == "application");
    for name in inside {
        let tree = cargo(&["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", &name]);
        assert!(tree.starts_with(&name), "{tree}");
        let is_outside = |line: &&str| {
            let package = line.split(' ').next().unwrap();
            OUTSIDE.iter().any(|outside| package == *outside || package.starts_with(&format!("{outside}-")))
        };
        let found: Vec<&str> = tree.lines().filter(is_outside).collect();
        assert!(found.is_empty(), "{name} is built with {found:?}");
    }
}

#[test]
fn the_adapters_do_not_know_each_others_technology() {
    for (name, outside) in [("http-actix", "diesel"), ("store-diesel", "actix-web"), ("store-diesel", "serde_json")] {
        let manifest = read(&format!("crates/{name}/Cargo.toml"));
        assert!(!manifest.lines().any(|line| line.starts_with(outside)), "{name} knows {outside}");
    }
}

#[test]
fn each_migration_has_a_twin_for_the_other_engine() {
    let names = |engine: &str| -> Names {
        let folder = root().join("migrations").join(engine);
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let (sqlite, mysql) = (names("sqlite"), names("mysql"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, mysql, "left: sqlite, right: mysql");
    for engine in ["sqlite", "mysql"] {
        for (name, direction) in sqlite.iter().flat_map(|name| [(name, "up"), (name, "down")]) {
            let path = format!("migrations/{engine}/{name}/{direction}.sql");
            assert!(!read(&path).trim().is_empty(), "{path} is empty");
        }
    }
}

/// The codes are the words of an enum, one a line: `SlotNotFree = "slot_not_free",`.
#[test]
fn each_problem_code_has_a_heading_and_each_heading_is_a_code() {
    let source = read("crates/http-actix/src/problem/code.rs");
    let codes: Names =
        source.lines().filter_map(|line| Some(line.split_once(" = \"")?.1.strip_suffix("\",")?.to_owned())).collect();
    assert!(codes.contains("invalid") && codes.contains("internal"), "the codes have moved elsewhere: {codes:?}");
    let page = read("docs/problems.md");
    let titles = page.lines().filter(|line| line.starts_with("##")).map(|line| line.trim_matches(['#', ' ', '`']));
    let is_code = |title: &&str| title.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let headings: Names = titles.filter(is_code).map(str::to_owned).collect();
    assert_eq!(headings, codes, "left: docs/problems.md, right: http-actix");
}

#[test]
fn each_dependency_has_a_reason_and_each_reason_a_dependency() {
    let manifest = read("Cargo.toml");
    let list = manifest.split("[workspace.dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap();
    let others = list.lines().filter(|line| !line.contains("path = \"crates/"));
    let names: Names = others.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect();
    assert!(names.contains("chrono"), "{names:?}");
    let page = read("docs/dependencies.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.map(str::to_owned).collect::<Names>(), names, "left: docs/dependencies.md, right: Cargo.toml");
}

/// Settings are read by name: `reader.number("bcrypt_cost", …)`, sometimes with the name on a line of its own; those that
/// an administrator can change are rows of a table: `row("admins_max", …)`.
#[test]
fn each_setting_is_documented_and_nothing_else() {
    let source = read("crates/server/src/config.rs");
    let calls = source.split("reader.").skip(1).filter_map(|call| call.split_once('(')?.1.split_once(')'));
    let first = calls.filter_map(|(arguments, _)| arguments.trim_start().strip_prefix('"')?.split('"').next());
    let named_by_the_reader = ["database_url", "bind"];
    let table = read("crates/application/src/settings/table.rs");
    let rows = table.split("row(").skip(1).filter_map(|row| row.trim_start().strip_prefix('"')?.split('"').next());
    let settings: Names = first
        .chain(named_by_the_reader)
        .chain(rows)
        .map(|name| format!("SLOTKEEPER_{}", name.to_uppercase()))
        .collect();
    assert!(settings.contains("SLOTKEEPER_ADMINS_MAX"), "{settings:?}");
    let page = read("docs/operations.md");
    let rows: Names = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `SLOTKEEPER_")?.split('`').next())
        .map(|name| format!("SLOTKEEPER_{name}"))
        .collect();
    assert_eq!(rows, settings, "left: docs/operations.md, right: the server's configuration");
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate() {
    let lints = read("Cargo.toml");
    let lints = lints.split("[workspace.lints.rust]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap();
    assert!(lints.lines().any(|line| line == "unsafe_code = \"forbid\""), "{lints}");
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    for package in metadata.packages {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{} has lints of its own", package.name);
    }
}

/// The name of the function that a line declares.
fn declared(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("fn ")?;
    before.chars().all(|c| c.is_ascii_lowercase() || c == ' ').then(|| rest.split(['(', '<']).next()).flatten()
}

/// Every test: what bears the attribute, what runs on each engine, and what every store must keep.
fn tests() -> Names {
    let mut files = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut files);
    }
    let mut names = Names::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        let (text, is_contract) = (fs::read_to_string(file).unwrap(), file.parent().unwrap().ends_with("src/contract"));
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= line.starts_with("#[") && line.ends_with("test]");
            if let Some(name) = declared(line) {
                if is_test || line.ends_with("(engine: Engine) {") || (is_contract && line.starts_with("pub fn ")) {
                    names.insert(name.to_owned());
                }
                is_test = false;
            }
        }
    }
    names
}

#[test]
fn each_test_that_the_security_page_names_exists() {
    let page = read("docs/security.md");
    let spans = page.split('`').skip(1).step_by(2);
    let is_name = |span: &&str| {
        span.contains('_') && span.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let named: Names = spans.filter(is_name).map(str::to_owned).collect();
    assert!(50 < named.len(), "only {} tests are named", named.len());
    let tests = tests();
    let missing: Vec<&String> = named.difference(&tests).collect();
    assert!(missing.is_empty(), "these tests do not exist: {missing:?}");
}

/// The runs of lines that the hunks of a patch expect to find in a file, each with the file's path.
fn expected(patch: &str) -> Vec<(String, String)> {
    let (mut found, mut file) = (Vec::new(), "");
    for line in patch.lines() {
        if let Some(changed) = line.strip_prefix("--- a/") {
            file = changed;
        } else if line.starts_with("@@ ") {
            found.push((file.to_owned(), String::new()));
        } else if let Some((_, run)) = found.last_mut()
            && let Some(text) = line.strip_prefix([' ', '-']).or(line.is_empty().then_some(line))
        {
            run.push_str(text);
            run.push('\n');
        }
    }
    found
}

#[test]
fn each_sabotage_finds_the_lines_that_it_takes_out() {
    let mut patches = Vec::new();
    collect(&root().join("tests/sabotage"), &mut patches);
    patches.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    let mut astray = Names::new();
    for patch in &patches {
        let runs = expected(&fs::read_to_string(patch).unwrap());
        assert!(!runs.is_empty(), "{} changes nothing", patch.display());
        for (path, run) in runs {
            if !read(&path).contains(&run) {
                astray.insert(format!("{} in {path}", patch.display()));
            }
        }
    }
    assert!(30 < patches.len() && astray.is_empty(), "of {} patches these find nothing: {astray:#?}", patches.len());
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    let pages = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md"));
    for page in pages {
        let text = fs::read_to_string(page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
            assert!(page.parent().unwrap().join(link).exists(), "{} links to {link}", page.display());
        }
    }
}

#[test]
fn nothing_is_left_to_do_in_the_files() {
    let reminders = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let mut files = Vec::new();
    collect(&root(), &mut files);
    assert!(files.len() > 100, "only {} files were found", files.len());
    for file in files {
        // What is not UTF-8 is not ours to read.
        let Ok(text) = fs::read_to_string(&file) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            let found = reminders.iter().find(|reminder| line.contains(**reminder));
            assert!(found.is_none(), "{}:{number}: {line}", file.display());
        }
    }
}

/// Every file under a folder but what was built, what a server keeps, and what git keeps.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        let is_folder = entry.file_type().unwrap().is_dir();
        if is_folder && !["target", "var", ".git"].iter().any(|skipped| name == *skipped) {
            collect(&path, files);
        } else if entry.file_type().unwrap().is_file() {
            files.push(path);
        }
    }
}

#[test]
fn files_are_rooms_and_not_halls() {
    let mut files = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut files);
    }
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        assert_ne!(file.file_name().unwrap(), "mod.rs", "{}: foo.rs beside foo/ instead", file.display());
        let lines = fs::read_to_string(file).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines; look for a door", file.display());
    }
}

#[test]
fn the_embedding_example_prints_what_its_page_says() {
    let page = read("crates/scheduling-core/README.md");
    let said = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of text");
    let printed = cargo(&["run", "--quiet", "--offline", "--package", "scheduling-core", "--example", "embedding"]);
    assert_eq!(printed, said);
}
