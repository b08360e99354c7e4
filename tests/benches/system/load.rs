//! Asks one server from many connections: as fast as it answers, or at a given pace whether it answers or not.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{sleep, sleep_until, timeout};

/// Who hears nothing for so long has got no answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) type Call = Request<Full<Bytes>>;

/// A request without headers of its own.
pub(crate) fn post(path: &str, body: String) -> Call {
    let request = Request::post(path).header("content-type", "application/json").header("host", "localhost");
    request.body(Full::from(body)).unwrap()
}

fn micros(time: Duration) -> u64 {
    time.as_micros().try_into().unwrap()
}

/// When requests are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// The next one on a connection when the last one was answered.
    Closed,
    /// So many a second; a delay counts from when a request was due.
    Open(f64),
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Load {
    /// How many answers there were of each status; 0 is none.
    pub(crate) statuses: BTreeMap<u16, u64>,
    delays: BTreeMap<u16, Histogram<u64>>,
    /// How long after it was due each request was sent, in microseconds: what the client owes to itself.
    lags: Histogram<u64>,
    pub(crate) seconds: f64,
}

impl Load {
    fn record(&mut self, status: u16, delay: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        let delays = self.delays.entry(status).or_insert_with(|| Histogram::new(3).unwrap());
        delays.record(micros(delay)).unwrap();
    }

    /// The same, if all answers were of these.
    pub(crate) fn of_only(self, of: impl Fn(u16) -> bool) -> Self {
        assert!(self.statuses.keys().all(|status| of(*status)), "{:?}", self.statuses);
        self
    }

    pub(crate) fn count(&self, of: impl Fn(u16) -> bool) -> u64 {
        self.statuses.iter().filter(|(status, _)| of(**status)).map(|(_, count)| count).sum()
    }

    pub(crate) fn per_second(&self, of: impl Fn(u16) -> bool) -> f64 {
        self.count(of) as f64 / self.seconds
    }

    /// How long the answers took, in microseconds.
    pub(crate) fn delays(&self, of: impl Fn(u16) -> bool) -> Histogram<u64> {
        let mut all = Histogram::new(3).unwrap();
        for (_, delays) in self.delays.iter().filter(|(status, _)| of(**status)) {
            all.add(delays).unwrap();
        }
        all
    }

    /// A percentile of how late the requests were sent.
    pub(crate) fn lag_ms(&self, percentile: f64) -> f64 {
        self.lags.value_at_percentile(percentile) as f64 / 1_000.0
    }

    /// A percentile of these answers' delays; not a number when there were none.
    pub(crate) fn percentile_ms(&self, percentile: f64, of: impl Fn(u16) -> bool) -> f64 {
        let delays = self.delays(of);
        if delays.is_empty() { f64::NAN } else { delays.value_at_percentile(percentile) as f64 / 1_000.0 }
    }
}

/// Clients of a given pace have machines of their own. Here they share one with those they ask, and go first while this
/// lives, so that they are not late themselves; whoever is not root cannot arrange that.
struct Precedence(bool);

/// As nice values.
const PRECEDENCE: i32 = -10;

impl Precedence {
    fn of(pace: Pace) -> Self {
        Self(matches!(pace, Pace::Open(_)) && rustix::process::nice(PRECEDENCE).is_ok())
    }
}

impl Drop for Precedence {
    fn drop(&mut self) {
        if self.0 {
            rustix::process::nice(-PRECEDENCE).unwrap();
        }
    }
}

/// What all connections share.
struct Shared<F> {
    address: String,
    call: F,
    calls: usize,
    pace: Pace,
    begun: Instant,
    time: Duration,
    next: Cell<usize>,
    load: RefCell<Load>,
}

