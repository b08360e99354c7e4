//! The way from a handler to the application: one hop to a thread that may wait (ADR 11).

mod admission;
mod pool;

use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpRequest, web};
use application::{App, Caller};
use identity_core::Phone;
use kernel::{Page, PageRequest, Zone};

use crate::bearer::Bearer;
use crate::checks;
use crate::cursor::{self, Key};
use crate::paging::{IncludeTotal, PageBody, PageInfo, PageLimit};
use crate::problem::{Code, Problem};
use crate::state::State;

use pool::{NoResult, Pool};

/// How long who watches waits for an answer: a store that stands still is not ready, and says nothing of it itself.
const WATCHING_MAX: Duration = Duration::from_secs(2);

/// How much lower these threads stand in the system's schedule than the event loops, which take requests in, answer from
/// memory and say no (nice values).
const STORE_NICENESS: i32 = 5;
const HASHING_NICENESS: i32 = 10;

/// The door to the application.
#[derive(Clone)]
pub struct Door {
    state: web::Data<State>,
    address: Option<IpAddr>,
    room: Room,
}

/// The threads behind the doors.
pub(crate) struct Rooms {
    store: Pool,
    hashing: Pool,
    watching: Pool,
}

/// Where work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Store,
    Hashing,
    Watching,
}

impl Rooms {
    /// Starts so many threads for what asks the store, and so many for what also hashes passwords.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub(crate) fn open(threads: u32, hashing_threads: u32) -> io::Result<Self> {
        Ok(Self {
            store: Pool::start("door", threads, admission::STORE, || stand_back(STORE_NICENESS))?,
            hashing: Pool::start("hashing", hashing_threads, admission::HASHING, || stand_back(HASHING_NICENESS))?,
            watching: Pool::start("watching", 1, admission::WATCHING, || {})?,
        })
    }

    /// Takes no more work, and waits so long at most until what was begun is done; says whether it is.
    pub(crate) fn finish(&self, wait_max: Duration) -> bool {
        let begun = Instant::now();
        let stored = self.store.finish(wait_max);
        self.hashing.finish(wait_max.saturating_sub(begun.elapsed())) && stored
    }
}

impl Door {
    /// The same door for work that hashes passwords: it has threads and a line of its own, so that logins wait for
    /// logins, and nobody else does.
    #[must_use]
    pub fn hashing(self) -> Self {
        Self { room: Room::Hashing, ..self }
    }

    /// The same door for who watches the server: a server that has too much to do is still ready, and a proxy that took
    /// it for lost would give the others more.
    #[must_use]
    pub(crate) fn watching(self) -> Self {
        Self { room: Room::Watching, ..self }
    }

