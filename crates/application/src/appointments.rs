//! Booking, moving, cancelling and the day itself.

use chrono::{DateTime, Utc};
use kernel::{AccountId, AppointmentId, Expected, Page, PageRequest, PatientId, Revision, StoreError, UnitOfWorkExt};
use messaging_core::MessageKind;
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::cancelling::{self, CancelRequest};
use scheduling_core::rescheduling::{self, MoveRequest};
use scheduling_core::visiting::{self, Step};
use scheduling_core::{Appointment, CancelReason, Change};

use crate::access::Action;
use crate::audit::{AuditAction, Reading, named, record_visit};
use crate::editions::Concern;
use crate::idempotency::{Changed, Outcome, Retry};
use crate::ports::{AnyStore, AppointmentEntry, AppointmentFilter, Diary, Labels};
use crate::{App, Caller, Edit, Error, Party, Refusal, Settings, Thing, care, telling};

/// A wish for a visit.
#[derive(Clone, Debug)]
pub struct Booking {
    /// In which slot.
    pub target: Target,
    /// For whom; a patient's own unless said.
    pub patient: Option<PatientId>,
    /// Why the patient comes.
    pub reason: Option<String>,
    /// What else the doctor should know.
    pub notes: Option<String>,
}

impl App {
    /// Books a slot: for oneself, or, for staff, for the patient they name; a doctor only in their own slots.
    ///
    /// # Errors
    /// `Forbidden`, `PatientMissing`, `Unknown`, a refusal of [`booking::book`], `IdempotencyKeyReused`; or the store
    /// fails.
    pub fn book(&self, caller: &Caller, booking: &Booking, retry: Option<Retry<'_>>) -> Result<Outcome, Error> {
        let request = BookingRequest {
            id: AppointmentId::new(self.ids.fresh()),
            patient: for_whom(caller, booking.patient)?,
            target: booking.target,
            reason: booking.reason.clone(),
            notes: booking.notes.clone(),
            by: caller.actor(),
        };
        let (audited, now, settings) = (self.ids.fresh(), self.clock.now(), self.settings());
        if let Some(outcome) = self.lost(caller, &request, retry, &settings, now)? {
            return Ok(outcome);
        }
        let postage = self.postage(now);
        let outcome = self.once(caller, retry, |store| {
            permit_slot(store, caller, request.target)?;
            permit_patient(store, caller, request.patient, &settings)?;
            let appointment = booking::book(store, &request, &settings.booking, now)?;
            let told = (AuditAction::AppointmentBooked, None);
            record_visit(store, audited, now, Some(caller), told, &appointment)?;
            postage.tell(store, Some(telling::of_booking(&appointment)), None, &appointment)?;
            let labels = labels_of(store, &appointment)?;
            Ok(Changed { doctor_before: appointment.doctor, after: appointment, labels })
        });
        self.lately_taken.learn(request.target, &outcome);
        outcome
    }

    /// Moves a visit to another slot.
    ///
    /// # Errors
    /// `Unknown`, a refusal of [`rescheduling::reschedule`], `IdempotencyKeyReused`; or the store fails.
    pub fn reschedule(
        &self,
        caller: &Caller,
        id: AppointmentId,
        target: Target,
        reason: Option<String>,
        retry: Option<Retry<'_>>,
    ) -> Result<Outcome, Error> {
        let request = MoveRequest { target, by: caller.actor(), reason };
        let (now, settings) = (self.clock.now(), self.settings());
        let action = (Action::Book, AuditAction::AppointmentMoved);
        let news = |_: &Appointment| Some(MessageKind::Moved);
        self.on_appointment(caller, action, id, retry, news, |store, appointment| {
            rescheduling::reschedule(store, appointment, &request, &settings.booking, now)
        })
    }

