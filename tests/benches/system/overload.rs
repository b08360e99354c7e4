//! Five times as many bookings as the server can make.

use std::thread;
use std::time::Duration;

use acceptance::figures::{Figure, Goal};

use crate::booking::{Bookings, is_booked, percentiles};
use crate::clinic::{Clinic, Diary};
use crate::load::{self, Pace};
use crate::memory::Memory;
use crate::part::{ENGINES, Part, Plot};

const SLOTS: u32 = 400_000;
const TIMES: f64 = 5.0;
/// More than the server may have in hand: those it works for within a second, and those it refuses.
const CONNECTIONS: usize = 2_000;
const BEFORE_AND_AFTER: Duration = Duration::from_secs(5);
/// How long the server has to be itself again.
const RECOVERY: Duration = Duration::from_secs(5);
/// Much longer: what is slower even then is slower because the clinic has grown.
const REST: Duration = Duration::from_secs(30);
const ACCEPTED_P99_MS_MAX: f64 = 1_000.0;
const REFUSED_P99_MS_MAX: f64 = 50.0;
const MEMORY_MB_MAX: f64 = 256.0;
/// Of the speed before: full, as far as two runs can be compared.
const AFTERWARDS_MIN: f64 = 0.9;

pub(crate) fn measure(seconds: u64) -> Part {
    let mut part = Part::default();
    for (engine, name) in ENGINES {
        let clinic = Clinic::new(engine, SLOTS, Diary::Free);
        let server = clinic.serve();
        let bookings = Bookings::new(&clinic, &server);
        let share = bookings.left() / 8;
        bookings.rush(&server, Duration::from_secs(1), share);
        let speed = || bookings.rush(&server, BEFORE_AND_AFTER, share).per_second(is_booked);
        let before = speed();
        let (_, call) = bookings.calls(bookings.left() - 2 * share);
        let time = Duration::from_secs(seconds);
        let load = load::run(server.address(), CONNECTIONS, Pace::Open(before * TIMES), time, usize::MAX, call);
        thread::sleep(RECOVERY);
        let after = speed();
        thread::sleep(REST);
        let rested = speed();

        let accepted = |status| (200..300).contains(&status) || status == 409;
        let refused = |status| status == 429 || status == 503;
        let failed = |status| !accepted(status) && !refused(status);
        let figure = |what: &str, value, unit| Figure::new(format!("overload, {name}: {what}"), value, unit);
        let p99 = |of: &dyn Fn(u16) -> bool| load.percentile_ms(99.0, of);
        part.add(figure("bookings before", before, "/s"));
        part.add(figure("sent", load.per_second(|_| true), "/s"));
        part.add(figure("sent later than due, p99", load.lag_ms(99.0), "ms"));
        part.add(figure("booked meanwhile", load.per_second(is_booked), "/s"));
        part.add(figure("accepted", load.count(accepted) as f64, ""));
        part.add(figure("accepted, p99", p99(&accepted), "ms").should_be(Goal::AtMost(ACCEPTED_P99_MS_MAX)));
        part.add(figure("refused", load.count(refused) as f64, ""));
        part.add(figure("refused, p99", p99(&refused), "ms").should_be(Goal::AtMost(REFUSED_P99_MS_MAX)));
        part.add(figure("failed or unanswered", load.count(failed) as f64, "").should_be(Goal::Exactly(0.0)));
        part.add(figure("memory at most", Memory::of(&server).peak, "MB").should_be(Goal::AtMost(MEMORY_MB_MAX)));
        part.add(figure("bookings 5 s later, of before", after / before, "").should_be(Goal::AtLeast(AFTERWARDS_MIN)));
        part.add(figure("bookings 30 s after that, of before", rested / before, ""));
        let lines = [("accepted", percentiles(&load, accepted)), ("refused", percentiles(&load, refused))]
            .map(|(label, line)| (label.to_owned(), line));
        let title = format!("delays at five times the capacity, {name}");
        part.plots.push(Plot::Delays { name: format!("overload-{}", name.to_lowercase()), title, lines: lines.into() });
    }
    part
}