    /// Asks the application something, off the event loop.
    ///
    /// # Errors
    /// `overloaded` (`too_many_logins` where passwords are hashed) when it was not begun, and never will be;
    /// `unavailable` to who watches when it was not done in time; the application's no; a panic is an internal problem.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, application::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.state.app.clone();
        let rooms = &self.state.rooms;
        let pool = match self.room {
            Room::Store => &rooms.store,
            Room::Hashing => &rooms.hashing,
            Room::Watching => &rooms.watching,
        };
        let done = pool.run(move || work(&app));
        let done = match self.room {
            Room::Store | Room::Hashing => done.await,
            Room::Watching => match timeout(WATCHING_MAX, done).await {
                Ok(done) => done,
                Err(_) => return Err(Problem::new(Code::Unavailable, "the store has not answered in time")),
            },
        };
        match done {
            Ok(result) => result.map_err(Problem::from),
            Err(NoResult::Busy) => Err(self.room.busy()),
            Err(NoResult::Panicked) => Err(Problem::internal("the work panicked")),
        }
    }

    /// Asks the application something on somebody's behalf: who they are is looked up in the same hop.
    ///
    /// # Errors
    /// `unauthenticated` when the session is not live any more; else as [`Door::run`].
    pub async fn run_as<T: Send + 'static>(
        &self,
        Bearer(claims): Bearer,
        work: impl FnOnce(&App, &Caller) -> Result<T, application::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let address = self.address;
        self.run(move |app| {
            let caller = app.caller(&claims, address)?;
            work(app, &caller)
        })
        .await
    }

    /// Who is calling: at once if that is known, else by a hop.
    ///
    /// # Errors
    /// `unauthenticated` when the session is not live any more; else as [`Door::run`].
    pub async fn caller(&self, Bearer(claims): Bearer) -> Result<Caller, Problem> {
        let address = self.address;
        match self.state.app.known_caller(&claims, address) {
            Some(caller) => Ok(caller),
            None => self.run(move |app| app.caller(&claims, address)).await,
        }
    }

    /// Which page of this list is wanted; a cursor of another list is refused.
    ///
    /// # Errors
    /// `invalid` names the cursor.
    pub fn page_request<K: Key>(
        &self,
        list: &'static str,
        limit: Option<PageLimit>,
        cursor: Option<&str>,
        IncludeTotal(total): IncludeTotal,
    ) -> Result<PageRequest<K>, Problem> {
        let after = match cursor {
            None => None,
            Some(text) => Some(cursor::open(&self.state.cursor_key, list, text).ok_or_else(|| {
                Problem::invalid_field("/query/cursor", "cursor", "this is not a cursor of this list")
            })?),
        };
        Ok(PageRequest { limit: limit.map_or_else(Default::default, |PageLimit(limit)| limit), after, total })
    }

    /// A page of this list as it is sent.
    pub fn page_body<T, U, K: Key>(
        &self,
        list: &'static str,
        page: Page<T, K>,
        row: impl FnMut(T) -> U,
    ) -> PageBody<U> {
        let next_cursor = page.next.as_ref().map(|position| cursor::seal(&self.state.cursor_key, list, position));
        PageBody { items: page.items.into_iter().map(row).collect(), page: PageInfo { next_cursor }, total: page.total }
    }

    /// The time zone of this IANA name, which stands there in the request.
    ///
    /// # Errors
    /// `invalid` names the field.
    pub(crate) fn time_zone(&self, pointer: &str, name: &str) -> Result<Zone, Problem> {
        self.state.app.time_zone(name).ok_or_else(|| {
            Problem::invalid_field(pointer, "time_zone", "must be an IANA time zone, such as Africa/Lagos")
        })
    }

    /// The time zone whose days are meant by the dates of a query, if it says one.
    ///
    /// # Errors
    /// `invalid` names the parameter.
    pub(crate) fn days_zone(&self, name: Option<&str>) -> Result<Option<Zone>, Problem> {
        name.map(|name| self.time_zone("/query/time_zone", name)).transpose()
    }

    /// The telephone number that stands there in the request.
    ///
    /// # Errors
    /// `invalid` names the field.
    pub(crate) fn phone(&self, pointer: &str, text: &str) -> Result<Phone, Problem> {
        let number = self.state.app.phone(text);
        number.ok_or_else(|| Problem::invalid_field(pointer, "phone", checks::NO_PHONE))
    }

    /// Where the request came from, as far as that can be believed.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}

impl Room {
    fn busy(self) -> Problem {
        match self {
            Self::Store | Self::Watching => {
                Problem::new(Code::Overloaded, "too many others are served at this moment; nothing was done")
            }
            Self::Hashing => Problem::new(Code::TooManyLogins, "too many passwords are checked at this moment")
                .with_header(RETRY_AFTER, HeaderValue::from_static("2")),
        }
    }
}

/// Lets other threads go first.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "the whole process would stand back"))]
fn stand_back(niceness: i32) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(niceness) {
        log::debug!("at normal priority: {error}");
    }
}

impl FromRequest for Door {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().cloned();
        let door = state.map(|state| Self { address: state.client_address(request), room: Room::Store, state });
        ready(door.ok_or_else(|| Problem::internal("the state is not there")))
    }
}
