//! A page reads few more rows than it shows, whatever MariaDB thinks of the tables.

use application::audit::AuditFilter;
use application::ports::{AnyStore, AppointmentFilter, AppointmentSort, FreeSlotFilter, SlotFilter};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use kernel::{
    AppointmentId, DoctorId, Limit, LocationId, MessageId, Order, PageRequest, PatientId, Revision, StoreError,
    UnitOfWorkExt, Zone,
};
use messaging_core::{About, Addressee, Message, MessageKind};
use scheduling_core::{AppointmentStatus, SlotStatus};
use testkit::{Clinic, sample};

use crate::recording::{self, Statement, rows_read};
use crate::scratch::{Scratch, connect, mysql};

/// How many rows of slots this has read, as the server counts them.
fn slots_read(scratch: &Scratch, work: impl FnOnce()) -> i64 {
    let name = scratch.url.rsplit('/').next().unwrap();
    let count = || {
        let total = format!(
            "SELECT CAST(COALESCE(SUM(rows_read), 0) AS SIGNED) FROM information_schema.table_statistics \
             WHERE table_schema = '{name}' AND table_name = 'slots'"
        );
        sql::<BigInt>(&total).get_result::<i64>(&mut crate::scratch::connect(&scratch.url)).unwrap()
    };
    let before = count();
    work();
    count() - before
}

#[test]
fn a_page_of_free_slots_is_not_sorted_from_all_of_them() {
    const DOCTORS: u32 = 40;
    let scratch = mysql();
    scratch.on_schema("SET GLOBAL userstat = 1");
    let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
    let from = sample::instant("2026-11-23T00:00:00Z");
    for n in 0..DOCTORS {
        clinic.slots(clinic.doctor(&format!("Grace {n}")), from, 30, 250);
    }
    let limit = Limit::new(20).unwrap();
    let to = from + TimeDelta::days(30);
    for city in [None, Some(clinic.location().city.clone())] {
        let filter = FreeSlotFilter { doctor: None, location: None, specialty: None, city, starts: (from..to).into() };
        let mut after = None;
        for _ in 0..3 {
            let page = PageRequest { limit, after: after.take(), ..PageRequest::default() };
            let read = slots_read(&scratch, || {
                let found = scratch.read(|store: &mut AnyStore| store.free_slots(&filter, &page)).unwrap();
                assert_eq!(found.items.len(), 20);
                after = found.next;
            });
            // Slots that start together come twice: as the end of one page, and before the beginning of the next.
            assert!((20..=i64::from(20 + 1 + DOCTORS)).contains(&read), "{read} rows for {:?}", filter.city);
        }
    }
}

/// Owes a doctor and a patient many messages about many visits; says which is one of those.
fn owe_messages(clinic: &Clinic, doctor: DoctorId, patient: PatientId) -> AppointmentId {
    let message = |appointment, to| Message {
        id: MessageId::new(sample::fresh()),
        kind: MessageKind::Booked,
        to,
        about: Some(About { appointment, revision: Revision::FIRST }),
        created_at: sample::now(),
        due_at: sample::now(),
    };
    let visits: Vec<AppointmentId> = (0..500).map(|_| AppointmentId::new(sample::fresh())).collect();
    let both =
        |visit: &AppointmentId| [Addressee::Doctor(doctor), Addressee::Patient(patient)].map(|to| message(*visit, to));
    let messages: Vec<Message> = visits.iter().flat_map(both).collect();
    clinic.write(|store| store.add_messages(&messages));
    *visits.last().unwrap()
}

/// A question to the store.
type Ask<'a> = Box<dyn Fn(&mut AnyStore) -> Result<(), StoreError> + 'a>;

/// A page of ten, and what else belongs to it.
const ROWS_READ_MAX: i64 = 100;

/// How many doctors it has.
const DOCTORS: u8 = 21;

