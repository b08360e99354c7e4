//! A process that ends, as if by kill -9, at each event of a booking, a move and a cancellation: before and after every
//! statement, BEGIN and COMMIT, and where diesel prepares one. Afterwards all of the change is there or nothing, and the
//! same request again makes it once.
//!
//! Each test runs itself again in a process of its own, which finds its orders in the environment and ends where they
//! say. The next process has one event more to live, until one does all that was asked for: so no event is left out.

use std::cell::Cell;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::sync::Arc;

use application::app::Ids;
use application::appointments::Booking;
use application::idempotency::{Outcome, Retry};
use application::{App, Caller, Party, Settings};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl};
use kernel::{AccountId, AppointmentId, PatientId, SessionId, SlotId, Zone};
use scheduling_core::booking::Target;
use store_diesel::Database;
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, Shared, sample};
use uuid::Uuid;

use crate::scratch::{self, Scratch};

/// Where a process finds its orders.
const ORDERS: &str = "SLOTKEEPER_TEST_END_AT";

/// What `abort` ends a process with.
const SIGABRT: i32 = 6;

/// All that a change adds or rewrites.
const COUNTS: [&str; 9] = [
    "SELECT COUNT(*) AS counted FROM appointment_changes",
    "SELECT COUNT(*) AS counted FROM messages",
    "SELECT COUNT(*) AS counted FROM audit",
    "SELECT COUNT(*) AS counted FROM answers",
    "SELECT COUNT(*) AS counted FROM appointments",
    "SELECT COALESCE(CAST(SUM(revision) AS SIGNED), 0) AS counted FROM appointments",
    "SELECT COUNT(*) AS counted FROM slots WHERE status = 'busy'",
    "SELECT COALESCE(CAST(SUM(revision) AS SIGNED), 0) AS counted FROM slots",
    "SELECT COALESCE(CAST(SUM(revision) AS SIGNED), 0) AS counted FROM guards",
];

thread_local! {
    /// How many events this thread has to live; none is for ever.
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

#[expect(clippy::unnecessary_wraps, reason = "the form that diesel wants")]
fn ender() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|_: InstrumentationEvent<'_>| match LEFT.get() {
        1 => std::process::abort(),
        left => LEFT.set(left.saturating_sub(1)),
    }))
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Book,
    Move,
    Cancel,
}

/// What a patient asks for: a slot, or something about an appointment.
struct Request {
    verb: Verb,
    account: Uuid,
    patient: Uuid,
    appointment: Uuid,
    slot: Uuid,
}

impl Request {
    /// Whoever asks, in a clinic of their own; what is to be moved or cancelled is booked.
    fn prepare(url: &str, verb: Verb) -> Self {
        let database: Shared = Arc::new(Database::open(url, 1, testkit::time_zones()).unwrap());
        let clinic = Clinic::open(&database, Zone::UTC);
        let (doctor, patient) = (clinic.doctor("Grace"), clinic.patient("Ada"));
        let [one, other] = ["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"]
            .map(|start| clinic.slot(doctor, sample::instant(start), 30).uuid());
        let account = clinic.patient_actor(patient).account.uuid();
        let booking = Self { verb: Verb::Book, account, patient: patient.uuid(), appointment: Uuid::nil(), slot: one };
        match verb {
            Verb::Book => booking,
            Verb::Move | Verb::Cancel => {
                let Outcome::Done(visit, _) = booking.ask(&app(database)) else {
                    unreachable!("nobody has asked before")
                };
                Self { verb, appointment: visit.id.uuid(), slot: other, ..booking }
            }
        }
    }

    fn to_orders(&self, event: u32, url: &str) -> String {
        let Self { account, patient, appointment, slot, .. } = self;
        format!("{event} {url} {account} {patient} {appointment} {slot}")
    }

    /// How many events there are to live, where the database is, and what to ask for.
    fn of_orders(orders: &str, verb: Verb) -> (u32, &str, Self) {
        let mut words = orders.split(' ');
        let (event, url) = (words.next().unwrap(), words.next().unwrap());
        let mut id = || words.next().unwrap().parse().unwrap();
        let (account, patient, appointment, slot) = (id(), id(), id(), id());
        (event.parse().unwrap(), url, Self { verb, account, patient, appointment, slot })
    }

    /// Asks, each time under the same key.
    fn ask(&self, app: &App) -> Outcome {
        let caller = &Caller {
            account: AccountId::new(self.account),
            session: SessionId::new(self.account),
            party: Party::Patient(PatientId::new(self.patient)),
            address: None,
        };
        let key = format!("{:?}", self.verb);
        let retry =
            Some(Retry { key: &key, fingerprint: [7; 32], status: 201, body: |visit, _| visit.id.uuid().to_string() });
        let (id, target) = (AppointmentId::new(self.appointment), Target::Slot(SlotId::new(self.slot)));
        let told = match self.verb {
            Verb::Book => {
                let booking = Booking { target, patient: None, reason: Some("Cough".to_owned()), notes: None };
                app.book(caller, &booking, retry)
            }
            Verb::Move => app.reschedule(caller, id, target, None, retry),
            Verb::Cancel => app.cancel(caller, id, None, Some("Better".to_owned()), retry),
        };
        told.unwrap()
    }
}

