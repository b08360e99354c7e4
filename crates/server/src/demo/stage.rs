//! What happens in the demo clinic: it opens, a week goes by, and the next two weeks fill up.

use std::sync::{Arc, Mutex, PoisonError};

use application::accounts::{DoctorDetails, Me, NewAccount, NewProfile, PatientDetails, Profile};
use application::appointments::Booking;
use application::idempotency::Outcome;
use application::places::NewLocation;
use application::ports::SlotFilter;
use application::slots::Shown;
use application::{App, Caller, Clock, Error, Party};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use clinic_core::Gender;
use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Password, PasswordHash, WeakPassword};
use kernel::{AppointmentId, LocationId, PageRequest, Price, SessionId, SlotId};
use scheduling_core::SlotStatus;
use scheduling_core::booking::Target;
use scheduling_core::opening::{Hours, Window};
use scheduling_core::publishing::{Obstacle, Obstacles};
use scheduling_core::visiting::Step;

use super::{PASSWORD, cast};

/// How many days from today the doctors have published.
const COMING_DAYS: i64 = 14;

const WORKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

const REASONS: [&str; 6] = ["Check-up", "Headache", "Follow-up", "Skin rash", "Back pain", "Vaccination"];

/// A clock that stands where it was put.
pub(super) struct StageClock(Mutex<DateTime<Utc>>);

