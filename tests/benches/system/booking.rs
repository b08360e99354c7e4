//! Booking over HTTP, against the same statements without HTTP and without the application.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acceptance::figures::{Figure, Goal, median};
use acceptance::{Engine, Server};
use hyper::header::{AUTHORIZATION, HeaderValue};

use crate::clinic::{self, Clinic, Diary, Offer};
use crate::database::Connection;
use crate::ids::{Kind, hex};
use crate::load::{self, Call, Load, Pace};
use crate::part::{ENGINES, Part, Plot, ROUNDS};
use crate::raw;

const SLOTS: u32 = 200_000;
pub(crate) const CLIENTS: usize = 32;
/// As many as the server has by default.
const CONNECTIONS: usize = 16;
const GROUP: usize = 8;
const OF_CEILING_MIN: f64 = 0.9;
const TIME: Duration = Duration::from_secs(4);

/// Slots that nobody has booked yet, and those who will.
pub(crate) struct Bookings {
    tokens: Arc<Vec<HeaderValue>>,
    offers: Arc<Vec<Offer>>,
    next: AtomicUsize,
}

impl Bookings {
    pub(crate) fn new(clinic: &Clinic, server: &Server) -> Self {
        let tokens = clinic::tokens(server).iter().map(|token| bearer(token)).collect();
        Self { tokens: Arc::new(tokens), offers: Arc::new(clinic.offers()), next: AtomicUsize::new(0) }
    }

    /// Takes so many slots that nobody else will get; there may be fewer.
    pub(crate) fn take(&self, count: usize) -> &[Offer] {
        &self.offers[self.range(count)]
    }

    fn range(&self, count: usize) -> Range<usize> {
        let first = self.next.fetch_add(count, Ordering::Relaxed).min(self.offers.len());
        first..self.offers.len().min(first + count)
    }

    /// Takes so many, and makes the calls that book them: so many, and then the same again under other keys.
    pub(crate) fn calls(&self, count: usize) -> (usize, impl Fn(usize) -> Call + use<>) {
        let range = self.range(count);
        let (tokens, offers) = (Arc::clone(&self.tokens), Arc::clone(&self.offers));
        (range.len(), move |number| {
            let offer = &offers[range.start + number % range.len()];
            let key = format!("{}-{}", hex(Kind::New, offer.place()), number / range.len());
            attempt(offer, &tokens[offer.booker() as usize], &key)
        })
    }

    /// How many are left.
    pub(crate) fn left(&self) -> usize {
        self.offers.len().saturating_sub(self.next.load(Ordering::Relaxed))
    }

    /// Books as fast as possible for so long.
    pub(crate) fn rush(&self, server: &Server, time: Duration, count: usize) -> Load {
        let (calls, call) = self.calls(count);
        load::run(server.address(), CLIENTS, Pace::Closed, time, calls, call)
    }
}

pub(crate) fn is_booked(status: u16) -> bool {
    status == 201
}

/// The call that books a slot.
pub(crate) fn attempt(offer: &Offer, bearer: &HeaderValue, key: &str) -> Call {
    let mut call = load::post("/api/v1/appointments", offer.body());
    let headers = call.headers_mut();
    headers.insert(AUTHORIZATION, bearer.clone());
    headers.insert("idempotency-key", HeaderValue::from_str(key).unwrap());
    call
}

pub(crate) fn bearer(token: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("Bearer {token}")).unwrap()
}

pub(crate) fn measure() -> Part {
    let mut part = Part::default();
    let mut bars = Vec::new();
    let mut lines = Vec::new();
    for (engine, name) in ENGINES {
        let clinic = Clinic::new(engine, SLOTS, Diary::Free);
        let server = clinic.serve();
        let bookings = Bookings::new(&clinic, &server);
        server.stop();
        let threads = if engine == Engine::Sqlite { 1 } else { CONNECTIONS };
        let share = bookings.left() / (4 * ROUNDS + 1);
        let alone = |offers, group| raw::bookings_per_second(&clinic, offers, threads, group, TIME);
        let (mut raw, mut raw_grouped, mut http) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            raw.push(alone(bookings.take(share), 1));
            raw_grouped.push(alone(bookings.take(share), GROUP));
            leave_nothing_to_do(&clinic);
            let server = clinic.serve();
            // Connections and caches are warm when it counts.
            bookings.rush(&server, Duration::from_secs(1), share);
            http.push(bookings.rush(&server, TIME, share).of_only(is_booked));
            server.stop();
            leave_nothing_to_do(&clinic);
        }
        let (raw, raw_grouped) = (median(&raw), median(&raw_grouped));
        let pick = |of: &dyn Fn(&Load) -> f64| median(&http.iter().map(of).collect::<Vec<_>>());
        let per_second = pick(&|load| load.per_second(is_booked));
        let figure = |what: &str, value, unit| Figure::new(format!("booking, {name}: {what}"), value, unit);
        part.add(figure("the ceiling: its statements alone", raw, "/s"));
        part.add(figure(&format!("its statements alone, {GROUP} bookings a COMMIT"), raw_grouped, "/s"));
        part.add(figure("over HTTP", per_second, "/s"));
        let of_ceiling = figure("over HTTP, of the ceiling", per_second / raw, "");
        part.add(of_ceiling.should_be(Goal::AtLeast(OF_CEILING_MIN)));
        part.add(figure("over HTTP, p50", pick(&|load| load.percentile_ms(50.0, is_booked)), "ms"));
        part.add(figure("over HTTP, p99", pick(&|load| load.percentile_ms(99.0, is_booked)), "ms"));
        if engine == Engine::MariaDb {
            part.add(figure("statements, of the ceiling's", raw::STATEMENTS, ""));
            part.add(figure("statements, as the database counts", statements(&clinic, &bookings), ""));
        }
        let labels = ["ceiling", "8 a COMMIT", "over HTTP"];
        bars.extend(
            labels.iter().zip([raw, raw_grouped, per_second]).map(|(label, n)| (format!("{name}: {label}"), n)),
        );
        lines.push((name.to_owned(), percentiles(&http[0], is_booked)));
    }
    part.plots.push(Plot::Bars { name: "booking".to_owned(), title: "bookings a second".to_owned(), bars });
    let title = format!("delay of bookings over HTTP from {CLIENTS} clients");
    part.plots.push(Plot::Delays { name: "booking-delays".to_owned(), title, lines });
    part
}

/// What earlier bookings left to do would be done meanwhile: mails would be sent, and what nobody did be sealed.
fn leave_nothing_to_do(clinic: &Clinic) {
    Connection::open(&clinic.data).batch(
        "UPDATE messages SET status = 'sent' WHERE status = 'waiting'; DELETE FROM audit WHERE x'f0' <= id AND id < x'f1'",
    );
}

/// Statements that MariaDB saw for each booking, whoever sent them: mails and seals too.
fn statements(clinic: &Clinic, bookings: &Bookings) -> f64 {
    let server = clinic.serve();
    let mut connection = Connection::open(&clinic.data);
    let before = connection.status("QUESTIONS");
    let load = bookings.rush(&server, TIME, 2_000);
    (connection.status("QUESTIONS") - before) as f64 / load.count(is_booked) as f64
}

/// The delays of these answers by percentile.
pub(crate) fn percentiles(load: &Load, of: impl Fn(u16) -> bool + Copy) -> Vec<(f64, f64)> {
    let tail = (0..=99).map(f64::from).chain((1..=9).map(|tenth| 99.0 + f64::from(tenth) / 10.0));
    tail.map(|percentile| (percentile, load.percentile_ms(percentile, of))).collect()
}
