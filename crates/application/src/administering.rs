//! Other people's accounts, for administrators.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use identity_core::activating::{self, Switched};
use identity_core::ports::AccountFilter;
use identity_core::{Account, AccountStatus, EmailAddress, EmailProof, NationalId, Phone, Username, registering};
use kernel::{AccountId, AnyOf, Guard, Held, MessageId, Page, PageRequest, StoreError, UnitOfWorkExt};
use messaging_core::MessageKind;
use scheduling_core::AppointmentStatus;

use crate::access::Action;
use crate::accounts::{AccountEdit, Me, NewAccount, NewProfile, Profile, Terms, mail, me_of, taken_on_trust};
use crate::audit::{AuditAction, Reading, account_fields, record, record_account};
use crate::login::Confirmed;
use crate::ports::{AppointmentEntry, AppointmentFilter};
use crate::{App, Caller, Error, Refusal, Store, Thing};

/// What an account is made of whose owner chooses the password later.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Unique; the invitation goes there.
    pub email: EmailAddress,
    /// One line.
    pub full_name: String,
    /// Unique.
    pub phone: Option<Phone>,
    /// Unique.
    pub username: Option<Username>,
    /// Unique.
    pub national_id: Option<NationalId>,
    /// Where a picture is.
    pub profile_pic: Option<String>,
    /// The role, and the profile that goes with it.
    pub profile: NewProfile,
}

/// What an administrator changes of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// The e-mail address; another one is to be proved again where addresses are.
    pub email: Option<EmailAddress>,
    /// What its owner could change, too.
    pub edit: AccountEdit,
}

/// An account that is closed, and what has to be decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The account.
    pub me: Me,
    /// The visits still ahead, with the doctor or of the patient, earliest first, [`kernel::Limit::MAX`] at the most. Those that
    /// were being booked with the doctor at that very moment may come after.
    pub needs_attention: Vec<AppointmentEntry>,
}

/// Which account is to be closed.
pub(crate) struct Closing<'a> {
    /// It.
    pub(crate) id: AccountId,
    /// The one that must not be closed: that of the administrator who closes others'.
    pub(crate) kept: Option<AccountId>,
    /// The password that its owner has given for it, which must still be the one.
    pub(crate) confirmed: Option<&'a Confirmed>,
}

impl Invitation {
    fn account(&self) -> NewAccount {
        NewAccount {
            email: self.email.clone(),
            password: None,
            full_name: self.full_name.clone(),
            phone: self.phone.clone(),
            username: self.username.clone(),
            national_id: self.national_id.clone(),
            profile_pic: self.profile_pic.clone(),
            profile: self.profile.clone(),
        }
    }
}

