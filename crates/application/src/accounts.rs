//! Making accounts, and one's own account.

mod birth;
mod making;
mod own;

use std::net::IpAddr;

use chrono::NaiveDate;
use clinic_core::{BloodGroup, DoctorEntry, Gender, PatientEntry};
use identity_core::ports::Accounts;
use identity_core::{
    Account, AccountStatus, EmailAddress, EmailProof, NationalId, Password, Phone, Subject, Username, registering,
};
use kernel::{AccountId, LocationId, Price, Role, StoreError, UnitOfWorkExt, tidy};
use messaging_core::MessageKind;
use uuid::Uuid;

use crate::audit::{AuditAction, account_fields, record};
use crate::{App, Caller, Edit, Error, Refusal, Store};

pub(crate) use birth::refuse_mistyped_birth;
pub(crate) use making::{Terms, mail, specialty_codes, taken_on_trust};

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Unique.
    pub email: EmailAddress,
    /// Judged with the person's own data as a hint. Without one nobody comes in before its owner has chosen one by mail.
    pub password: Option<Password>,
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

/// A role, with what its profile is made of.
#[derive(Clone, Debug)]
pub enum NewProfile {
    /// A patient's.
    Patient(PatientDetails),
    /// A doctor's.
    Doctor(DoctorDetails),
    /// None.
    Receptionist,
    /// None.
    Admin,
}

/// What a patient says of themself.
#[derive(Clone, Debug, Default)]
pub struct PatientDetails {
    /// Not in the future.
    pub date_of_birth: Option<NaiveDate>,
    /// Administrative.
    pub gender: Option<Gender>,
    /// ABO and Rh(D).
    pub blood_group: Option<BloodGroup>,
    /// Where the patient lives.
    pub address: Option<String>,
    /// Whom to call.
    pub emergency_contact: Option<String>,
    /// In their own words.
    pub medical_history: Option<String>,
}

/// What a doctor says of themself.
#[derive(Clone, Debug)]
pub struct DoctorDetails {
    /// One or more, by code or name.
    pub specialties: Vec<String>,
    /// Under which licence the doctor practises.
    pub license_number: String,
    /// Degrees and the like.
    pub qualifications: Option<String>,
    /// Whole years.
    pub experience_years: Option<u8>,
    /// Where; the first location unless said.
    pub location: Option<LocationId>,
    /// What a visit costs.
    pub consultation_fee: Option<Price>,
}

/// An account with its profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The account.
    pub account: Account,
    /// Its profile, if the role has one.
    pub profile: Profile,
}

/// The profile of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A patient's.
    Patient(PatientEntry),
    /// A doctor's.
    Doctor(DoctorEntry),
    /// The role has none.
    None,
}

impl Profile {
    /// The profile's identity.
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::Patient(entry) => Some(entry.patient.id.uuid()),
            Self::Doctor(entry) => Some(entry.doctor.id.uuid()),
            Self::None => None,
        }
    }
}

/// What an account's owner changes of it.
#[derive(Clone, Debug, Default)]
pub struct AccountEdit {
    /// The name.
    pub full_name: Option<String>,
    /// The telephone number.
    pub phone: Option<Phone>,
    /// The username.
    pub username: Edit<Username>,
    /// Where a picture is.
    pub profile_pic: Edit<String>,
}

impl AccountEdit {
    /// Whether it may take what another account has.
    const fn is_of_names(&self) -> bool {
        self.phone.is_some() || matches!(self.username, Edit::Set(_))
    }

    pub(crate) fn over(self, account: Account) -> Account {
        Account {
            full_name: self.full_name.map_or(account.full_name, |name| tidy(&name)),
            phone: self.phone.or(account.phone),
            username: self.username.over(account.username),
            profile_pic: self.profile_pic.over(account.profile_pic),
            revision: account.revision.next(),
            ..account
        }
    }
}

