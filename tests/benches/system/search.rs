//! Searching for free times, against a server that always answers the same bytes.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use acceptance::figures::{Figure, Goal, median};
use acceptance::{Server, days};
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, rt, web};

use crate::booking::{Bookings, is_booked};
use crate::clinic::{Clinic, Diary, token};
use crate::load::{self, Pace};
use crate::part::{ENGINES, Part, Plot, ROUNDS};
use crate::wrk::{self, Run};

const SLOTS: u32 = 100_000;
const SLOTS_PER_PAGE: u32 = 32;
const ONE_PAGE: &str = "one page again and again";
const OF_CEILING_MIN: f64 = 0.5;
const BOOKINGS_PER_SECOND: f64 = 100.0;
/// Longer than a search.
const BOOKING_TIME: Duration = Duration::from_secs(4);

/// What is asked, of whom.
struct Variant {
    name: &'static str,
    url: String,
    paths: Vec<String>,
    headers: Vec<(&'static str, String)>,
    while_booking: bool,
    runs: Vec<Run>,
}

pub(crate) fn measure() -> Part {
    let mut part = Part::default();
    let mut bars = Vec::new();
    for (engine, name) in ENGINES {
        let clinic = Clinic::new(engine, SLOTS, Diary::Lived);
        let server = clinic.serve();
        let bookings = Bookings::new(&clinic, &server);
        let page = format!("/availability?limit={SLOTS_PER_PAGE}&doctor_id={}", clinic.doctor_id(0));
        let ceiling = Static::start(server.client().get(&page).expect(200).body);
        let mut variants = variants(&clinic, &server, &ceiling.url);
        for _ in 0..ROUNDS {
            for variant in &mut variants {
                let run = run(&clinic, &server, &bookings, variant);
                variant.runs.push(run);
            }
        }
        ceiling.stop();
        let per_second = |variant: &Variant| median(&variant.runs.iter().map(|run| run.per_second).collect::<Vec<_>>());
        let ceiling = per_second(&variants[0]);
        for variant in &variants {
            let pick = |of: fn(&Run) -> f64| median(&variant.runs.iter().map(of).collect::<Vec<_>>());
            let what = format!("search, {name}: {}", variant.name);
            part.add(Figure::new(&what, per_second(variant), "/s"));
            let of_ceiling = Figure::new(format!("{what}, of the ceiling"), per_second(variant) / ceiling, "");
            let is_promised = variant.name == ONE_PAGE;
            part.add(if is_promised { of_ceiling.should_be(Goal::AtLeast(OF_CEILING_MIN)) } else { of_ceiling });
            part.add(Figure::new(format!("{what}, p50"), pick(|run| run.p50_ms), "ms"));
            part.add(Figure::new(format!("{what}, p99"), pick(|run| run.p99_ms), "ms"));
            assert!(variant.runs.iter().all(|run| run.failed == 0.0), "{what}: {:?}", variant.runs);
            bars.push((format!("{name}: {}", variant.name), per_second(variant)));
        }
    }
    part.plots.push(Plot::Bars { name: "search".to_owned(), title: "searches a second".to_owned(), bars });
    part
}

/// The first is the ceiling.
fn variants(clinic: &Clinic, server: &Server, ceiling: &str) -> Vec<Variant> {
    let client = server.client();
    let variant = |name, paths: Vec<String>, headers| {
        let paths = paths.into_iter().map(|path| format!("/api/v1{path}&limit={SLOTS_PER_PAGE}")).collect();
        Variant { name, url: server.url(), paths, headers, while_booking: false, runs: Vec::new() }
    };
    let page = format!("/availability?doctor_id={}", clinic.doctor_id(0));
    let different: Vec<_> = (0..1_000)
        .map(|n| format!("/availability?doctor_id={}&from={}", clinic.doctor_id(n), days::day(u64::from(n / 50) + 1)))
        .collect();
    let bearer = ("authorization", format!("Bearer {}", token(&client, 0)));
    let slots = format!("/slots?doctor_id={}", clinic.doctor_id(0));
    let mut variants = vec![
        Variant {
            url: ceiling.to_owned(),
            ..variant("the ceiling: the same bytes from plain actix-web", vec![page.clone()], vec![])
        },
        variant(ONE_PAGE, vec![page.clone()], vec![]),
        variant("1,000 different pages", different.clone(), vec![]),
        Variant { while_booking: true, ..variant("1,000 different pages during 100 bookings/s", different, vec![]) },
        variant("slots with a token", vec![slots], vec![bearer]),
    ];
    let answer = client.get(&format!("{page}&limit={SLOTS_PER_PAGE}")).expect(200);
    if let Some(tag) = answer.header("etag") {
        variants.push(variant("nothing new (304)", vec![page], vec![("if-none-match", tag.to_owned())]));
    }
    variants
}

fn run(clinic: &Clinic, server: &Server, bookings: &Bookings, variant: &Variant) -> Run {
    let headers: Vec<_> = variant.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ask = || wrk::run(clinic.data.folder(), &variant.url, &variant.paths, &headers);
    if !variant.while_booking {
        return ask();
    }
    thread::scope(|scope| {
        let booking = scope.spawn(|| {
            let (calls, call) = bookings.calls(600);
            load::run(server.address(), 8, Pace::Open(BOOKINGS_PER_SECOND), BOOKING_TIME, calls, call)
        });
        let run = ask();
        let _ = booking.join().unwrap().of_only(is_booked);
        run
    })
}

/// A server that always answers the same, in this process.
struct Static {
    url: String,
    handle: ServerHandle,
    thread: thread::JoinHandle<()>,
}

impl Static {
    fn start(body: Vec<u8>) -> Self {
        let body = web::Bytes::from(body);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let answer = move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            };
            rt::System::new().block_on(async move {
                // As many workers as the server has: actix-web's default.
                let app = move || App::new().default_service(web::to(answer.clone()));
                let server = HttpServer::new(app).disable_signals().listen(listener).unwrap().run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { url, handle: told.recv().unwrap(), thread }
    }

    fn stop(self) {
        rt::System::new().block_on(self.handle.stop(false));
        self.thread.join().unwrap();
    }
}
