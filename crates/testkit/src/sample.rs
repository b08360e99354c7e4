//! Values with sensible defaults, each different from every other in whatever must be unique.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use clinic_core::{BloodGroup, Doctor, Gender, Location, Patient};
use identity_core::{Account, AccountStatus, PasswordHash};
use kernel::{
    AccountId, AppointmentId, DoctorId, LocationId, Money, PatientId, Revision, Role, ScheduleId, SlotId, Zone,
};
use scheduling_core::{Appointment, AppointmentStatus, Interval, Schedule, Slot};
use uuid::{Builder, Uuid};

/// The password of every sample account, as [`PlainPasswords`](crate::PlainPasswords) keeps it.
pub const PASSWORD: &str = "correct horse battery";

/// An identity that nobody has had, greater than those that this process made before.
pub fn fresh() -> Uuid {
    static MADE: AtomicU64 = AtomicU64::new(1);
    let mut random = [0; 10];
    random.copy_from_slice(&random_bits().to_be_bytes()[6..]);
    Builder::from_unix_timestamp_millis(MADE.fetch_add(1, Ordering::Relaxed), &random).into_uuid()
}

#[expect(clippy::disallowed_methods, reason = "several test processes may share a database, and no test depends on it")]
fn random_bits() -> u128 {
    Uuid::new_v4().as_u128()
}

/// Reads an instant, so that a test can say which one it means: `2026-11-23T09:00:00Z`.
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant is written as in RFC 3339")
}

/// What time it is in a test that does not care: a Friday morning.
pub fn now() -> DateTime<Utc> {
    instant("2026-11-20T08:00:00Z")
}

/// An active account with an e-mail address and, unless it is staff, a telephone number of its own.
pub fn account(role: Role, full_name: &str) -> Account {
    let id = fresh();
    let phone = matches!(role, Role::Patient | Role::Doctor).then(|| {
        // German numbers may have as many.
        let digits = 1_000_000_000_000 + random_bits() % 9_000_000_000_000;
        format!("+49{digits}").parse().expect("15 digits are a telephone number")
    });
    Account {
        id: AccountId::new(id),
        role,
        status: AccountStatus::Active,
        email: format!("{}@example.org", id.simple()).parse().expect("this is an e-mail address"),
        full_name: full_name.to_owned(),
        phone,
        username: None,
        national_id: None,
        profile_pic: None,
        password: PasswordHash::new(format!("plain:{PASSWORD}")),
        password_set_at: None,
        pending_email: None,
        email_verified_at: Some(now()),
        created_at: now(),
        revision: Revision::FIRST,
    }
}

/// A place in Berlin, whatever its zone.
pub fn location(zone: Zone) -> Location {
    Location {
        id: LocationId::new(fresh()),
        name: "Clinic by the river".to_owned(),
        address: "Uferstraße 1".to_owned(),
        city: "Berlin".to_owned(),
        zone,
        revision: Revision::FIRST,
    }
}

/// A general practitioner who accepts bookings.
pub fn doctor(account: AccountId, location: LocationId) -> Doctor {
    Doctor {
        id: DoctorId::new(fresh()),
        account,
        specialties: vec!["general_practice".to_owned()],
        license_number: "L-1815".to_owned(),
        qualifications: Some("MD".to_owned()),
        experience_years: Some(12),
        consultation_fee: Some(Money::new(4_500, "EUR").expect("this is money")),
        accepting_bookings: true,
        location,
        revision: Revision::FIRST,
    }
}

/// A patient of whom everything is known.
pub fn patient(account: AccountId) -> Patient {
    Patient {
        id: PatientId::new(fresh()),
        account,
        date_of_birth: NaiveDate::from_ymd_opt(1990, 2, 28),
        gender: Some(Gender::Female),
        blood_group: Some(BloodGroup::ONegative),
        address: Some("Seestraße 7".to_owned()),
        emergency_contact: Some("Her sister, +49 30 5550199".to_owned()),
        medical_history: Some("Asthma".to_owned()),
        revision: Revision::FIRST,
    }
}

/// The diary of a doctor at the location.
pub fn schedule(doctor: &Doctor, location: &Location) -> Schedule {
    Schedule {
        id: ScheduleId::new(fresh()),
        doctor: doctor.id,
        location: location.id,
        zone: location.zone,
        accepting_bookings: doctor.accepting_bookings,
    }
}

/// A free slot of this schedule.
pub fn slot(schedule: &Schedule, start: DateTime<Utc>, minutes: u32) -> Slot {
    let interval = Interval::of_minutes(start, minutes).expect("a slot is not empty");
    Slot::new(SlotId::new(fresh()), schedule, interval)
}

/// An appointment in this slot that the patient has booked, and which is not written to say so.
pub fn appointment(slot: &Slot, patient: PatientId) -> Appointment {
    Appointment {
        id: AppointmentId::new(fresh()),
        patient,
        doctor: slot.doctor,
        location: slot.location,
        slot: slot.id,
        interval: slot.interval,
        status: AppointmentStatus::Booked,
        reason: Some("Cough".to_owned()),
        notes: None,
        booked_by: Role::Patient,
        received_by: None,
        revision: Revision::FIRST,
        created_at: now(),
        updated_at: now(),
    }
}
