use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use clinic_core::ports::Places;
use clinic_core::{Doctor, Patient, Specialty};
use identity_core::{Account, AccountStatus, PasswordHash};
use kernel::{AccountId, Currency, DoctorId, Guard, PatientId, Revision, Role, ScheduleId};
use scheduling_core::Schedule;

use super::{DoctorDetails, NewAccount, NewProfile, PatientDetails};
use crate::{Error, Refusal, Store, Thing};

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

pub(super) fn account_of(new: &NewAccount, id: AccountId, password: PasswordHash, now: DateTime<Utc>) -> Account {
    let role = match new.profile {
        NewProfile::Patient(_) => Role::Patient,
        NewProfile::Doctor(_) => Role::Doctor,
        NewProfile::Receptionist => Role::Receptionist,
        NewProfile::Admin => Role::Admin,
    };
    Account {
        id,
        role,
        status: AccountStatus::Active,
        email: new.email.clone(),
        full_name: new.full_name.clone(),
        phone: new.phone.clone(),
        username: new.username.clone(),
        national_id: new.national_id.clone(),
        profile_pic: new.profile_pic.clone(),
        password,
        created_at: now,
        revision: Revision::FIRST,
    }
}

pub(super) fn add_patient<S: Store + ?Sized>(
    store: &mut S,
    account: AccountId,
    id: PatientId,
    details: &PatientDetails,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    refuse_unborn(details.date_of_birth, now)?;
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

/// Nobody is born later than today, wherever on Earth today is already tomorrow.
pub(crate) fn refuse_unborn(date_of_birth: Option<NaiveDate>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let latest = (now + chrono::TimeDelta::hours(14)).date_naive();
    if date_of_birth.is_some_and(|date| latest < date) { Err(Refusal::BornInFuture) } else { Ok(()) }
}

pub(super) fn add_doctor<S: Store + ?Sized>(
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
