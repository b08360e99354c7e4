//! Where and of what it was measured.

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;
use std::time::Instant;

use acceptance::figures::median;
use acceptance::{Data, Engine, days};

use crate::database::Connection;

const FSYNCS: usize = 200;

/// A list in Markdown.
pub(crate) fn description() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let memory = fs::read_to_string("/proc/meminfo").unwrap();
    let memory_kib: f64 = memory.split_whitespace().nth(1).unwrap().parse().unwrap();
    let cores = std::thread::available_parallelism().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file_system = told("stat", &["-f", "-c", "%T", folder.path().to_str().unwrap()]);
    let mariadb = Connection::open(&Data::new(Engine::MariaDb)).text("SELECT VERSION() AS value");
    let sqlite = Connection::open(&Data::new(Engine::Sqlite)).text("SELECT sqlite_version() AS value");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let commit = told("git", &["-C", root, "describe", "--always", "--dirty", "--exclude=*"]);
    [
        format!("date: {}", days::day(0)),
        format!("commit: {commit}"),
        format!(
            "processor: {}, {cores} cores, shared by the server, the database and whoever asks",
            model.unwrap_or("unknown")
        ),
        format!("memory: {:.1} GiB", memory_kib / f64::from(1 << 20)),
        format!("disk: {file_system}, fsync after 4 KiB: {:.2} ms (median of {FSYNCS})", fsync_ms(&folder)),
        format!(
            "versions: Linux {}, {}, MariaDB {mariadb}, SQLite {sqlite}",
            told("uname", &["-r"]),
            told("rustc", &["--version"])
        ),
    ]
    .map(|line| format!("- {line}\n"))
    .concat()
}

fn told(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn fsync_ms(folder: &tempfile::TempDir) -> f64 {
    let mut file = File::create(folder.path().join("synced")).unwrap();
    let mut sync = || {
        let begun = Instant::now();
        file.write_all(&[7; 4_096]).unwrap();
        file.sync_data().unwrap();
        begun.elapsed().as_secs_f64() * 1_000.0
    };
    median(&(0..FSYNCS).map(|_| sync()).collect::<Vec<_>>())
}