    /// Calls a visit off.
    ///
    /// # Errors
    /// `Unknown`, a refusal of [`cancelling::cancel`], `IdempotencyKeyReused`; or the store fails.
    pub fn cancel(
        &self,
        caller: &Caller,
        id: AppointmentId,
        reason_code: Option<CancelReason>,
        reason: Option<String>,
        retry: Option<Retry<'_>>,
    ) -> Result<Outcome, Error> {
        let request = CancelRequest { by: caller.actor(), reason_code, reason };
        let (now, settings) = (self.clock.now(), self.settings());
        let action = (Action::Book, AuditAction::AppointmentCancelled);
        let news = |_: &Appointment| Some(MessageKind::Cancelled);
        self.on_appointment(caller, action, id, retry, news, |store, appointment| {
            cancelling::cancel(store, appointment, &request, &settings.booking, now)
        })
    }

    /// Takes a visit one step on.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`, a refusal of [`visiting::advance`], `IdempotencyKeyReused`; or the store fails.
    pub fn advance(
        &self,
        caller: &Caller,
        id: AppointmentId,
        step: Step,
        reason: Option<&str>,
        retry: Option<Retry<'_>>,
    ) -> Result<Outcome, Error> {
        let action = match step {
            Step::Confirm => (Action::Confirm, AuditAction::AppointmentConfirmed),
            Step::Refuse => (Action::Confirm, AuditAction::AppointmentRefused),
            Step::Arrive => (Action::Receive, AuditAction::AppointmentArrived),
            Step::CheckIn => (Action::Receive, AuditAction::AppointmentCheckedIn),
            Step::Complete => (Action::Complete, AuditAction::AppointmentCompleted),
            Step::NoShow => (Action::MarkNoShow, AuditAction::AppointmentMissed),
            Step::EnterInError => (Action::Correct, AuditAction::AppointmentEnteredInError),
        };
        let now = self.clock.now();
        let news = |before: &Appointment| telling::of_step(step, before);
        self.on_appointment(caller, action, id, retry, news, |store, appointment| {
            visiting::advance(store, appointment, step, caller.actor(), reason.map(str::to_owned), now)
        })
    }

    /// Undoes a cancellation or a no-show.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`, a refusal of [`visiting::reinstate`], `IdempotencyKeyReused`; or the store fails.
    pub fn reinstate(
        &self,
        caller: &Caller,
        id: AppointmentId,
        reason: Option<&str>,
        retry: Option<Retry<'_>>,
    ) -> Result<Outcome, Error> {
        let (now, settings) = (self.clock.now(), self.settings());
        let policy = &settings.booking;
        let action = (Action::Correct, AuditAction::AppointmentReinstated);
        self.on_appointment(caller, action, id, retry, telling::of_undo, |store, appointment| {
            visiting::reinstate(store, appointment, caller.actor(), reason.map(str::to_owned), policy, now)
        })
    }

    /// Rewrites why the patient comes and what else the doctor should know.
    ///
    /// # Errors
    /// `Unknown`, `Stale`; or the store fails.
    pub fn amend(
        &self,
        caller: &Caller,
        id: AppointmentId,
        reason: &Edit<String>,
        notes: &Edit<String>,
        expected: &Expected,
    ) -> Result<(Appointment, Labels), Error> {
        caller.permit(Action::Book)?;
        let (audited, now, settings) = (self.ids.fresh(), self.clock.now(), self.settings());
        let about = |(amended, _): &(Appointment, _)| Concern::Doctors(vec![amended.doctor]);
        self.store.write_about(about, |store| {
            let AppointmentEntry { appointment, labels, .. } = found(store, caller, Action::Book, id)?;
            let words =
                (reason.clone().over(appointment.reason.clone()), notes.clone().over(appointment.notes.clone()));
            let amended = visiting::amend(store, &appointment, expected, words, caller.actor(), now)?;
            let fields = named(&[
                ("reason", appointment.reason != amended.reason),
                ("notes", appointment.notes != amended.notes),
            ]);
            record_visit(store, audited, now, Some(caller), (AuditAction::AppointmentAmended, fields), &amended)?;
            if care::reads_notes_of(store, caller, &amended, &settings)? {
                return Ok((amended, labels));
            }
            Ok((Appointment { reason: None, notes: None, ..amended }, labels))
        })
    }

