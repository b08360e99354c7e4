//! docs/benchmarks.md: what people wrote stays, what was measured is replaced.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use acceptance::figures::table;

use crate::machine;
use crate::part::Part;
use crate::plots;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// Puts figures and the plots, which it draws, where the page has a place for them.
pub(crate) fn write(name: &str, part: &Part) {
    let folder = Path::new(DOCS).join("benchmarks");
    fs::create_dir_all(&folder).unwrap();
    let mut pictures = String::new();
    for plot in &part.plots {
        let (file, title) = plots::draw(&folder, plot);
        writeln!(pictures, "![{title}](benchmarks/{file})").unwrap();
    }
    replace(name, &format!("{}\n{pictures}", table(&part.figures)));
}

/// Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; where it was measured is put before it.
pub(crate) fn replace(name: &str, measured: &str) {
    let path = Path::new(DOCS).join("benchmarks.md");
    let page = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->\n"));
    let (before, rest) = page.split_once(&begin).expect("the page has a place for it");
    let (_, after) = rest.split_once(&end).expect("the place has an end");
    fs::write(path, format!("{before}{begin}{}\n{measured}{end}{after}", machine::description())).unwrap();
}
