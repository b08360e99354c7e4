//! The page about problems.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use http_actix::problem::Code;
use kernel::Word;

#[test]
fn every_code_has_a_heading_with_its_status_and_title() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems.md");
    let page = fs::read_to_string(page).unwrap();
    for code in Code::ALL {
        let start = format!("## {code}\n\n{} · {}. ", code.status().as_u16(), code.title());
        assert!(page.contains(&start), "{start}");
    }
    let headings: BTreeSet<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings.len(), Code::ALL.len());
}