/// Sends `call(0)`, `call(1)`, … until there have been so many or the time is over.
pub(crate) fn run(
    address: &str,
    connections: usize,
    pace: Pace,
    time: Duration,
    calls: usize,
    call: impl Fn(usize) -> Call + 'static,
) -> Load {
    let _precedence = Precedence::of(pace);
    let lags = Histogram::new(3).unwrap();
    let load = Load { statuses: BTreeMap::new(), delays: BTreeMap::new(), lags, seconds: 0.0 };
    let shared = Rc::new(Shared {
        address: address.to_owned(),
        call,
        calls,
        pace,
        begun: Instant::now(),
        time,
        next: Cell::new(0),
        load: RefCell::new(load),
    });
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let tasks: Vec<_> = (0..connections).map(|_| spawn_local(connection(Rc::clone(&shared)))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let begun = shared.begun;
    let shared = Rc::into_inner(shared).unwrap();
    Load { seconds: begun.elapsed().as_secs_f64(), ..shared.load.into_inner() }
}

async fn connection<F: Fn(usize) -> Call>(shared: Rc<Shared<F>>) {
    let mut sender = None;
    loop {
        let number = shared.next.get();
        if number >= shared.calls {
            return;
        }
        let due = match shared.pace {
            Pace::Closed => Instant::now(),
            Pace::Open(per_second) => shared.begun + Duration::from_secs_f64(number as f64 / per_second),
        };
        if shared.begun + shared.time <= due {
            return;
        }
        shared.next.set(number + 1);
        sleep_until(due.into()).await;
        shared.load.borrow_mut().lags.record(micros(due.elapsed())).unwrap();
        // Where nobody answers in time, what is due is not even sent.
        let status = if shared.time + PATIENCE < shared.begun.elapsed() {
            0
        } else {
            let answer = send(&mut sender, &shared.address, (shared.call)(number)).await;
            answer.map_or(0, |answer| answer.status().as_u16())
        };
        shared.load.borrow_mut().record(status, due.elapsed());
    }
}

/// Sends one request over this connection, or a new one where it was closed; the body was read.
async fn send(
    connection: &mut Option<SendRequest<Full<Bytes>>>,
    address: &str,
    call: Call,
) -> Result<Response<()>, Box<dyn std::error::Error>> {
    timeout(PATIENCE, send_patiently(connection, address, call)).await?
}

async fn send_patiently(
    connection: &mut Option<SendRequest<Full<Bytes>>>,
    address: &str,
    call: Call,
) -> Result<Response<()>, Box<dyn std::error::Error>> {
    let mut sender = match connection.take() {
        Some(old) if !old.is_closed() => old,
        _ => connect(address).await?,
    };
    let (head, mut body): (_, Incoming) = sender.send_request(call).await?.into_parts();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    *connection = Some(sender);
    Ok(Response::from_parts(head, ()))
}

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>, Box<dyn std::error::Error>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    spawn_local(connection);
    sender.ready().await?;
    Ok(sender)
}

/// So many clients log in again and again until `is_over`; who is told to wait waits. Gives how many succeeded, and
/// how many were told to wait.
pub(crate) fn log_in(address: &str, bodies: Vec<String>, is_over: impl Fn() -> bool + 'static) -> (u64, u64) {
    let counts = Rc::new((Cell::new(0_u64), Cell::new(0_u64)));
    let is_over = Rc::new(is_over);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let clients: Vec<_> = bodies
            .into_iter()
            .map(|body| {
                let (counts, is_over, address) = (Rc::clone(&counts), Rc::clone(&is_over), address.to_owned());
                spawn_local(async move {
                    let mut sender = None;
                    while !is_over() {
                        let call = post("/api/v1/auth/login", body.clone());
                        let answer = send_patiently(&mut sender, &address, call).await;
                        match answer {
                            Ok(answer) if answer.status() == 200 => counts.0.set(counts.0.get() + 1),
                            Ok(answer) => {
                                counts.1.set(counts.1.get() + 1);
                                let wait = answer
                                    .headers()
                                    .get("retry-after")
                                    .and_then(|wait| wait.to_str().ok()?.parse().ok());
                                sleep(Duration::from_secs(wait.unwrap_or(1))).await;
                            }
                            Err(_) => sleep(Duration::from_millis(100)).await,
                        }
                    }
                })
            })
            .collect();
        // Whoever still waits for an answer is not waited for.
        while !is_over() {
            sleep(Duration::from_millis(50)).await;
        }
        for client in clients {
            client.abort();
        }
    });
    (counts.0.get(), counts.1.get())
}
