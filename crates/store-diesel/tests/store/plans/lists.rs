//! Lists as they are asked for without a filter, or with one that little fits.

use application::audit::{AuditAction, AuditFilter};
use application::ports::{AppointmentFilter, FreeSlotFilter, Order, SlotFilter};
use clinic_core::ports::{DoctorFilter, PatientFilter};
use identity_core::AccountStatus;
use identity_core::ports::AccountFilter;
use kernel::{AccountId, PageRequest, Role, StoreError, UnitOfWorkExt, Word};
use messaging_core::MessageStatus;
use scheduling_core::{AppointmentStatus, SlotStatus};
use testkit::{AnyStore, Shared, sample};

/// Reads the first page of each.
pub(super) fn read_all(store: &Shared, account: AccountId) {
    let (by_name, by_time) = (PageRequest::default(), PageRequest::default());
    let starts = sample::instant("2026-01-01T00:00:00Z")..sample::instant("2126-01-01T00:00:00Z");
    let ask = |store: &mut AnyStore| -> Result<(), StoreError> {
        store.doctors(&DoctorFilter::default(), &by_name)?;
        let within = Some(starts.clone().into());
        store.doctors(&DoctorFilter { free_within: within, ..DoctorFilter::default() }, &by_name)?;
        store.patients(&PatientFilter::default(), &by_name)?;
        for role in [None, Some(Role::Admin), Some(Role::Patient)] {
            for status in [None, Some(AccountStatus::Inactive)] {
                store.accounts(&AccountFilter { role, status, ..AccountFilter::default() }, &by_name)?;
            }
        }
        for status in MessageStatus::ALL.iter().copied().map(Some).chain([None]) {
            store.messages_page(status, &by_time)?;
        }
        for (actor, about) in [(None, vec![]), (Some(account), vec![]), (None, vec![account.uuid()])] {
            for action in [None, Some(AuditAction::AuditExported)] {
                let filter = AuditFilter { actor, about: about.clone(), action, ..AuditFilter::default() };
                store.audit_page(&filter, &by_time)?;
            }
        }
        for status in [None, Some(SlotStatus::Free), Some(SlotStatus::BusyUnavailable)] {
            store.slots_page(&SlotFilter { status, ..SlotFilter::default() }, &by_time)?;
        }
        for order in [Order::Earliest, Order::Latest] {
            for statuses in [vec![], vec![AppointmentStatus::Pending]] {
                let filter = AppointmentFilter { statuses, order, ..AppointmentFilter::default() };
                store.appointments_page(&filter, &by_time)?;
            }
        }
        let free = FreeSlotFilter { starts: starts.clone().into(), doctor: None, specialty: None, city: None };
        store.free_slots(&free, &by_time)?;
        store.live_sessions_of(account, sample::now()).map(drop)
    };
    store.read(ask).unwrap();
}