impl App {
    /// Makes a patient's or a doctor's account for anybody, with its profile, in one transaction.
    ///
    /// It waits for an administrator where the settings say so of its role. Where addresses are to be proved, its owner
    /// is owed a message about that. `address` is where the request came from: of the names that others have only few
    /// are told to each.
    ///
    /// # Errors
    /// `Forbidden` for any other role, `TooManyTakenNames`, and all of [`App::create_account`].
    pub fn register(&self, new: &NewAccount, address: Option<IpAddr>) -> Result<Me, Error> {
        let role = match new.profile {
            NewProfile::Patient(_) => Role::Patient,
            NewProfile::Doctor(_) => Role::Doctor,
            NewProfile::Receptionist | NewProfile::Admin => return Err(Refusal::Forbidden.into()),
        };
        let waits = self.settings().activation_by_admin.contains(&role);
        let proof = self.email_proof();
        let terms = Terms {
            by: None,
            action: AuditAction::AccountRegistered,
            status: if waits { AccountStatus::Waiting } else { AccountStatus::Active },
            proof,
            owed: (proof == EmailProof::Required).then_some(MessageKind::VerifyEmail),
        };
        let address = address.filter(|_| self.settings().delays_by_address);
        self.counting_taken(address.map(Subject::taken_for_address).as_ref(), || self.make_account(new, &terms))
    }

    /// Makes an active account of any role, whose address is taken on trust; only for those who run the installation.
    ///
    /// # Errors
    /// A weak password, a unique field that is taken, an unknown location or specialty, a birth in the future, too
    /// many administrators; or the store or cryptography fails.
    pub fn create_account(&self, new: &NewAccount) -> Result<Me, Error> {
        let terms = Terms {
            by: None,
            action: AuditAction::AccountCreated,
            status: AccountStatus::Active,
            proof: EmailProof::OnTrust,
            owed: None,
        };
        self.make_account(new, &terms)
    }

    /// The caller's account with its profile.
    ///
    /// # Errors
    /// When the store fails.
    pub fn me(&self, caller: &Caller) -> Result<Me, Error> {
        self.store.read(|store| {
            let account = own_account(store, caller.account)?;
            Ok(me_of(store, account)?)
        })
    }

    /// Changes the caller's account.
    ///
    /// # Errors
    /// A unique field that is taken, `TooManyTakenNames`; or the store fails.
    pub fn change_me(&self, caller: &Caller, edit: &AccountEdit) -> Result<Me, Error> {
        let (entry, now) = (self.ids.fresh(), self.clock.now());
        let subject = edit.is_of_names().then(|| Subject::taken_for_account(caller.account));
        self.counting_taken(subject.as_ref(), || {
            self.store.write(|store| {
                let old = own_account(store, caller.account)?;
                let account = edit.clone().over(old.clone());
                registering::amend(store, &old, &account)?;
                let fields = account_fields(&old, &account);
                record(store, entry, now, Some(caller), AuditAction::AccountChanged, Some(account.id.uuid()), fields)?;
                Ok(me_of(store, account)?)
            })
        })
    }

    pub(crate) fn email_proof(&self) -> EmailProof {
        if self.settings().email_verification { EmailProof::Required } else { EmailProof::OnTrust }
    }

    /// Refuses a password that is easily guessed by somebody who knows the account.
    pub(crate) fn judge(&self, account: &Account, password: &Password) -> Result<(), Error> {
        let known = [
            Some(account.email.as_str()),
            Some(account.full_name.as_str()),
            account.phone.as_ref().map(Phone::as_str),
            account.username.as_ref().map(Username::as_str),
            account.national_id.as_ref().map(NationalId::as_str),
        ];
        let known: Vec<&str> = known.into_iter().flatten().collect();
        self.passwords.judge(password, &known).map_err(identity_core::Refusal::from)?;
        Ok(())
    }
}

pub(crate) fn me_of<S: Store + ?Sized>(store: &mut S, account: Account) -> Result<Me, StoreError> {
    let profile = match account.role {
        Role::Patient => store.patient_of(account.id)?.map(Profile::Patient),
        Role::Doctor => store.doctor_of(account.id)?.map(Profile::Doctor),
        Role::Receptionist | Role::Admin => None,
    };
    Ok(Me { account, profile: profile.unwrap_or(Profile::None) })
}

pub(crate) fn own_account<S: Accounts + ?Sized>(store: &mut S, id: AccountId) -> Result<Account, Error> {
    Ok(store.account(id)?.ok_or(Refusal::Unauthenticated)?)
}
