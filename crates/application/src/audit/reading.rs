//! The audit log for administrators.

use chrono::{DateTime, Utc};
use kernel::{Limit, Page, PageRequest, UnitOfWorkExt};

use super::{AuditAction, AuditFilter, AuditLine, record};
use crate::access::Action;
use crate::editions::Concern;
use crate::ports::Order;
use crate::{App, Caller, Error};

impl App {
    /// Entries of the audit log.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator; or the store fails.
    pub fn audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AuditLine, DateTime<Utc>>, Error> {
        caller.permit_all(Action::ReadAudit)?;
        Ok(self.store.read(|store| store.audit_page(filter, page))?)
    }

    /// Begins to take entries out of the house, which is an entry itself: says what is to be asked of [`App::audit`],
    /// page by page. What is written from now on is not part of it, so that it comes to an end.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator; or the store fails.
    pub fn export_audit(
        &self,
        caller: &Caller,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    ) -> Result<(AuditFilter, PageRequest<DateTime<Utc>>), Error> {
        caller.permit_all(Action::ReadAudit)?;
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        let to = to.map_or(now, |to| to.min(now));
        let range = match from {
            Some(from) => format!("{} to {}", from.to_rfc3339(), to.to_rfc3339()),
            None => format!("to {}", to.to_rfc3339()),
        };
        self.store.write_about(Concern::of_nothing, |store| {
            record(store, audited, now, Some(caller), AuditAction::AuditExported, None, Some(range.clone()))
        })?;
        let filter = AuditFilter { from, to: Some(to), order: Order::Earliest, ..AuditFilter::default() };
        let limit = Limit::new(Limit::MAX).unwrap_or_default();
        Ok((filter, PageRequest { limit, after: None }))
    }
}