    /// Appointments: one's own for patients and doctors, everyone's for front desk and administrators.
    ///
    /// # Errors
    /// When the store fails.
    pub fn appointments(
        &self,
        caller: &Caller,
        filter: &AppointmentFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AppointmentEntry, DateTime<Utc>>, Error> {
        caller.permit(Action::Book)?;
        let mut filter = filter.clone();
        let nobody_elses = match caller.party {
            Party::Patient(own) => *filter.patient.get_or_insert(own) == own,
            Party::Doctor(own) => *filter.doctor.get_or_insert(own) == own,
            Party::Receptionist | Party::Admin => true,
        };
        if !nobody_elses {
            return Ok(Page::empty(page));
        }
        let settings = self.settings();
        let found = self.store.read(|store| {
            let mut found = store.appointments_page(&filter, page)?;
            care::leave_out_unseen(store, caller, &mut found.items, &settings)?;
            Ok::<_, StoreError>(found)
        })?;
        let fields = [
            ("patient_id", filter.patient.is_some()),
            ("doctor_id", filter.doctor.is_some()),
            ("status", !filter.statuses.is_open()),
            ("from", filter.from.is_some() || filter.days.first.is_some()),
            ("to", filter.to.is_some() || filter.days.last.is_some()),
            ("updated_since", filter.updated_since.is_some()),
        ];
        let shown = found.items.iter().map(|entry| entry.appointment.patient.uuid());
        self.note(caller, Reading::of_page(AuditAction::AppointmentsListed, &fields, &filter, shown))?;
        Ok(found)
    }

    /// One appointment.
    ///
    /// # Errors
    /// `Unknown`; or the store fails.
    pub fn appointment(&self, caller: &Caller, id: AppointmentId) -> Result<AppointmentEntry, Error> {
        let settings = self.settings();
        let entry = self.store.read(|store| {
            let mut entry = found(store, caller, Action::Book, id)?;
            care::leave_out_unseen(store, caller, std::slice::from_mut(&mut entry), &settings)?;
            Ok::<_, Error>(entry)
        })?;
        self.note(caller, of_visit(AuditAction::AppointmentRead, &entry.appointment))?;
        Ok(entry)
    }

    /// What has happened to an appointment, oldest first.
    ///
    /// # Errors
    /// `Unknown`; or the store fails.
    pub fn history(
        &self,
        caller: &Caller,
        id: AppointmentId,
        page: &PageRequest<Revision>,
    ) -> Result<Page<Change, Revision>, Error> {
        let settings = self.settings();
        let (appointment, page) = self.store.read(|store| {
            let AppointmentEntry { appointment, .. } = found(store, caller, Action::Book, id)?;
            let mut page = store.changes_page(id, page)?;
            if !care::reads_notes_of(store, caller, &appointment, &settings)? {
                for change in &mut page.items {
                    change.reason = None;
                }
            }
            Ok::<_, Error>((appointment, page))
        })?;
        let changed_by = page.items.iter().map(|change| change.by.account).filter(|by| *by != AccountId::NIL);
        let shown = changed_by.map(AccountId::uuid).chain([appointment.patient.uuid()]);
        self.note(caller, Reading::of_one(AuditAction::AppointmentHistoryRead, id.uuid(), shown))?;
        Ok(page)
    }

    /// The current time, by which a list is divided into past and upcoming.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Does something to an appointment that the caller may do it to, tells the audit log, and owes those concerned the
    /// news of it, of which the appointment as it was before says the kind.
    fn on_appointment(
        &self,
        caller: &Caller,
        (action, told): (Action, AuditAction),
        id: AppointmentId,
        retry: Option<Retry<'_>>,
        news: impl Fn(&Appointment) -> Option<MessageKind>,
        mut work: impl FnMut(&mut AnyStore, &Appointment) -> Result<Appointment, scheduling_core::Error>,
    ) -> Result<Outcome, Error> {
        caller.permit(action)?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let postage = self.postage(now);
        let mut only_read = None;
        let outcome = self.once(caller, retry, |store| {
            let AppointmentEntry { appointment: before, labels, .. } = found(store, caller, action, id)?;
            let after = work(store, &before)?;
            let stays = (after.doctor, after.location) == (before.doctor, before.location);
            let labels = if stays { labels } else { labels_of(store, &after)? };
            // It was so already, and nothing was written.
            only_read = (after.revision == before.revision).then(|| of_visit(AuditAction::AppointmentRead, &after));
            if only_read.is_some() {
                return Ok(Changed { doctor_before: before.doctor, after, labels });
            }
            record_visit(store, audited, now, Some(caller), (told, None), &after)?;
            postage.tell(store, news(&before), Some(&before), &after)?;
            Ok(Changed { after, labels, doctor_before: before.doctor })
        })?;
        if let Some(reading) = only_read {
            self.note(caller, reading)?;
        }
        Ok(outcome)
    }
}

/// The reading of one appointment, with its patient.
fn of_visit(action: AuditAction, appointment: &Appointment) -> Reading {
    Reading::of_one(action, appointment.id.uuid(), [appointment.patient.uuid()])
}

fn for_whom(caller: &Caller, patient: Option<PatientId>) -> Result<PatientId, Refusal> {
    caller.permit(Action::Book)?;
    match (caller.party, patient) {
        (Party::Patient(own), None) => Ok(own),
        (Party::Patient(own), Some(patient)) if own == patient => Ok(own),
        (Party::Patient(_), Some(_)) => Err(Refusal::Unknown(Thing::Patient)),
        (Party::Doctor(_) | Party::Receptionist | Party::Admin, patient) => patient.ok_or(Refusal::PatientMissing),
    }
}

/// A doctor books only in their own diary, and learns nothing of anybody else's.
pub(crate) fn permit_slot(store: &mut AnyStore, caller: &Caller, target: Target) -> Result<(), Error> {
    let Party::Doctor(own) = caller.party else { return Ok(()) };
    let doctor = match target {
        Target::Slot(id) | Target::SlotAt { slot: id, .. } => store.slot(id)?.map(|slot| slot.doctor),
        Target::Start { doctor, .. } => Some(doctor),
    };
    if doctor == Some(own) { Ok(()) } else { Err(Refusal::Unknown(Thing::Slot).into()) }
}

/// A doctor books only for patients whom they find, and learns nothing of the others.
pub(crate) fn permit_patient(
    store: &mut AnyStore,
    caller: &Caller,
    patient: PatientId,
    settings: &Settings,
) -> Result<(), Error> {
    match care::finds_only_patients_of(caller, settings) {
        Some(_) => care::permit_contact(store, caller, patient, settings).map(drop),
        None => Ok(()),
    }
}

fn found<S: Diary + ?Sized>(
    store: &mut S,
    caller: &Caller,
    action: Action,
    id: AppointmentId,
) -> Result<AppointmentEntry, Error> {
    let entry = store.appointment_entry(id)?.ok_or(Refusal::Unknown(Thing::Appointment))?;
    let Appointment { doctor, patient, .. } = entry.appointment;
    caller.permit_on(action, Thing::Appointment, Some(doctor), Some(patient))?;
    Ok(entry)
}

/// The labels of a visit that was just put into a slot of this doctor at this location.
fn labels_of<S: Diary + ?Sized>(store: &mut S, visit: &Appointment) -> Result<Labels, StoreError> {
    store
        .labels(visit.doctor, visit.location)?
        .ok_or(StoreError::Corrupt { table: "appointments", column: "doctor_id" })
}
