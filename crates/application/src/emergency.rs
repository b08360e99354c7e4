//! A doctor's reading of a record without a care relation, in an emergency.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Guard, Held, Limit, Order, PageRequest, PatientId};

use crate::access::Action;
use crate::audit::{AuditAction, AuditFilter, record};
use crate::editions::Concern;
use crate::patients::{ShownPatient, shown_one};
use crate::ports::AnyStore;
use crate::{App, Caller, Error, Party, Refusal, Thing};

/// How many records a doctor reads in an emergency within 24 hours.
pub const EMERGENCY_READINGS_MAX: u8 = 10;

/// The time over which emergency readings are counted, on all nodes together.
const EMERGENCY_WINDOW: TimeDelta = TimeDelta::hours(24);

impl App {
    /// The whole of a patient, whoever treats them, once. The audit log keeps the reason with the reading.
    ///
    /// # Errors
    /// `Forbidden` for anyone but a doctor, `Unknown`, `TooManyEmergencyReadings`; or the store fails.
    pub fn read_in_emergency(&self, caller: &Caller, id: PatientId, reason: &str) -> Result<ShownPatient, Error> {
        caller.permit_all(Action::ReadInEmergency)?;
        let Party::Doctor(doctor) = caller.party else { return Err(Refusal::Forbidden.into()) };
        let (audited, now, settings) = (self.ids.fresh(), self.clock.now(), self.settings());
        self.store.write_about(Concern::of_nothing, |store| {
            // Readings at once are counted one after the other.
            if store.hold(&BTreeSet::from([Guard::Doctor(doctor)]))? != Held::All {
                return Err(Error::from(Refusal::Unauthenticated));
            }
            let entry = store.patient(id)?.ok_or(Refusal::Unknown(Thing::Patient))?;
            refuse_too_many(store, caller, now)?;
            let (action, reason) = (AuditAction::PatientReadInEmergency, Some(reason.to_owned()));
            record(store, audited, now, Some(caller), action, Some(id.uuid()), reason)?;
            Ok(shown_one(store, caller, entry, &settings)?)
        })
    }
}

fn refuse_too_many(store: &mut AnyStore, caller: &Caller, now: DateTime<Utc>) -> Result<(), Error> {
    let since = now - EMERGENCY_WINDOW;
    let filter = AuditFilter {
        actor: Some(caller.account),
        actions: [AuditAction::PatientReadInEmergency].into(),
        from: Some(since),
        order: Order::Descending,
        ..AuditFilter::default()
    };
    let limit = Limit::new(EMERGENCY_READINGS_MAX).unwrap_or_default();
    let readings = store.audit_page(&filter, &PageRequest { limit, ..PageRequest::default() })?.items;
    match readings.last() {
        Some(oldest) if usize::from(EMERGENCY_READINGS_MAX) <= readings.len() => {
            let retry_after_seconds = (oldest.at - since).num_seconds().unsigned_abs() + 1;
            Err(Refusal::TooManyEmergencyReadings { most: EMERGENCY_READINGS_MAX, retry_after_seconds }.into())
        }
        _ => Ok(()),
    }
}