/// A clinic now, with a doctor and a patient who have had many visits.
struct LongPast {
    scratch: Scratch,
    clinic: Clinic,
    now: DateTime<Utc>,
    busy: DoctorId,
    patient: PatientId,
}

impl LongPast {
    /// Most of what is free is to come.
    fn new() -> Self {
        recording::begin();
        let scratch = mysql();
        let clinic = Clinic::open(&scratch.shared(), Zone::UTC);
        let now = sample::instant("2026-11-23T09:00:00Z");
        let (busy, patient) = (clinic.doctor("Grace"), clinic.patient("Ada"));
        let past = clinic.slots(busy, now - TimeDelta::minutes(30 * 6_000), 30, 6_000);
        let ahead = clinic.slots(busy, now, 30, 400);
        for n in 1..DOCTORS {
            clinic.slots(clinic.doctor(&format!("Ada {n}")), now, 30, 100);
        }
        clinic.write(|store| {
            for (n, slot) in past.iter().chain(&ahead).enumerate().filter(|(n, _)| n % 2 == 0) {
                let status = if n % 4 == 0 { AppointmentStatus::Fulfilled } else { AppointmentStatus::Booked };
                store
                    .add_appointment(&scheduling_core::Appointment { status, ..sample::appointment(slot, patient) })?;
            }
            Ok(())
        });
        Self { scratch, clinic, now, busy, patient }
    }

