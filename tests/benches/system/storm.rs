//! Bookings at a steady pace, while nobody logs in and while everybody does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use acceptance::figures::{Figure, Goal};
use acceptance::people::{PASSWORD, patient_form};
use serde_json::json;

use crate::booking::{Bookings, is_booked, percentiles};
use crate::clinic::{Clinic, Diary, booker_email};
use crate::database::Connection;
use crate::load::{self, Pace};
use crate::part::{ENGINES, Part, Plot};

const SLOTS: u32 = 200_000;
const STORMERS: u32 = 200;
const CONNECTIONS: usize = 256;
/// Of what the server can do.
const PACE: f64 = 0.5;
const TIME: Duration = Duration::from_secs(10);
const RATIO_MAX: f64 = 2.0;

pub(crate) fn measure() -> Part {
    let mut part = Part::default();
    for (engine, name) in ENGINES {
        let clinic = Clinic::new(engine, SLOTS, Diary::Free);
        let server = clinic.serve();
        let bookings = Bookings::new(&clinic, &server);
        make_logins_dear(&clinic, &server);
        let share = bookings.left() / 3;
        let capacity = bookings.rush(&server, Duration::from_secs(3), share).per_second(is_booked);
        let pace = capacity * PACE;
        let steady = || {
            let (calls, call) = bookings.calls(share);
            load::run(server.address(), CONNECTIONS, Pace::Open(pace), TIME, calls, call)
        };
        let quiet = steady();
        let is_over = Arc::new(AtomicBool::new(false));
        let (stormy, (logins, told_to_wait)) = thread::scope(|scope| {
            let stop = Arc::clone(&is_over);
            let storm = scope.spawn(|| load::log_in(server.address(), logins(), move || stop.load(Ordering::Relaxed)));
            thread::sleep(Duration::from_secs(1));
            let stormy = steady();
            is_over.store(true, Ordering::Relaxed);
            (stormy, storm.join().unwrap())
        });
        let [before, during] = [&quiet, &stormy].map(|load| load.percentile_ms(99.0, is_booked));
        let figure = |what: &str, value, unit| Figure::new(format!("login storm, {name}: {what}"), value, unit);
        part.add(figure("bookings asked for", pace, "/s"));
        part.add(figure("booking p99 when quiet", before, "ms"));
        part.add(figure("booking p99 while 200 clients log in", during, "ms"));
        part.add(figure("ratio", during / before, "").should_be(Goal::AtMost(RATIO_MAX)));
        let refused = [&quiet, &stormy].map(|load| load.count(|status| !is_booked(status)));
        part.add(figure("bookings refused or lost", (refused[0] + refused[1]) as f64, ""));
        part.add(figure("logins", logins as f64, ""));
        part.add(figure("logins told to wait", told_to_wait as f64, ""));
        let lines = [("quiet", &quiet), ("while 200 clients log in", &stormy)]
            .map(|(label, load)| (label.to_owned(), percentiles(load, is_booked)));
        let title = format!("delay of bookings at half the capacity, {name}");
        part.plots.push(Plot::Delays { name: format!("storm-{}", name.to_lowercase()), title, lines: lines.into() });
    }
    part
}

/// Gives those who will log in a hash as it is made by default: that of somebody who registers now.
fn make_logins_dear(clinic: &Clinic, server: &acceptance::Server) {
    let email = server.join(&patient_form()).email;
    let mut connection = Connection::open(&clinic.data);
    let hash = connection.text(&format!("SELECT password_hash AS value FROM accounts WHERE email = '{email}'"));
    let emails: Vec<_> = (0..STORMERS).map(|number| format!("'{}'", booker_email(number))).collect();
    connection.batch(&format!("UPDATE accounts SET password_hash = '{hash}' WHERE email IN ({})", emails.join(", ")));
}

/// What the stormers send.
fn logins() -> Vec<String> {
    let login = |number| json!({"identifier": booker_email(number), "password": PASSWORD}).to_string();
    (0..STORMERS).map(login).collect()
}
