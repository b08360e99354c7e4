//! The same questions to a small clinic and to a large one.

use std::time::{Duration, Instant};

use acceptance::Engine;
use acceptance::days;
use acceptance::figures::{Figure, Goal, median};

use crate::booking::{Bookings, is_booked};
use crate::clinic::{Clinic, Diary};
use crate::memory::Memory;
use crate::part::{ENGINES, Part, Plot};
use crate::wrk;

const SMALL: u32 = 10_000;
/// So many pages are asked for, of each clinic: as many as the small one has.
const PAGES: u32 = 250;
/// So many bookings a round, in each clinic: the small one has not many more for all of them.
const BOOKINGS: usize = 450;
/// Many rounds, because they are short.
const ROUNDS: usize = 7;
const TIMES_SLOWER_MAX: f64 = 1.5;
const CHECK_S_MAX: f64 = 60.0;

/// What one clinic gave.
struct Measured {
    slots: f64,
    filling_s: f64,
    searches: f64,
    search_p99_ms: f64,
    bookings: f64,
    booking_p99_ms: f64,
    resident_mb: f64,
    check_s: f64,
}

pub(crate) fn measure(slots: u32) -> Part {
    let mut part = Part::default();
    let mut bars = Vec::new();
    for (engine, name) in ENGINES {
        let [small, large] = [SMALL, slots].map(|slots| measure_one(engine, slots));
        for measured in [&small, &large] {
            let figure =
                |what: &str, value, unit| Figure::new(format!("{name}, {} slots: {what}", measured.slots), value, unit);
            part.add(figure("filled in", measured.filling_s, "s"));
            part.add(figure("searches", measured.searches, "/s"));
            part.add(figure("search p99", measured.search_p99_ms, "ms"));
            part.add(figure("bookings", measured.bookings, "/s"));
            part.add(figure("booking p99", measured.booking_p99_ms, "ms"));
            part.add(figure("resident memory afterwards", measured.resident_mb, "MB"));
            part.add(figure("slotkeeper check", measured.check_s, "s").should_be(Goal::AtMost(CHECK_S_MAX)));
            bars.push((format!("{name}: searches, {} slots", measured.slots), measured.searches));
            bars.push((format!("{name}: bookings, {} slots", measured.slots), measured.bookings));
        }
        let millions = (large.slots - small.slots) / 1e6;
        let figure = |what: &str, value, unit| Figure::new(format!("{name}, large to small: {what}"), value, unit);
        for (what, ratio) in
            [("searches", large.searches / small.searches), ("bookings", large.bookings / small.bookings)]
        {
            part.add(figure(what, ratio, "").should_be(Goal::AtLeast(1.0 / TIMES_SLOWER_MAX)));
        }
        part.add(figure("memory for a million slots", (large.resident_mb - small.resident_mb) / millions, "MB"));
    }
    part.plots.push(Plot::Bars { name: "scale".to_owned(), title: "searches and bookings a second".to_owned(), bars });
    part
}

fn measure_one(engine: Engine, slots: u32) -> Measured {
    let begun = Instant::now();
    let clinic = Clinic::new(engine, slots, Diary::Lived);
    let filling_s = begun.elapsed().as_secs_f64();
    let server = clinic.serve();
    let bookings = Bookings::new(&clinic, &server);
    let page = |n| {
        // Doctors from one end of the clinic to the other.
        let doctor = clinic.doctor_id(n % 5 * (clinic.doctors / 5));
        let day = days::day(u64::from(n / 5) + 1);
        format!("/api/v1/availability?doctor_id={doctor}&from={day}&limit=32")
    };
    let pages: Vec<_> = (0..PAGES).map(page).collect();
    bookings.rush(&server, Duration::from_secs(1), BOOKINGS / 2);
    let (mut searches, mut rushes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        searches.push(wrk::run(clinic.data.folder(), &server.url(), &pages, &[]));
        rushes.push(bookings.rush(&server, Duration::from_secs(4), BOOKINGS).of_only(is_booked));
    }
    let resident_mb = Memory::of(&server).resident;
    server.stop();
    let begun = Instant::now();
    let checked = clinic.data.run(&["check"]);
    let check_s = begun.elapsed().as_secs_f64();
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let pick = |values: Vec<f64>| median(&values);
    Measured {
        slots: clinic.slots().into(),
        filling_s,
        searches: pick(searches.iter().map(|run| run.per_second).collect()),
        search_p99_ms: pick(searches.iter().map(|run| run.p99_ms).collect()),
        bookings: pick(rushes.iter().map(|load| load.per_second(is_booked)).collect()),
        booking_p99_ms: pick(rushes.iter().map(|load| load.percentile_ms(99.0, is_booked)).collect()),
        resident_mb,
        check_s,
    }
}
