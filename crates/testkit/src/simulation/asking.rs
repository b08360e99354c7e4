//! What people ask for, and what they are told.

use application::Caller;
use application::appointments::Booking;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, AppointmentId, DoctorId, Expected, Revision, SlotId, StoreError};
use scheduling_core::booking::Target;
use scheduling_core::opening::{Hours, Window};
use scheduling_core::publishing::SlotEdit;
use scheduling_core::visiting::Step;
use scheduling_core::{Interval, Slot};

use super::cast::{CAST, SLOT_MINUTES, ZONE, patient_of};
use super::plan::Plan;
use super::world::Inside;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Book(Booking),
    Move(AppointmentId, Target),
    Cancel(AppointmentId),
    Advance(AppointmentId, Step),
    Reinstate(AppointmentId),
    Amend(AppointmentId, Expected),
    Publish(DoctorId, Interval),
    PublishMany(DoctorId, Hours),
    ChangeSlot(SlotId, SlotEdit),
    RemoveSlots(Vec<SlotId>),
    Close(AccountId),
    Open(AccountId),
    /// At most so many letters.
    Deliver(u32),
    MarkNoShows,
    Expire,
    Sweep,
    /// What was answered before, at this revision, is looked up.
    LookUp(AppointmentId, Revision),
}

impl Ask {
    /// The visit that is to be changed, where it is one that is there.
    pub(super) fn visit(&self) -> Option<AppointmentId> {
        if let Self::Move(id, _) | Self::Cancel(id) | Self::Advance(id, _) | Self::Reinstate(id) | Self::Amend(id, _) =
            self
        {
            Some(*id)
        } else {
            None
        }
    }

    /// Whether it can be asked again under the same key.
    fn has_key(&self) -> bool {
        matches!(self, Self::Book(_)) || (self.visit().is_some() && !matches!(self, Self::Amend(..)))
    }
}

/// What somebody was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is done, and this is what was shown.
    Visit { subject: AppointmentId, revision: Revision, body: String },
    /// These slots were made or changed.
    Slots(Vec<Slot>),
    /// It is done.
    Done,
    /// A rule said no.
    Refused(String),
    /// The store could not; nothing was written.
    Failed(StoreError),
    /// Nobody knows.
    Unknown,
    /// Nothing.
    Nothing,
}

impl Said {
    /// Whether it means that nothing was written.
    pub(super) fn is_no(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Failed(_))
    }

    /// Whether it means that what was asked for was done.
    pub(super) fn is_yes(&self) -> bool {
        matches!(self, Self::Visit { .. } | Self::Slots(_) | Self::Done)
    }
}

/// A request, and what was said to it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) who: Caller,
    pub(super) node: usize,
    pub(super) ask: Ask,
    /// Which request it repeats; itself if it is the first.
    pub(super) first: usize,
    /// Whether it has a key, by which it can be told from another one that asks for the same.
    pub(super) has_key: bool,
    /// When.
    pub(super) at: DateTime<Utc>,
    pub(super) said: Said,
}

impl Asked {
    /// The key of it and of those that repeat it.
    pub(super) fn key(&self) -> Option<String> {
        self.has_key.then(|| format!("request-{}", self.first))
    }

    /// Whether to make it again.
    pub(super) fn is_unsettled(&self) -> bool {
        self.has_key && matches!(self.said, Said::Failed(_) | Said::Unknown | Said::Nothing)
    }
}

/// What is asked for next: again what is not settled, now and then what somebody else is asking for at this moment under
/// the same key, or something new.
pub(super) fn next(inside: &mut Inside, plan: &Plan) -> Asked {
    let node = inside.dice.below(plan.kind.nodes());
    let again = if !inside.unsettled.is_empty() && (inside.left == 0 || inside.dice.happens(400)) {
        let at = inside.dice.below(inside.unsettled.len());
        Some(inside.unsettled.swap_remove(at))
    } else if inside.dice.happens(20) {
        inside.under_way().filter(|number| inside.asked[*number].has_key)
    } else {
        None
    };
    if let Some(number) = again {
        return Asked { node, said: Said::Nothing, ..inside.asked[number].clone() };
    }
    let (who, ask) = something(inside, plan);
    let has_key = ask.has_key() && inside.dice.happens(850);
    Asked { who, node, has_key, ask, first: inside.asked.len(), at: inside.now, said: Said::Nothing }
}

