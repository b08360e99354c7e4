//! 10,000 attempts from 200 clients on 100 slots: each is sold once.

use std::time::Duration;

use acceptance::figures::{Figure, Goal};

use crate::booking::{attempt, bearer};
use crate::clinic::{self, Clinic, Diary};
use crate::load::{self, Pace};
use crate::part::{ENGINES, Part};

const CLIENTS: usize = 200;
const SLOTS: usize = 100;
const ATTEMPTS: usize = 10_000;
const TIME_MAX: Duration = Duration::from_secs(600);

pub(crate) fn measure() -> Part {
    let mut part = Part::default();
    for (engine, name) in ENGINES {
        let clinic = Clinic::new(engine, 10_000, Diary::Free);
        let server = clinic.serve();
        let tokens: Vec<_> = clinic::tokens(&server).iter().map(|token| bearer(token)).collect();
        // Of one doctor, so that no two overlap.
        let offers: Vec<_> = clinic.offers().into_iter().filter(|offer| offer.doctor == 0).take(SLOTS).collect();
        let call = move |number: usize| {
            // Half of the clients want the same slot at about the same time.
            let offer = &offers[number / (ATTEMPTS / SLOTS)];
            attempt(offer, &tokens[number % CLIENTS], &format!("attempt-{number}"))
        };
        let load = load::run(server.address(), CLIENTS, Pace::Closed, TIME_MAX, ATTEMPTS, call);
        let figure = |what: &str, value: f64, unit| {
            Figure::new(format!("10,000 attempts on 100 slots, {name}: {what}"), value, unit)
        };
        let count = |of: fn(u16) -> bool| load.count(of) as f64;
        let exactly = |figure: Figure, count: usize| figure.should_be(Goal::Exactly(count as f64));
        part.add(exactly(figure("booked", count(|status| status == 201), ""), SLOTS));
        part.add(exactly(figure("refused with 409", count(|status| status == 409), ""), ATTEMPTS - SLOTS));
        part.add(exactly(figure("anything else", count(|status| ![201, 409].contains(&status)), ""), 0));
        part.add(figure("time", load.seconds, "s"));
        part.add(figure("answers", load.per_second(|_| true), "/s"));
        server.stop();
        let _ = clinic.data.run(&["check"]).well();
    }
    part
}
