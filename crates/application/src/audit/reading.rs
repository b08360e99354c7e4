//! The audit log for administrators.

use chrono::{DateTime, Utc};
use kernel::{AccountId, DoctorId, Order, Page, PageRequest, PatientId, StoreError, UnitOfWorkExt};
use uuid::Uuid;

use super::{AuditAction, AuditFilter, AuditLine, Reading, record};
use crate::access::Action;
use crate::accounts::me_of;
use crate::editions::Concern;
use crate::ports::AnyStore;
use crate::{App, Caller, Error};

impl App {
    /// Entries of the audit log. Those about a person, who may be named by their account or by their profile, are about
    /// either, or have shown them in a list.
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
        let found = self.store.read(|store| {
            let about = filter.about.iter().map(|id| ids_of(store, *id)).collect::<Result<Vec<_>, _>>()?.concat();
            store.audit_page(&AuditFilter { about, ..filter.clone() }, page)
        })?;
        let fields = [
            ("actor", filter.actor.is_some()),
            ("subject", !filter.about.is_empty()),
            ("action", !filter.actions.is_open()),
            ("from", filter.from.is_some()),
            ("to", filter.to.is_some()),
        ];
        let shown = found.items.iter().flat_map(|line| line.subject.into_iter().chain(line.actor)).collect::<Vec<_>>();
        self.note(caller, Reading::of_page(AuditAction::AuditRead, &fields, filter, shown))?;
        Ok(found)
    }

    /// A page of what is taken out of the house, of which one entry tells from [`App::export_audit`] on.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator; or the store fails.
    pub fn exported_audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AuditLine, DateTime<Utc>>, Error> {
        caller.permit_all(Action::ReadAudit)?;
        Ok(self.store.read(|store| store.audit_page(filter, page))?)
    }

    /// Begins to take entries out of the house, which is an entry itself: says what is to be asked of
    /// [`App::exported_audit`], page by page. What is written from now on is not part of it, so that it comes to an end.
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
        let filter = AuditFilter { from, to: Some(to), order: Order::Ascending, ..AuditFilter::default() };
        Ok((filter, PageRequest::longest()))
    }
}

/// The account and the profile of the person who has this id; of what is no person, the id alone.
fn ids_of(store: &mut AnyStore, id: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let other = if let Some(entry) = store.patient(PatientId::new(id))? {
        Some(entry.patient.account.uuid())
    } else if let Some(entry) = store.doctor(DoctorId::new(id))? {
        Some(entry.doctor.account.uuid())
    } else if let Some(account) = store.account(AccountId::new(id))? {
        me_of(store, account)?.profile.id()
    } else {
        None
    };
    Ok(std::iter::once(id).chain(other).collect())
}
