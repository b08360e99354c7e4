//! Lists as they are asked for without a filter, or with one that little fits.

use application::audit::{AuditAction, AuditFilter};
use application::messages::MessageFilter;
use application::ports::{AppointmentFilter, AppointmentSort, FreeSlotFilter, SlotFilter};
use clinic_core::ports::{DoctorFilter, PatientFilter};
use identity_core::AccountStatus;
use identity_core::ports::AccountFilter;
use kernel::{
    AccountId, AnyOf, DoctorId, LocationId, Order, PageRequest, PatientId, Role, StoreError, UnitOfWorkExt, Word,
};
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
        let order = Order::Descending;
        store.doctors(&DoctorFilter { order, ..DoctorFilter::default() }, &by_name)?;
        store.patients(&PatientFilter { order, ..PatientFilter::default() }, &by_name)?;
        store.accounts(&AccountFilter { order, ..AccountFilter::default() }, &by_name)?;
        for roles in [AnyOf::default(), [Role::Admin].into(), [Role::Admin, Role::Patient].into()] {
            for statuses in
                [AnyOf::default(), [AccountStatus::Inactive].into(), AccountStatus::ALL.iter().copied().collect()]
            {
                let filter = AccountFilter { roles: roles.clone(), statuses, ..AccountFilter::default() };
                store.accounts(&filter, &by_name)?;
            }
        }
        for statuses in [AnyOf::default(), MessageStatus::ALL.iter().copied().collect()] {
            for order in [Order::Ascending, Order::Descending] {
                store.messages_page(&MessageFilter { statuses: statuses.clone(), order }, &by_time)?;
            }
        }
        for (actor, about) in [(None, vec![]), (Some(account), vec![]), (None, vec![account.uuid()])] {
            let (rare, rarer) = (AuditAction::AuditExported, AuditAction::SettingsChanged);
            for actions in [AnyOf::default(), [rare].into(), [rare, rarer].into()] {
                let filter = AuditFilter { actor, about: about.clone(), actions, ..AuditFilter::default() };
                store.audit_page(&filter, &by_time)?;
            }
        }
        let (free, blocked) = (SlotStatus::Free, SlotStatus::BusyUnavailable);
        for statuses in [AnyOf::default(), [free].into(), [free, blocked].into()] {
            store.slots_page(&SlotFilter { statuses, ..SlotFilter::default() }, &by_time)?;
        }
        for order in [Order::Ascending, Order::Descending] {
            let (pending, noshow) = (AppointmentStatus::Pending, AppointmentStatus::NoShow);
            for statuses in [AnyOf::default(), [pending].into(), [pending, noshow].into()] {
                let filter = AppointmentFilter { statuses, order, ..AppointmentFilter::default() };
                store.appointments_page(&filter, &by_time)?;
            }
            let nobody = (DoctorId::new(sample::fresh()), PatientId::new(sample::fresh()));
            for (doctor, patient) in [(None, None), (Some(nobody.0), None), (None, Some(nobody.1))] {
                for updated_since in [None, Some(sample::instant("2126-01-01T00:00:00Z"))] {
                    let sort = AppointmentSort::Update;
                    let some = AppointmentFilter { doctor, patient, updated_since, ..AppointmentFilter::default() };
                    store.appointments_page(&AppointmentFilter { sort, order, ..some }, &by_time)?;
                }
            }
        }
        let free =
            FreeSlotFilter { starts: starts.clone().into(), doctor: None, location: None, specialty: None, city: None };
        store.free_slots(&free, &by_time)?;
        let location = Some(LocationId::new(sample::fresh()));
        store.free_slots(&FreeSlotFilter { location, ..free }, &by_time)?;
        store.live_sessions_of(account, sample::now()).map(drop)
    };
    store.read(ask).unwrap();
}
