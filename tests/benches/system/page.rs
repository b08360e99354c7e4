//! docs/benchmarks.md: what people wrote stays, what was measured is replaced.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use acceptance::figures::table;

use crate::machine;
use crate::part::Part;
use crate::plots;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`, and draws the plots.
pub(crate) fn write(name: &str, part: &Part) {
    let folder = Path::new(DOCS).join("benchmarks");
    fs::create_dir_all(&folder).unwrap();
    let mut pictures = String::new();
    for plot in &part.plots {
        let (file, title) = plots::draw(&folder, plot);
        writeln!(pictures, "![{title}](benchmarks/{file})").unwrap();
    }
    let path = Path::new(DOCS).join("benchmarks.md");
    let page = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->\n"));
    let (before, rest) = page.split_once(&begin).expect("the page has a place for it");
    let (_, after) = rest.split_once(&end).expect("the place has an end");
    let measured = format!("{}\n{}\n{pictures}", machine::description(), table(&part.figures));
    fs::write(path, format!("{before}{begin}{measured}{end}{after}")).unwrap();
}
