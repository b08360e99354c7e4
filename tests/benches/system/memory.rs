//! What a process has in memory, as Linux counts.

use std::fs;

use acceptance::Server;

/// In megabytes: millions of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Resident, shared pages included.
    pub(crate) resident: f64,
    /// Its share of what it shares.
    pub(crate) proportional: f64,
    /// The most that was ever resident.
    pub(crate) peak: f64,
}

impl Memory {
    pub(crate) fn of(server: &Server) -> Self {
        let read = |file: &str, name: &str| {
            let text = fs::read_to_string(format!("/proc/{}/{file}", server.pid())).unwrap();
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1_024.0 / 1e6
        };
        Self {
            resident: read("status", "VmRSS:"),
            proportional: read("smaps_rollup", "Pss:"),
            peak: read("status", "VmHWM:"),
        }
    }
}
