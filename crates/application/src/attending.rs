//! Visits whose time has come: those that nobody attended, and requests that nobody confirmed.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{StoreError, UnitOfWorkExt};
use messaging_core::MessageKind;
use scheduling_core::visiting::{self, Step};
use scheduling_core::{Actor, Appointment, AppointmentStatus, Error};

use crate::App;
use crate::audit::{AuditAction, record_visit};
use crate::editions::Concern;
use crate::ports::AnyStore;

/// How many visits one round changes; the next round takes the rest.
const VISITS_PER_ROUND: u32 = 500;

/// What a job does to a visit, and how it is told.
struct Deed {
    work: fn(&mut AnyStore, &Appointment, DateTime<Utc>) -> Result<Appointment, Error>,
    told: AuditAction,
    news: Option<MessageKind>,
}

impl App {
    /// Marks visits that are still `booked` after their start and the grace as `noshow`, each in its own transaction, and
    /// says how many. One that somebody has just changed is left to the next round.
    ///
    /// # Errors
    /// When the store fails; what was marked before stays marked.
    pub fn mark_no_shows(&self) -> Result<u32, StoreError> {
        let Some(grace) = self.settings().no_show_grace_minutes else { return Ok(0) };
        let cutoff = self.clock.now() - TimeDelta::minutes(i64::from(grace));
        let mark = Deed {
            work: |store, visit, now| visiting::advance(store, visit, Step::NoShow, Actor::SYSTEM, None, now),
            told: AuditAction::AppointmentMissed,
            news: None,
        };
        self.change_begun(AppointmentStatus::Booked, cutoff, &mark)
    }

    /// Calls off requests that are still `pending` when their time begins, each in its own transaction with the news for
    /// both sides, and says how many.
    ///
    /// # Errors
    /// When the store fails; what has expired before stays so.
    pub fn expire_requests(&self) -> Result<u32, StoreError> {
        let expire = Deed {
            work: |store, visit, now| visiting::expire(store, visit, now),
            told: AuditAction::AppointmentCancelled,
            news: Some(MessageKind::Cancelled),
        };
        self.change_begun(AppointmentStatus::Pending, self.clock.now(), &expire)
    }

    fn change_begun(&self, status: AppointmentStatus, cutoff: DateTime<Utc>, deed: &Deed) -> Result<u32, StoreError> {
        let mut changed = 0;
        for visit in self.store.read(|store| store.begun(status, cutoff, VISITS_PER_ROUND))? {
            changed += self.change_one(&visit, deed)?;
        }
        Ok(changed)
    }

    fn change_one(&self, visit: &Appointment, deed: &Deed) -> Result<u32, StoreError> {
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let postage = self.postage(now);
        let about = |_: &u32| Concern::Doctors(vec![visit.doctor]);
        let changed = self.store.write_about(about, |store| match store.appointment(visit.id)? {
            Some(current) if current.revision == visit.revision => {
                let after = (deed.work)(store, &current, now)?;
                record_visit(store, audited, now, None, (deed.told, None), &after)?;
                postage.tell(store, deed.news, Some(&current), &after)?;
                Ok(1)
            }
            _ => Ok(0),
        });
        match changed {
            Ok(changed) => Ok(changed),
            Err(Error::Refused(_)) => Ok(0),
            Err(Error::Store(error)) => Err(error),
        }
    }
}