impl App {
    /// Accounts by name.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator; or the store fails.
    pub fn accounts(
        &self,
        caller: &Caller,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<Account, String>, Error> {
        caller.permit_all(Action::ManageAccounts)?;
        let found = self.store.read(|store| store.accounts(filter, page))?;
        let fields =
            [("role", !filter.roles.is_open()), ("status", !filter.statuses.is_open()), ("q", filter.part.is_some())];
        let shown = found.items.iter().map(|account| account.id.uuid());
        self.note(caller, Reading::of_page(AuditAction::AccountsListed, &fields, filter, shown))?;
        Ok(found)
    }

    /// One account.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`; or the store fails.
    pub fn account(&self, caller: &Caller, id: AccountId) -> Result<Me, Error> {
        caller.permit_all(Action::ManageAccounts)?;
        let me = self.store.read(|store| {
            let account = found(store, id)?;
            Ok::<_, Error>(me_of(store, account)?)
        })?;
        self.note(caller, of_account(&me))?;
        Ok(me)
    }

    /// Makes an active account of any role without a password; its owner is owed an invitation.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, and all of [`App::create_account`].
    pub fn invite(&self, caller: &Caller, invitation: &Invitation) -> Result<Me, Error> {
        caller.permit_all(Action::ManageAccounts)?;
        let terms = Terms {
            by: Some(caller),
            action: AuditAction::AccountCreated,
            status: AccountStatus::Active,
            proof: self.email_proof(),
            owed: Some(MessageKind::Invitation),
        };
        self.make_account(&invitation.account(), &terms)
    }

    /// Opens an account that waits or is closed; one that is open stays so.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, `TooManyAdmins`; or the store fails.
    pub fn activate_account(&self, caller: &Caller, id: AccountId) -> Result<Me, Error> {
        caller.permit_all(Action::ManageAccounts)?;
        self.open_account(Some(caller), id)
    }

    /// Closes an account and ends its sessions; one that is closed stays so. What its owner had still to come stays, and
    /// somebody has to decide about it.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, `OwnAccount`, `LastAdmin`; or the store fails.
    pub fn deactivate_account(&self, caller: &Caller, id: AccountId) -> Result<Closed, Error> {
        caller.permit_all(Action::ManageAccounts)?;
        self.close_account(Some(caller), &Closing { id, kept: Some(caller.account), confirmed: None })
    }

    /// Changes an account. Another e-mail address makes worthless what was mailed to the old one.
    ///
    /// # Errors
    /// `Forbidden` for anyone but an administrator, `Unknown`, a unique field that is taken; or the store fails.
    pub fn change_account(&self, caller: &Caller, id: AccountId, change: &AccountChange) -> Result<Me, Error> {
        caller.permit_all(Action::ManageAccounts)?;
        let (now, proof) = (self.clock.now(), self.email_proof());
        let (audit, message) = (self.ids.fresh(), MessageId::new(self.ids.fresh()));
        self.store.write(|store| {
            let before = found(store, id)?;
            let mut account = change.edit.clone().over(before.clone());
            if let Some(email) = &change.email {
                account.email = email.clone();
            }
            let moved = account.email.key() != before.email.key();
            if moved {
                account.email_verified_at = taken_on_trust(proof, now);
                account.pending_email = None;
            }
            registering::amend(store, &before, &account)?;
            if moved {
                store.retire_one_time_tokens(id, now)?;
            }
            if moved && proof == EmailProof::Required {
                store.add_messages(&[mail(message, MessageKind::VerifyEmail, id, now)])?;
            }
            let detail = account_fields(&before, &account);
            record(store, audit, now, Some(caller), AuditAction::AccountChanged, Some(id.uuid()), detail)?;
            Ok(me_of(store, account)?)
        })
    }

    pub(crate) fn open_account(&self, by: Option<&Caller>, id: AccountId) -> Result<Me, Error> {
        let (now, audit, admins_max) = (self.clock.now(), self.ids.fresh(), self.settings().admins_max);
        let mut is_changed = false;
        let me = self.store.write(|store| {
            let switched = activating::activate(store, id, admins_max)?;
            is_changed = matches!(switched, Some(Switched::Now(_)));
            let account = match switched.ok_or(Refusal::Unknown(Thing::Account))? {
                Switched::Before(account) => account,
                Switched::Now(account) => {
                    record_account(store, audit, now, by, AuditAction::AccountActivated, &account)?;
                    account
                }
            };
            Ok::<_, Error>(me_of(store, account)?)
        })?;
        if let Some(caller) = by.filter(|_| !is_changed) {
            self.note(caller, of_account(&me))?;
        }
        Ok(me)
    }

    pub(crate) fn close_account(&self, by: Option<&Caller>, closing: &Closing<'_>) -> Result<Closed, Error> {
        let (now, audit) = (self.clock.now(), self.ids.fresh());
        let closed = self.store.write(|store| {
            if let Some(confirmed) = closing.confirmed {
                confirmed.account(store, now)?;
            }
            let switched = activating::deactivate(store, closing.id, closing.kept, now)?;
            let account = match switched.ok_or(Refusal::Unknown(Thing::Account))? {
                Switched::Before(account) => account,
                Switched::Now(account) => {
                    record_account(store, audit, now, by, AuditAction::AccountDeactivated, &account)?;
                    account
                }
            };
            let me = me_of(store, account)?;
            let needs_attention = visits_ahead(store, &me.profile, now)?;
            Ok::<_, Error>(Closed { me, needs_attention })
        })?;
        if let Some(caller) = by {
            self.note(caller, of_closed(&closed))?;
        }
        Ok(closed)
    }
}

/// The reading of one account.
fn of_account(me: &Me) -> Reading {
    let id = me.account.id.uuid();
    Reading::of_one(AuditAction::AccountRead, id, std::iter::once(id).chain(me.profile.id()))
}

/// The reading of an account that is closed, with the patients who have visits ahead.
fn of_closed(closed: &Closed) -> Reading {
    let id = closed.me.account.id.uuid();
    let patients = closed.needs_attention.iter().map(|visit| visit.appointment.patient.uuid());
    Reading::of_one(AuditAction::AccountRead, id, patients.chain([id]).chain(closed.me.profile.id()))
}

/// What a doctor or a patient has still to come. Whoever books for the patient holds the same guard, and either is in this
/// list or finds the account closed.
fn visits_ahead<S: Store + ?Sized>(
    store: &mut S,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<Vec<AppointmentEntry>, StoreError> {
    let (doctor, patient) = match profile {
        Profile::Doctor(entry) => (Some(entry.doctor.id), None),
        Profile::Patient(entry) => (None, Some(entry.patient.id)),
        Profile::None => return Ok(Vec::new()),
    };
    if let Some(patient) = patient
        && let Held::Missing(_) = store.hold(&BTreeSet::from([Guard::Patient(patient)]))?
    {
        return Err(StoreError::Corrupt { table: "guards", column: "id" });
    }
    let statuses = AnyOf::from([AppointmentStatus::Pending, AppointmentStatus::Booked]);
    let filter = AppointmentFilter { doctor, patient, statuses, ends_after: Some(now), ..AppointmentFilter::default() };
    Ok(store.appointments_page(&filter, &PageRequest::longest())?.items)
}

fn found<S: Store + ?Sized>(store: &mut S, id: AccountId) -> Result<Account, Error> {
    Ok(store.account(id)?.ok_or(Refusal::Unknown(Thing::Account))?)
}
