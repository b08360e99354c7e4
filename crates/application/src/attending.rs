//! Visits that nobody attended.

use chrono::TimeDelta;
use kernel::{StoreError, UnitOfWorkExt};
use scheduling_core::visiting::{self, Step};
use scheduling_core::{Actor, Appointment, Error};

use crate::App;
use crate::audit::{AuditAction, record};
use crate::editions::Concern;

/// How many visits one round marks; the next round takes the rest.
const VISITS_PER_ROUND: u32 = 500;

impl App {
    /// Marks visits that are still `booked` after their start and the grace as `noshow`, each in its own transaction, and
    /// says how many. One that somebody has just changed is left to the next round.
    ///
    /// # Errors
    /// When the store fails; what was marked before stays marked.
    pub fn mark_no_shows(&self) -> Result<u32, StoreError> {
        let Some(grace) = self.settings().no_show_grace_minutes else { return Ok(0) };
        let cutoff = self.clock.now() - TimeDelta::minutes(i64::from(grace));
        let mut marked = 0;
        for visit in self.store.read(|store| store.unattended(cutoff, VISITS_PER_ROUND))? {
            marked += self.mark_no_show(&visit)?;
        }
        Ok(marked)
    }

    fn mark_no_show(&self, visit: &Appointment) -> Result<u32, StoreError> {
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let about = |_: &u32| Concern::Doctors(vec![visit.doctor]);
        let marked = self.store.write_about(about, |store| match store.appointment(visit.id)? {
            Some(current) if current.revision == visit.revision => {
                visiting::advance(store, &current, Step::NoShow, Actor::SYSTEM, None, now)?;
                let subject = Some(visit.id.uuid());
                record(store, audited, now, None, AuditAction::AppointmentMissed, subject, None)?;
                Ok(1)
            }
            _ => Ok(0),
        });
        match marked {
            Ok(marked) => Ok(marked),
            Err(Error::Refused(_)) => Ok(0),
            Err(Error::Store(error)) => Err(error),
        }
    }
}
