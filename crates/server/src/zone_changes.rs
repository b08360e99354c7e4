//! What `slotkeeper time-zones` prints.

use std::io::{Write, stdout};

use application::App;
use application::zone_changes::DoctorShifts;
use chrono::NaiveDateTime;
use scheduling_core::zone_changes::Shift;

use crate::failure::Failure;

/// Lists what new rules have shifted; moves what nobody has to its promised wall time if that is wanted.
pub(crate) fn show(app: &App, apply: bool) -> Result<(), Failure> {
    let earlier = time_zones::release_2025b();
    let found = if apply { app.restore_wall_times(&earlier)? } else { app.time_zone_shifts(&earlier)? };
    let mut out = stdout().lock();
    for doctor in &found {
        list(&mut out, doctor, apply)?;
    }
    let count = |of: fn(&DoctorShifts) -> usize| found.iter().map(of).sum::<usize>();
    let movable = count(|doctor| doctor.shifts.movable.len());
    let rest = count(|doctor| doctor.shifts.obstructed.len() + doctor.shifts.taken.len());
    let (done, hint) = if apply { ("moved", "") } else { ("can be moved", " (--apply moves them)") };
    writeln!(out, "{movable} free slots {done}{hint}, {rest} for people to decide")?;
    Ok(())
}

fn list(out: &mut impl Write, doctor: &DoctorShifts, apply: bool) -> Result<(), Failure> {
    let DoctorShifts { doctor_name, zone, shifts, visits } = doctor;
    let mut line = |shift: &Shift, what: &str| {
        let wall = |at: NaiveDateTime| at.format("%F %R").to_string();
        let (promised, actual) = (wall(shift.promised), wall(shift.actual));
        writeln!(out, "{doctor_name}\t{zone}\t{promised}\tnow {actual}\tslot {}\t{what}", shift.slot.id)
    };
    for shift in &shifts.movable {
        line(shift, if apply { "moved" } else { "can be moved" })?;
    }
    for shift in &shifts.obstructed {
        line(shift, "stays: its promised time is past or taken")?;
    }
    for shift in &shifts.taken {
        match visits.iter().find(|visit| visit.slot == shift.slot.id) {
            Some(visit) => line(shift, &format!("appointment {}: decide", visit.id))?,
            None => line(shift, "held for somebody: decide")?,
        }
    }
    Ok(())
}