    /// Fails where a question has a statement read more than belongs to a page.
    fn check(&self, asks: &[(&str, Ask<'_>)]) {
        self.check_most(ROWS_READ_MAX, asks);
    }

    fn check_most(&self, most: i64, asks: &[(&str, Ask<'_>)]) {
        let connection = &mut connect(&self.scratch.url);
        let mut far_off = Vec::new();
        for (name, ask) in asks {
            let sent = recording::sent(|| self.scratch.read(|store: &mut AnyStore| ask(store)).unwrap());
            for statement in sent.iter().map(|sent| Statement::read(sent)) {
                let read = rows_read(connection, &statement);
                if most < read {
                    far_off.push(format!("{name}: {read} rows: {}", statement.literal()));
                }
            }
        }
        assert!(far_off.is_empty(), "{far_off:#?}");
    }
}

/// MariaDB may take a range for a look-up by the first columns of some index, and read all the past, or all the rows of a
/// status. How the rows are spread decides.
#[test]
fn a_page_of_one_doctor_reads_nothing_of_the_past() {
    let clinic = LongPast::new();
    let LongPast { now, busy, patient, .. } = clinic;
    let told = owe_messages(&clinic.clinic, busy, patient);
    let page = PageRequest::default();
    let far = now + TimeDelta::days(60);
    let free =
        FreeSlotFilter { doctor: Some(busy), location: None, specialty: None, city: None, starts: (now..far).into() };
    let slots = SlotFilter { doctor: Some(busy), from: Some(now), ..SlotFilter::default() };
    let upcoming = AppointmentFilter { doctor: Some(busy), ends_after: Some(now), ..AppointmentFilter::default() };
    let over =
        AppointmentFilter { ends_after: None, ended_by: Some(now), order: Order::Descending, ..upcoming.clone() };
    let day = scheduling_core::Interval::new(now, now + TimeDelta::hours(8)).unwrap();
    clinic.check(&[
        ("free, of a doctor", Box::new(|store| store.free_slots(&free, &page).map(drop))),
        ("free", Box::new(|store| store.free_slots(&FreeSlotFilter { doctor: None, ..free.clone() }, &page).map(drop))),
        ("slots", Box::new(|store| store.slots_page(&slots, &page).map(drop))),
        (
            "free slots",
            Box::new(|store| {
                store.slots_page(&SlotFilter { statuses: [SlotStatus::Free].into(), ..slots.clone() }, &page).map(drop)
            }),
        ),
        ("slots within", Box::new(|store| store.slots_within(busy, day).map(drop))),
        ("upcoming, of a doctor", Box::new(|store| store.appointments_page(&upcoming, &page).map(drop))),
        ("past, of a doctor", Box::new(|store| store.appointments_page(&over, &page).map(drop))),
        (
            "upcoming, of a patient",
            Box::new(|store| {
                let own = AppointmentFilter { doctor: None, patient: Some(patient), ..upcoming.clone() };
                store.appointments_page(&own, &page).map(drop)
            }),
        ),
        (
            "past, of a patient",
            Box::new(|store| {
                let own = AppointmentFilter { doctor: None, patient: Some(patient), ..over.clone() };
                store.appointments_page(&own, &page).map(drop)
            }),
        ),
        (
            "upcoming",
            Box::new(|store| {
                let statuses = [AppointmentStatus::Booked].into();
                store
                    .appointments_page(&AppointmentFilter { doctor: None, statuses, ..upcoming.clone() }, &page)
                    .map(drop)
            }),
        ),
        ("engagements", Box::new(|store| store.engagements_of(patient, day).map(drop))),
        ("a doctor's day", Box::new(|store| store.count_active_of_doctor_within(busy, day).map(drop))),
        (
            "starts",
            Box::new(|store| {
                let day = day.start()..day.end();
                store.active_starts(&[(busy, day)]).map(drop)
            }),
        ),
        ("told of a visit", Box::new(|store| store.messages_about(told, Addressee::Doctor(busy)).map(drop))),
        ("audit", Box::new(|store| store.audit_page(&AuditFilter::default(), &page).map(drop))),
    ]);
}

#[test]
fn a_page_of_several_statuses_or_of_changes_reads_nothing_else() {
    let clinic = LongPast::new();
    let LongPast { now, busy, patient, .. } = clinic;
    let rare = [AppointmentStatus::Booked, AppointmentStatus::Pending, AppointmentStatus::NoShow];
    let coming = AppointmentFilter { ends_after: Some(now), statuses: rare.into(), ..AppointmentFilter::default() };
    let changed = AppointmentFilter {
        updated_since: Some(sample::now() + TimeDelta::microseconds(1)),
        sort: AppointmentSort::Update,
        ..AppointmentFilter::default()
    };
    let of_doctor = AppointmentFilter { doctor: Some(busy), ..changed.clone() };
    let of_patient = AppointmentFilter { patient: Some(patient), ..changed.clone() };
    let last = AppointmentFilter { updated_since: None, order: Order::Descending, ..of_doctor.clone() };
    let [coming, changed, of_doctor, of_patient, last] =
        [coming, changed, of_doctor, of_patient, last].map(|filter| -> Ask<'_> {
            Box::new(move |store| store.appointments_page(&filter, &PageRequest::default()).map(drop))
        });
    clinic.check(&[
        ("of several statuses", coming),
        ("changed", changed),
        ("changed, of a doctor", of_doctor),
        ("changed, of a patient", of_patient),
        ("changed last, of a doctor", last),
    ]);
}

/// A look is the slot, and its doctor and the doctor's account, who may be booked.
#[test]
fn a_page_of_one_location_is_a_short_look_for_each_doctor_there() {
    const ROWS_OF_A_LOOK: i64 = 6;
    let clinic = LongPast::new();
    let now = clinic.now;
    let starts = now..now + TimeDelta::days(60);
    let at = |location: LocationId| FreeSlotFilter {
        doctor: None,
        location: Some(location),
        specialty: None,
        city: None,
        starts: starts.clone().into(),
    };
    let (here, nowhere) = (at(clinic.clinic.location().id), at(LocationId::new(sample::fresh())));
    let looks = ROWS_OF_A_LOOK * i64::from(DOCTORS);
    clinic.check_most(looks, &[("here", Box::new(|store| store.free_slots(&here, &PageRequest::default()).map(drop)))]);
    clinic.check(&[("nowhere", Box::new(|store| store.free_slots(&nowhere, &PageRequest::default()).map(drop)))]);
}
