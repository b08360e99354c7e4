use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use clinic_core::ports::Places;
use clinic_core::{Doctor, Patient, Specialty};
use identity_core::{Account, AccountStatus, EmailProof, PasswordHash, registering};
use kernel::{
    AccountId, Currency, DoctorId, Guard, MessageId, PatientId, Revision, Role, ScheduleId, UnitOfWorkExt, tidy,
};
use messaging_core::{Addressee, Message, MessageKind};
use scheduling_core::Schedule;

use super::birth::refuse_mistyped_birth;
use super::{DoctorDetails, Me, NewAccount, NewProfile, PatientDetails, me_of};
use crate::audit::{AuditAction, record_account};
use crate::{App, Caller, Error, Refusal, Store, Thing};

/// The codes of these specialties, each once, sorted.
///
/// # Errors
/// `UnknownSpecialty` names the first that is not in the list; or the store fails.
pub(crate) fn specialty_codes<S: Places + ?Sized>(store: &mut S, named: &[String]) -> Result<Vec<String>, Error> {
    let list: BTreeSet<String> = store.specialties()?.into_iter().map(|specialty| specialty.code).collect();
    let mut codes = BTreeSet::new();
    for (index, name) in named.iter().enumerate() {
        let code = Specialty::code_of(name);
        if !list.contains(&code) {
            return Err(Refusal::UnknownSpecialty { index, code: name.clone() }.into());
        }
        codes.insert(code);
    }
    Ok(codes.into_iter().collect())
}

/// On what terms an account is made.
pub(crate) struct Terms<'a> {
    /// Who makes it, unless it is its owner or the command line.
    pub(crate) by: Option<&'a Caller>,
    /// How the audit log calls it.
    pub(crate) action: AuditAction,
    /// Whether it may come in.
    pub(crate) status: AccountStatus,
    /// Whether its owner has to prove the address.
    pub(crate) proof: EmailProof,
    /// What its owner is owed at once.
    pub(crate) owed: Option<MessageKind>,
}

impl App {
    /// Makes an account with its profile, in one transaction.
    pub(crate) fn make_account(&self, new: &NewAccount, terms: &Terms<'_>) -> Result<Me, Error> {
        let (now, settings) = (self.clock.now(), self.settings());
        let account = account_of(new, AccountId::new(self.ids.fresh()), terms, now);
        let account = match &new.password {
            None => account,
            Some(password) => {
                self.judge(&account, password)?;
                Account { password: self.passwords.hash(password)?, ..account }
            }
        };
        let (profile, schedule) = (self.ids.fresh(), ScheduleId::new(self.ids.fresh()));
        let (audit, message) = (self.ids.fresh(), MessageId::new(self.ids.fresh()));
        self.store.write(|store| {
            registering::register(store, &account, settings.admins_max)?;
            match &new.profile {
                NewProfile::Patient(details) => {
                    refuse_mistyped_birth(details.date_of_birth, settings.birth_year_min, now)?;
                    add_patient(store, account.id, PatientId::new(profile), details)?;
                }
                NewProfile::Doctor(details) => {
                    add_doctor(store, account.id, DoctorId::new(profile), schedule, details, settings.currency)?;
                }
                NewProfile::Receptionist | NewProfile::Admin => {}
            }
            if let Some(kind) = terms.owed {
                store.add_messages(&[mail(message, kind, account.id, now)])?;
            }
            record_account(store, audit, now, terms.by, terms.action, &account)?;
            Ok(me_of(store, account.clone())?)
        })
    }
}

/// A message to whoever has this account, due at once.
pub(crate) fn mail(id: MessageId, kind: MessageKind, to: AccountId, now: DateTime<Utc>) -> Message {
    Message { id, kind, to: Addressee::Account(to), about: None, created_at: now, due_at: now }
}

/// The account, whose password is still to be set.
fn account_of(new: &NewAccount, id: AccountId, terms: &Terms<'_>, now: DateTime<Utc>) -> Account {
    let role = match new.profile {
        NewProfile::Patient(_) => Role::Patient,
        NewProfile::Doctor(_) => Role::Doctor,
        NewProfile::Receptionist => Role::Receptionist,
        NewProfile::Admin => Role::Admin,
    };
    Account {
        id,
        role,
        status: terms.status,
        email: new.email.clone(),
        full_name: tidy(&new.full_name),
        phone: new.phone.clone(),
        username: new.username.clone(),
        national_id: new.national_id.clone(),
        profile_pic: new.profile_pic.clone(),
        password: PasswordHash::unset(),
        password_set_at: None,
        pending_email: None,
        email_verified_at: taken_on_trust(terms.proof, now),
        created_at: now,
        revision: Revision::FIRST,
    }
}

/// When an address that is new to us counts as proved.
pub(crate) fn taken_on_trust(proof: EmailProof, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match proof {
        EmailProof::OnTrust => Some(now),
        EmailProof::Required => None,
    }
}

fn add_patient<S: Store + ?Sized>(
    store: &mut S,
    account: AccountId,
    id: PatientId,
    details: &PatientDetails,
) -> Result<(), Error> {
    store.add_guard(Guard::Patient(id))?;
    store.add_patient(&Patient {
        id,
        account,
        date_of_birth: details.date_of_birth,
        gender: details.gender,
        blood_group: details.blood_group,
        address: details.address.clone(),
        emergency_contact: details.emergency_contact.clone(),
        medical_history: details.medical_history.clone(),
        revision: Revision::FIRST,
    })?;
    Ok(())
}

fn add_doctor<S: Store + ?Sized>(
    store: &mut S,
    account: AccountId,
    id: DoctorId,
    schedule: ScheduleId,
    details: &DoctorDetails,
    currency: Currency,
) -> Result<(), Error> {
    let location = match details.location {
        Some(id) => store.location(id)?,
        None => store.locations()?.into_iter().next(),
    };
    let location = location.ok_or(Refusal::Unknown(Thing::Location))?;
    let specialties = specialty_codes(store, &details.specialties)?;
    store.add_guard(Guard::Doctor(id))?;
    store.add_doctor(&Doctor {
        id,
        account,
        specialties,
        license_number: details.license_number.clone(),
        qualifications: details.qualifications.clone(),
        experience_years: details.experience_years,
        consultation_fee: details.consultation_fee.map(|fee| fee.in_full(currency)),
        accepting_bookings: true,
        location: location.id,
        revision: Revision::FIRST,
    })?;
    store.add_schedule(&Schedule {
        id: schedule,
        doctor: id,
        location: location.id,
        zone: location.zone,
        accepting_bookings: true,
    })?;
    Ok(())
}