impl StageClock {
    pub(super) fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    fn put(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Clock for StageClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One hash for everyone: 222 honest ones would take a minute.
pub(super) struct Props(pub(super) PasswordHash);

impl Passwords for Props {
    fn judge(&self, _: &Password, _: &[&str]) -> Result<(), WeakPassword> {
        Ok(())
    }

    fn hash(&self, _: &Password) -> Result<PasswordHash, CredentialFailure> {
        Ok(self.0.clone())
    }

    fn verify(&self, _: &str, _: Option<&PasswordHash>) -> bool {
        false
    }

    fn is_outdated(&self, _: &PasswordHash) -> bool {
        false
    }
}

/// The clinic while it is being furnished.
pub(super) struct Stage {
    app: App,
    clock: Arc<StageClock>,
}

impl Stage {
    pub(super) fn new(app: App, clock: Arc<StageClock>) -> Self {
        Self { app, clock }
    }

    /// Plays a week up to `now`. The administrator comes last: who finds one finds the whole clinic.
    pub(super) fn play(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let opened = self.clock.now();
        let doctors = self.hire(opened.date_naive(), now.date_naive())?;
        let patients = self.admit()?;
        let visits = self.fill(&doctors, &patients, (opened, now), 60)?;
        self.clock.put(now);
        for (number, visit) in visits.into_iter().enumerate() {
            self.settle(number, visit)?;
        }
        self.fill(&doctors, &patients, (now, now + Duration::days(COMING_DAYS)), 100)?;
        self.employ(cast::RECEPTIONIST, NewProfile::Receptionist)?;
        // Two accounts for the administrator to open.
        self.apply()?;
        self.app.deactivate(&cast::email("patient", cast::PATIENTS).parse().map_err(unplayable)?)?;
        self.employ(cast::ADMIN, NewProfile::Admin)?;
        Ok(())
    }

    /// The second location, in another zone than the first may have.
    fn open_branch(&self) -> Result<LocationId, Error> {
        let (name, address, city, zone) = cast::BRANCH;
        let zone = self.app.time_zone(zone).ok_or(application::Refusal::Unknown(application::Thing::Location))?;
        let [name, address, city] = [name, address, city].map(str::to_owned);
        Ok(self.app.create_location(&NewLocation { name, address, city, zone })?.id)
    }

    /// Doctors, with their hours on the workdays before and after `today`.
    fn hire(&self, opened: NaiveDate, today: NaiveDate) -> Result<Vec<Caller>, Error> {
        let branch = self.open_branch()?;
        let mut doctors = Vec::new();
        for n in 0..cast::DOCTORS {
            let details = DoctorDetails {
                specialties: cast::specialties(n),
                license_number: format!("MD-{:05}", 10_000 + n * 37),
                qualifications: Some("MBBS, FRCP".to_owned()),
                experience_years: u8::try_from(2 + n * 3 % 30).ok(),
                location: cast::is_at_branch(n).then_some(branch),
                consultation_fee: Price::new(i64::try_from(4_000 + n * 250).unwrap_or(4_000), Some("EUR")).ok(),
            };
            let name = format!("Dr {}", cast::name(n));
            let me = self.join(&name, &cast::email("doctor", n + 1), n, NewProfile::Doctor(details))?;
            let doctor = caller(&me);
            let hours = hours(n, opened, today)?;
            let obstacles = Obstacles { overlap: Obstacle::Refuse, past: Obstacle::Skip };
            self.app.publish_slots(&doctor, None, &hours, obstacles)?;
            doctors.push(doctor);
        }
        Ok(doctors)
    }

    fn admit(&self) -> Result<Vec<Caller>, Error> {
        let mut patients = Vec::new();
        let mut born = NaiveDate::from_ymd_opt(1940, 1, 1);
        for n in 0..cast::PATIENTS {
            born = born.and_then(|date| date.checked_add_days(Days::new(141)));
            let details = PatientDetails {
                date_of_birth: born,
                gender: Some(if n % 2 == 0 { Gender::Female } else { Gender::Male }),
                ..PatientDetails::default()
            };
            let person = n + cast::DOCTORS;
            let email = cast::email("patient", n + 1);
            patients.push(caller(&self.join(&cast::name(person), &email, person, NewProfile::Patient(details))?));
        }
        Ok(patients)
    }

    fn employ(&self, (name, email): (&str, &str), profile: NewProfile) -> Result<(), Error> {
        self.make(name, email, None, profile).map(|_| ())
    }

    /// Somebody with a telephone number.
    fn join(&self, name: &str, email: &str, number: usize, profile: NewProfile) -> Result<Me, Error> {
        self.make(name, email, Some(format!("+23480{:08}", 35_550_000 + number)), profile)
    }

    fn make(&self, name: &str, email: &str, phone: Option<String>, profile: NewProfile) -> Result<Me, Error> {
        self.app.create_account(&new_account(name, email, phone, profile)?)
    }

    /// A doctor registers, and waits for the administrator.
    fn apply(&self) -> Result<(), Error> {
        let number = cast::DOCTORS + cast::PATIENTS;
        let details = DoctorDetails {
            specialties: cast::specialties(number),
            license_number: "MD-20074".to_owned(),
            qualifications: Some("MBBS".to_owned()),
            experience_years: Some(3),
            location: None,
            consultation_fee: None,
        };
        let (name, profile) = (format!("Dr {}", cast::name(number)), NewProfile::Doctor(details));
        self.app.register(&new_account(&name, &cast::waiting_doctor(), None, profile)?, None).map(drop)
    }

    /// Patients take turns booking times between two instants, spread over the doctors and the days.
    fn fill(
        &self,
        doctors: &[Caller],
        patients: &[Caller],
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        most: usize,
    ) -> Result<Vec<(Caller, AppointmentId)>, Error> {
        let mut offers = Vec::new();
        for (n, doctor) in doctors.iter().enumerate() {
            let times = self.free_times(doctor, from, to)?;
            offers.extend(times.into_iter().skip(n % 5).step_by(11).map(|slot| (*doctor, slot)));
        }
        let mut visits = Vec::new();
        for (n, (doctor, slot)) in offers.into_iter().enumerate().filter(|(n, _)| n % 2 == 0).take(most) {
            let Some(patient) = patients.iter().cycle().nth(n * 3 % cast::PATIENTS) else { break };
            let reason = REASONS.iter().cycle().nth(n % REASONS.len()).map(|reason| (*reason).to_owned());
            let booking = Booking { target: Target::Slot(slot), patient: None, reason, notes: None };
            match self.app.book(patient, &booking, None) {
                Ok(Outcome::Done(appointment, _)) => visits.push((doctor, appointment.id)),
                // The patient has another visit at that time, or the slot has begun: somebody else's turn.
                Ok(Outcome::Replayed { .. }) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(visits)
    }

    fn free_times(&self, doctor: &Caller, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<SlotId>, Error> {
        let filter =
            SlotFilter { from: Some(from), to: Some(to), statuses: [SlotStatus::Free].into(), ..SlotFilter::default() };
        let mut request = PageRequest::longest();
        let mut times = Vec::new();
        let shown = Shown::to(doctor, &filter)?;
        loop {
            let page = self.app.slots(&shown, &request)?.page;
            times.extend(page.items.into_iter().map(|entry| entry.slot.id));
            match page.next {
                Some(next) => request.after = Some(next),
                None => return Ok(times),
            }
        }
    }

    /// What became of a visit that is past: most took place, some did not. One that is not over yet stays booked.
    fn settle(&self, number: usize, (doctor, visit): (Caller, AppointmentId)) -> Result<(), Error> {
        let settled = match number % 8 {
            0 => self.app.advance(&doctor, visit, Step::NoShow, None, None),
            1 => return Ok(()),
            _ => self.app.advance(&doctor, visit, Step::Complete, None, None),
        };
        match settled {
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn new_account(name: &str, email: &str, phone: Option<String>, profile: NewProfile) -> Result<NewAccount, Error> {
    Ok(NewAccount {
        email: email.parse().map_err(unplayable)?,
        password: Some(Password::new(PASSWORD.to_owned()).map_err(unplayable)?),
        full_name: name.to_owned(),
        phone: phone.map(|phone| phone.parse()).transpose().map_err(unplayable)?,
        username: None,
        national_id: None,
        profile_pic: None,
        profile,
    })
}

/// Every doctor keeps slightly other hours.
fn hours(n: usize, opened: NaiveDate, today: NaiveDate) -> Result<Hours, Error> {
    let hour = |hour: usize| u32::try_from(hour).ok().and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    let window = |start, end| match (hour(start), hour(end)) {
        (Some(start), Some(end)) => Window::new(start, end).map_err(Error::from),
        _ => Err(unplayable("no such hour")),
    };
    Ok(Hours {
        start_date: opened,
        end_date: today + Duration::days(COMING_DAYS),
        window: window(8 + n % 2, 16 + n % 3)?,
        pause: Some(window(12, 13)?),
        weekdays: Some(WORKDAYS.to_vec()),
        slot_minutes: if n % 4 == 3 { 20 } else { 30 },
    })
}

fn caller(me: &Me) -> Caller {
    let party = match &me.profile {
        Profile::Patient(entry) => Party::Patient(entry.patient.id),
        Profile::Doctor(entry) => Party::Doctor(entry.doctor.id),
        Profile::None => Party::Receptionist,
    };
    Caller { account: me.account.id, session: SessionId::new(me.account.id.uuid()), party, address: None }
}

/// The cast and the hours are ours, so what cannot be is our mistake.
fn unplayable(reason: impl std::fmt::Display) -> Error {
    kernel::StoreError::Failed { reason: format!("the demo clinic cannot be made: {reason}") }.into()
}
