//! A way between clients and a server that breaks when it is told to, and takes as long as it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

/// How many bytes go on at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What is asked.
    ToServer,
    /// What is answered.
    ToClient,
}

/// What both sides see of a connection that is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// There will be no more (FIN).
    Closed,
    /// It is lost (RST).
    Reset,
}

/// Where a connection is cut: after so many more bytes on this way, of whichever connection carries them. None: before
/// the next byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// On which way the bytes are counted.
    pub way: Way,
    /// How many of them still arrive.
    pub after_bytes: u64,
    /// How it ends.
    pub end: End,
}

/// How many bytes have gone on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// What was asked.
    pub to_server: u64,
    /// What was answered.
    pub to_client: u64,
}

/// Listens on a port of its own, for as long as it lives.
#[derive(Debug)]
pub struct Proxy {
    address: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// `host:port`.
    server: String,
    state: Mutex<State>,
    /// The delay is another one.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    next_cut: Option<Cut>,
    cuts: u64,
    passed: Passed,
    delay: Duration,
    links: Vec<Weak<Link>>,
    is_over: bool,
}

/// One connection, in two halves.
#[derive(Debug)]
struct Link {
    client: TcpStream,
    server: TcpStream,
    is_cut: AtomicBool,
}

impl Proxy {
    /// A proxy before this server, given as `host:port`.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address").to_string();
        let shared = Arc::new(Shared { server: server.to_owned(), state: Mutex::default(), changed: Condvar::new() });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept(&listener));
        Self { address, shared }
    }

    /// `127.0.0.1:` and the port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Cuts a connection there, and not where an earlier call said, if that has not come yet.
    pub fn cut(&self, cut: Cut) {
        self.shared.state().next_cut = Some(cut);
    }

    /// Cuts every connection, at once.
    pub fn cut_all(&self, end: End) {
        let links: Vec<_> = self.shared.state().links.drain(..).filter_map(|link| link.upgrade()).collect();
        for link in links {
            link.cut(end);
        }
    }

    /// Cuts nothing any more that has not been cut.
    pub fn spare(&self) {
        self.shared.state().next_cut = None;
    }

    /// How often a connection was cut where [`Proxy::cut`] said.
    pub fn cuts(&self) -> u64 {
        self.shared.state().cuts
    }

    /// How many bytes have gone on since the beginning.
    pub fn passed(&self) -> Passed {
        self.shared.state().passed
    }

    /// From now on whatever comes waits so long before it goes on. What waits already waits no longer than it has when
    /// this is another delay than before.
    pub fn set_delay(&self, delay: Duration) {
        self.shared.state().delay = delay;
        self.shared.changed.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.set_delay(Duration::ZERO);
        self.cut_all(End::Closed);
        // Whoever accepts sees it now.
        let _ = TcpStream::connect(&self.address);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming() {
            if self.state().is_over {
                return;
            }
            // Whoever cannot be let through finds the connection closed.
            let Ok(client) = client else { continue };
            let Ok(server) = TcpStream::connect(&self.server) else { continue };
            let _ = client.set_nodelay(true).and_then(|()| server.set_nodelay(true));
            let link = Arc::new(Link { client, server, is_cut: AtomicBool::new(false) });
            let mut state = self.state();
            state.links.retain(|link| 0 < link.strong_count());
            state.links.push(Arc::downgrade(&link));
            drop(state);
            for way in [Way::ToServer, Way::ToClient] {
                let (shared, link) = (Arc::clone(self), Arc::clone(&link));
                thread::spawn(move || shared.carry(&link, way));
            }
        }
    }

    /// Carries bytes one way until there are no more.
    fn carry(&self, link: &Link, way: Way) {
        let (mut from, mut to) = match way {
            Way::ToServer => (&link.client, &link.server),
            Way::ToClient => (&link.server, &link.client),
        };
        let mut chunk = [0; CHUNK_BYTES];
        while let Ok(length @ 1..) = from.read(&mut chunk) {
            self.delay();
            let (allowed, end) = self.allow(way, length);
            if to.write_all(&chunk[..allowed]).is_err() {
                break;
            }
            if let Some(end) = end {
                return link.cut(end);
            }
        }
        if !link.is_cut.load(Ordering::Acquire) {
            let _ = to.shutdown(Shutdown::Write);
        }
    }

    fn delay(&self) {
        let state = self.state();
        let delay = state.delay;
        if !delay.is_zero() {
            drop(self.changed.wait_timeout_while(state, delay, |state| state.delay == delay));
        }
    }

    /// How many of so many bytes go on, and how the connection ends then.
    fn allow(&self, way: Way, length: usize) -> (usize, Option<End>) {
        let mut state = self.state();
        let bytes = u64::try_from(length).expect("a chunk is small");
        let (allowed, end) = match state.next_cut {
            Some(cut) if cut.way == way && cut.after_bytes <= bytes => {
                state.next_cut = None;
                state.cuts += 1;
                (cut.after_bytes, Some(cut.end))
            }
            Some(cut) if cut.way == way => {
                state.next_cut = Some(Cut { after_bytes: cut.after_bytes - bytes, ..cut });
                (bytes, None)
            }
            Some(_) | None => (bytes, None),
        };
        match way {
            Way::ToServer => state.passed.to_server += allowed,
            Way::ToClient => state.passed.to_client += allowed,
        }
        (usize::try_from(allowed).expect("no more than the chunk"), end)
    }
}

impl Link {
    /// Ends both halves. They are closed when nobody carries any more; to one that does not linger that is a reset.
    fn cut(&self, end: End) {
        self.is_cut.store(true, Ordering::Release);
        for half in [&self.client, &self.server] {
            let _ = match end {
                End::Closed => half.shutdown(Shutdown::Both),
                End::Reset => {
                    let _ = set_socket_linger(half, Some(Duration::ZERO));
                    half.shutdown(Shutdown::Read)
                }
            };
        }
    }
}