fn something(inside: &mut Inside, plan: &Plan) -> (Caller, Ask) {
    let visits: Vec<(AppointmentId, Caller)> =
        inside.engine.committed().appointments.values().map(|visit| (visit.id, *CAST.patient(visit.patient))).collect();
    let Inside { dice, .. } = inside;
    let visit = dice.pick(visits);
    let (doctor, doctors_caller) = *dice.pick(&CAST.doctors).expect("there are doctors");
    let staff = *dice.pick([&CAST.desk, &CAST.admin, &doctors_caller]).expect("there are three");
    let chance = dice.below(100);
    match (chance, visit) {
        (0..30, _) | (30..58, None) => book(inside, staff, doctor),
        (30..38, Some((id, patient))) => {
            let who = inside.dice.pick([patient, staff]).expect("there are two");
            (who, Ask::Move(id, target(inside, doctor)))
        }
        (38..46, Some((id, patient))) => (inside.dice.pick([patient, staff]).expect("there are two"), Ask::Cancel(id)),
        (46..54, Some((id, _))) => {
            let steps = [Step::Confirm, Step::Refuse, Step::Arrive, Step::CheckIn, Step::Complete, Step::EnterInError];
            (staff, Ask::Advance(id, inside.dice.pick(steps).expect("there are steps")))
        }
        (54..56, Some((id, _))) => (CAST.admin, Ask::Reinstate(id)),
        (56..58, Some((id, patient))) => (patient, Ask::Amend(id, Expected::Any)),
        (58..63, _) => (staff_of(staff, doctors_caller), publish(inside, doctor)),
        (63..69, _) => change_slot(inside, doctors_caller),
        (69..72, _) => {
            let slots = inside.some_slots(2);
            (CAST.desk, Ask::RemoveSlots(slots))
        }
        (72..74, _) => (CAST.admin, Ask::Close(doctors_caller.account)),
        (74..77, _) => (CAST.admin, Ask::Open(doctors_caller.account)),
        (77..89, _) => {
            let letters = inside.dice.below(4);
            (CAST.admin, Ask::Deliver(u32::try_from(letters).expect("this fits")))
        }
        (89..91, _) => (CAST.admin, Ask::MarkNoShows),
        (91..93, _) => (CAST.admin, Ask::Expire),
        (93..95, _) => (CAST.admin, Ask::Sweep),
        _ => look_up(inside, plan).unwrap_or_else(|| book(inside, staff, doctor)),
    }
}

/// Who publishes for a doctor: not another doctor.
fn staff_of(staff: Caller, doctor: Caller) -> Caller {
    if matches!(staff.party, application::Party::Doctor(_)) { doctor } else { staff }
}

fn book(inside: &mut Inside, staff: Caller, doctor: DoctorId) -> (Caller, Ask) {
    let target = target(inside, doctor);
    let patient = *inside.dice.pick(&CAST.patients).expect("there are patients");
    let by_staff = inside.dice.happens(250);
    let whose = by_staff.then(|| patient_of(&patient));
    let booking = Booking { target, patient: whose, reason: None, notes: None };
    (if by_staff { staff } else { patient }, Ask::Book(booking))
}

fn target(inside: &mut Inside, doctor: DoctorId) -> Target {
    let some = inside.some_slots(1).first().copied();
    let slot = some.and_then(|id| inside.engine.committed().slots.get(&id).copied());
    match slot {
        Some(slot) if inside.dice.happens(200) => Target::Start { doctor: slot.doctor, start: slot.interval.start() },
        Some(slot) if inside.dice.happens(300) => Target::SlotAt { slot: slot.id, start: slot.interval.start() },
        Some(slot) => Target::Slot(slot.id),
        None => Target::Start { doctor, start: CAST.opens },
    }
}

fn publish(inside: &mut Inside, doctor: DoctorId) -> Ask {
    let start = some_start(inside);
    let count = inside.dice.below(3);
    if count == 0 {
        Ask::Publish(doctor, Interval::of_minutes(start, SLOT_MINUTES).expect("a slot is not empty"))
    } else {
        Ask::PublishMany(doctor, hours(start, count))
    }
}

/// So many slots from then on.
fn hours(start: DateTime<Utc>, count: usize) -> Hours {
    let start = start.with_timezone(&*ZONE);
    let end = start + TimeDelta::minutes(i64::from(SLOT_MINUTES)) * i32::try_from(count).expect("this fits");
    Hours {
        start_date: start.date_naive(),
        end_date: start.date_naive(),
        window: Window::new(start.time(), end.time()).expect("it ends later in the morning"),
        pause: None,
        weekdays: None,
        slot_minutes: SLOT_MINUTES,
    }
}

/// In the morning, at whole and half slots, so that much overlaps.
fn some_start(inside: &mut Inside) -> DateTime<Utc> {
    let halves = i64::try_from(inside.dice.below(12)).expect("this fits");
    CAST.opens + TimeDelta::minutes(30 + halves * i64::from(SLOT_MINUTES) / 2)
}

fn change_slot(inside: &mut Inside, doctor: Caller) -> (Caller, Ask) {
    use scheduling_core::publishing::Availability::{Free, Unavailable};

    let start = some_start(inside);
    let edits = [
        SlotEdit { availability: Some(Unavailable), ..SlotEdit::default() },
        SlotEdit { availability: Some(Free), ..SlotEdit::default() },
        SlotEdit { start: Some(start), ..SlotEdit::default() },
    ];
    let edit = inside.dice.pick(edits).expect("there are edits");
    match inside.some_slots(1).first() {
        Some(id) => (CAST.desk, Ask::ChangeSlot(*id, edit)),
        None => (doctor, Ask::Deliver(1)),
    }
}

/// Looks up what somebody was told, where they may count on seeing it.
fn look_up(inside: &mut Inside, plan: &Plan) -> Option<(Caller, Ask)> {
    let told = inside.asked.iter().filter_map(|asked| {
        let Said::Visit { subject, revision, .. } = &asked.said else { return None };
        Some((*subject, *revision))
    });
    let (id, revision) = inside.dice.pick(told.collect::<Vec<_>>())?;
    plan.is_causal().then_some((CAST.admin, Ask::LookUp(id, revision)))
}

impl Inside {
    /// Some of the slots that are there.
    fn some_slots(&mut self, most: usize) -> Vec<SlotId> {
        let ids: Vec<SlotId> = self.engine.committed().slots.keys().copied().collect();
        (0..most).filter_map(|_| self.dice.pick(ids.iter().copied())).collect()
    }
}
