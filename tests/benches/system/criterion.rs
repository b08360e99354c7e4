//! What `cargo bench -p scheduling-core` measured just before.

use std::fs;
use std::path::Path;

use acceptance::figures::{Figure, Goal};
use serde_json::Value;

use crate::part::Part;

const MEASUREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/criterion");
const SLOT_NS_MAX: f64 = 20.0;

pub(crate) fn read() -> Part {
    let mut part = Part::default();
    let mut folders = vec![Path::new(MEASUREMENTS).to_path_buf()];
    while let Some(folder) = folders.pop() {
        let inside = fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        folders.extend(inside.filter(|path| path.is_dir() && !path.ends_with("base")));
        if folder.ends_with("new") {
            part.figures.push(figure(&folder));
        }
    }
    part.figures.sort_by(|a, b| a.what.cmp(&b.what));
    part
}

fn figure(folder: &Path) -> Figure {
    let file = |name| -> Value { serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap() };
    let (bench, estimates) = (file("benchmark.json"), file("estimates.json"));
    let (name, median_ns) =
        (bench["full_id"].as_str().unwrap(), estimates["median"]["point_estimate"].as_f64().unwrap());
    match bench["throughput"]["Elements"].as_f64() {
        None => Figure::new(format!("core: {name}"), median_ns, "ns"),
        Some(elements) => {
            let each = Figure::new(format!("core: {name}, each"), median_ns / elements, "ns");
            if name.starts_with("cut ") { each.should_be(Goal::AtMost(SLOT_NS_MAX)) } else { each }
        }
    }
}