/// Ids that several processes can make for one database.
struct FreshIds;

impl Ids for FreshIds {
    fn fresh(&self) -> Uuid {
        sample::fresh()
    }
}

fn app(database: Shared) -> App {
    let (clock, tokens) = (FixedClock::at(sample::now()), PlainTokens::default());
    let (ids, passwords) = (Arc::new(FreshIds), Arc::new(PlainPasswords));
    let app = App::new(database, Arc::new(clock), ids, passwords, Arc::new(tokens), Settings::default());
    // What the installation decided is asked for now, and not while events are counted.
    app.settings();
    app
}

fn open(url: &str) -> App {
    app(Arc::new(Database::open(url, 1, testkit::time_zones()).unwrap()))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    counted: i64,
}

fn counts(url: &str) -> Vec<i64> {
    macro_rules! ask {
        ($connection:expr) => {{
            let mut connection = $connection;
            let count = |sql: &&str| diesel::sql_query(*sql).get_result::<Count>(&mut connection).unwrap().counted;
            COUNTS.iter().map(count).collect()
        }};
    }
    #[cfg(feature = "sqlite")]
    if let Some(path) = url.strip_prefix("sqlite://") {
        return ask!(<diesel::SqliteConnection as diesel::Connection>::establish(path).unwrap());
    }
    #[cfg(feature = "mysql")]
    return ask!(scratch::connect(url));
    #[cfg(not(feature = "mysql"))]
    panic!("{url}: this engine was not built in");
}

/// By how much each count has grown.
fn growth(url: &str, before: &[i64]) -> Vec<i64> {
    counts(url).iter().zip(before).map(|(after, before)| after - before).collect()
}

#[expect(clippy::disallowed_methods, reason = "a process that is to end finds its orders there")]
fn orders() -> Option<String> {
    std::env::var(ORDERS).ok()
}

/// Runs this test in another process, with these orders.
fn process(test: &str, orders: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(ORDERS, orders).output().unwrap()
}

fn all_or_nothing(test: &str, make: fn() -> Scratch, verb: Verb) {
    if let Some(orders) = orders() {
        set_default_instrumentation(ender).unwrap();
        let (event, url, request) = Request::of_orders(&orders, verb);
        let app = open(url);
        LEFT.set(event);
        request.ask(&app);
        LEFT.set(0);
        return;
    }
    let database = make().shut();
    let url = &database.url;

    let (request, before) = (Request::prepare(url, verb), counts(url));
    request.ask(&open(url));
    let (nothing, whole) = (vec![0; COUNTS.len()], growth(url, &before));
    assert!(whole.iter().take(4).all(|count| 0 < *count), "history, messages, audit and answer: {whole:?}");

    let mut kept_at = Vec::new();
    for event in 1.. {
        let (request, before) = (Request::prepare(url, verb), counts(url));
        let ended = process(test, &request.to_orders(event, url));
        let kept = growth(url, &before);
        let is_kept = kept == whole;
        assert!(is_kept || kept == nothing, "event {event}: {kept:?} of {whole:?} was kept");
        if ended.status.success() {
            assert!(is_kept, "event {event}: done, and not kept");
            break;
        }
        assert_eq!(ended.status.signal(), Some(SIGABRT), "event {event}: {ended:?}");
        let again = request.ask(&open(url));
        assert_eq!(matches!(again, Outcome::Replayed { .. }), is_kept, "event {event}: {again:?}");
        assert_eq!(growth(url, &before), whole, "event {event}, asked again");
        kept_at.push(is_kept);
    }
    let kept = kept_at.iter().filter(|is_kept| **is_kept).count();
    println!("{verb:?}: ended at each of {} events; the change was kept after the last {kept}", kept_at.len());
    assert!(kept_at.is_sorted() && kept_at.first() == Some(&false) && kept_at.last() == Some(&true), "{kept_at:?}");
    assert_eq!(Database::open(url, 1, testkit::time_zones()).unwrap().violations().unwrap(), []);
}

macro_rules! all_or_nothing {
    ($($name:ident: $make:path, $verb:expr;)+) => {
        $(#[test]
        fn $name() {
            all_or_nothing(concat!("failpoints::", stringify!($name)), $make, $verb);
        })+
    };
}

#[cfg(feature = "sqlite")]
all_or_nothing! {
    a_booking_on_sqlite_is_made_or_not_wherever_the_process_ends: scratch::sqlite, Verb::Book;
    a_move_on_sqlite_is_made_or_not_wherever_the_process_ends: scratch::sqlite, Verb::Move;
    a_cancellation_on_sqlite_is_made_or_not_wherever_the_process_ends: scratch::sqlite, Verb::Cancel;
}

#[cfg(feature = "mysql")]
all_or_nothing! {
    a_booking_on_mariadb_is_made_or_not_wherever_the_process_ends: scratch::mysql, Verb::Book;
    a_move_on_mariadb_is_made_or_not_wherever_the_process_ends: scratch::mysql, Verb::Move;
    a_cancellation_on_mariadb_is_made_or_not_wherever_the_process_ends: scratch::mysql, Verb::Cancel;
}
