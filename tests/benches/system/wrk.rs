//! wrk: asks as fast as it is answered, at the least cost to the machine that it measures.

use std::fs;
use std::path::Path;
use std::process::Command;

/// On how many connections, and for how long.
pub(crate) const CONNECTIONS: u32 = 32;
const THREADS: u32 = 2;
const SECONDS: u32 = 3;

/// Its threads begin at different paths.
const SCRIPT: &str = r#"
local threads = 0
function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end
function init(args)
    requests = {}
    for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", path) end
    turn = math.floor(#requests * number / 2)
end
function request()
    turn = turn % #requests + 1
    return requests[turn]
end
function done(summary, latency, _)
    local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format("measured %f %f %f %d\n", summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, lost + summary.errors.status))
end
"#;

/// What one run measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Without an answer, or with one over 399.
    pub(crate) failed: f64,
}

/// Asks for these paths in turn, with these headers.
pub(crate) fn run(folder: &Path, url: &str, paths: &[String], headers: &[(&str, &str)]) -> Run {
    let (script, list) = (folder.join("wrk.lua"), folder.join("wrk.paths"));
    fs::write(&script, SCRIPT).unwrap();
    fs::write(&list, paths.join("\n") + "\n").unwrap();
    let mut wrk = Command::new("wrk");
    wrk.args([format!("-c{CONNECTIONS}"), format!("-t{THREADS}"), format!("-d{SECONDS}s")]).arg("-s").arg(&script);
    for (name, value) in headers {
        wrk.args(["-H", &format!("{name}: {value}")]);
    }
    let output = wrk.arg(url).arg("--").arg(&list).output().expect("wrk is there: tests/install-missing bench");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("measured "));
    let line = line.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    let numbers: Vec<f64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
    let [per_second, p50_ms, p99_ms, failed] = numbers[..] else { panic!("{line}") };
    Run { per_second, p50_ms, p99_ms, failed }
}
