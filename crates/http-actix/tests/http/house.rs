//! A clinic behind its HTTP door, with one of each who may call.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::test;
use actix_web::web::Data;
use application::login::LoginAttempt;
use application::{App, Ids, Settings};
use chrono::{DateTime, TimeDelta, Utc};
use http_actix::{Hsts, HttpSettings, RateLimit, State};
use identity_core::ports::{Passwords, Tokens};
use identity_core::{OneTimeToken, TokenPurpose};
use kernel::{AccountId, AppointmentId, DoctorId, PatientId, Role, SlotId, Zone};
use phone_numbers::NumberingPlans;
use scheduling_core::appointment::Change;
use scheduling_core::{AppointmentStatus, ChangeKind, Slot, SlotStatus};
use testkit::{Clinic, FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};
use uuid::Uuid;

use crate::ask::{Answer, Ask};
use crate::described::assert_described;

/// Where every request comes from.
pub(crate) const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)), 4711);

pub(crate) type Serve = Box<dyn Fn(test::TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Nobody,
    Patient,
    OtherPatient,
    Doctor,
    OtherDoctor,
    Receptionist,
    Admin,
}

impl Who {
    pub(crate) const ALL: [Self; 7] = [
        Self::Nobody,
        Self::Patient,
        Self::OtherPatient,
        Self::Doctor,
        Self::OtherDoctor,
        Self::Receptionist,
        Self::Admin,
    ];
}

/// What somebody who has logged in holds.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// A clinic on Friday, 2026-11-20 at 8:00, behind HTTP, over a store in memory.
pub(crate) struct House {
    pub(crate) clinic: Clinic,
    pub(crate) clock: FixedClock,
    pub(crate) app: App,
    pub(crate) doctor: DoctorId,
    pub(crate) other_doctor: DoctorId,
    pub(crate) patient: PatientId,
    pub(crate) other_patient: PatientId,
    memory: Arc<MemoryStore>,
    passes: Vec<(Who, Pass)>,
    serve: Serve,
}

/// Ids that no other node makes.
struct FreshIds;

impl Ids for FreshIds {
    fn fresh(&self) -> Uuid {
        sample::fresh()
    }
}

impl House {
    /// In UTC, with the settings of a new installation.
    pub(crate) async fn open() -> Self {
        Self::open_with(Settings::default(), Zone::UTC).await
    }

    pub(crate) async fn open_with(settings: Settings, zone: Zone) -> Self {
        let memory = Arc::new(MemoryStore::new());
        let store: Shared = memory.clone();
        let clinic = Clinic::open(&store, zone);
        let clock = FixedClock::default();
        let app = App::new(
            store,
            Arc::new(clock.clone()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            settings,
        )
        .with_time_zones(testkit::time_zones())
        .with_phone_numbers(Arc::new(NumberingPlans::default()));
        let doctor = clinic.doctor("Grace Hopper");
        let other_doctor = clinic.doctor("Mary Seacole");
        let patient = clinic.patient("Ada Lovelace");
        let other_patient = clinic.patient("Ben Carson");
        let accounts = [
            (Who::Patient, clinic.patient_actor(patient).account),
            (Who::OtherPatient, clinic.patient_actor(other_patient).account),
            (Who::Doctor, clinic.doctor_actor(doctor).account),
            (Who::OtherDoctor, clinic.doctor_actor(other_doctor).account),
            (Who::Receptionist, clinic.account(Role::Receptionist, "Rosa Parks")),
            (Who::Admin, clinic.account(Role::Admin, "Anna Admin")),
        ];
        let passes = accounts.map(|(who, account)| (who, log_in(&clinic, &app, account))).into();
        let serve = serve(app.clone()).await;
        Self { clinic, clock, app, doctor, other_doctor, patient, other_patient, memory, passes, serve }
    }

    /// The same clinic in the country of this code.
    pub(crate) async fn in_country(self, code: &str) -> Self {
        let app = self.app.with_phone_numbers(Arc::new(NumberingPlans::in_country(code).unwrap()));
        Self { serve: serve(app.clone()).await, app, ..self }
    }

    /// The same clinic with other passwords.
    pub(crate) fn app_with(&self, passwords: impl Passwords + 'static) -> App {
        App::new(
            self.memory.clone(),
            Arc::new(self.clock.clone()),
            Arc::new(RandomIds),
            Arc::new(passwords),
            Arc::new(PlainTokens::default()),
            Settings::default(),
        )
    }

    /// What `who` holds.
    pub(crate) fn pass(&self, who: Who) -> &Pass {
        let found = self.passes.iter().find(|(holder, _)| *holder == who);
        found.map(|(_, pass)| pass).expect("everyone but nobody has a pass")
    }

    /// The e-mail address of `who`.
    pub(crate) fn email(&self, who: Who) -> String {
        let claims = self.app.claims(&self.pass(who).access_token).expect("it was issued at this hour");
        claims.email
    }

    /// The account of `who`.
    pub(crate) fn account(&self, who: Who) -> AccountId {
        self.app.claims(&self.pass(who).access_token).expect("it was issued at this hour").account
    }

    /// A token as it would be mailed to `who`, good for an hour.
    pub(crate) fn mailed(&self, who: Who, purpose: TokenPurpose) -> String {
        self.mailed_to(self.account(who), purpose)
    }

    /// A token as it would be mailed to whoever has this account, good for an hour.
    pub(crate) fn mailed_to(&self, account: AccountId, purpose: TokenPurpose) -> String {
        let (text, hash) = PlainTokens::default().fresh_refresh_token().expect("it is only counted");
        let issued_at = self.now();
        let expires_at = issued_at + TimeDelta::hours(1);
        let token = OneTimeToken { hash, purpose, account, issued_at, expires_at, used_at: None };
        self.clinic.write(|store| store.add_one_time_token(&token));
        text
    }

    /// Whether this account is owed a message of this kind.
    pub(crate) fn is_owed(&self, account: AccountId, kind: &str) -> bool {
        self.contents().contains(&format!("kind: {kind}, to: Account(AccountId({account}))"))
    }

    /// Another node on the same store, which has shown nothing to anybody yet.
    pub(crate) async fn another_node(&self) -> Serve {
        self.node_on(Shared::clone(self.clinic.store())).await
    }

    /// A node on this store, at the same hour.
    pub(crate) async fn node_on(&self, store: Shared) -> Serve {
        serve(self.app_on(store)).await
    }

    /// What such a node serves.
    pub(crate) fn app_on(&self, store: Shared) -> App {
        App::new(
            store,
            Arc::new(self.clock.clone()),
            Arc::new(FreshIds),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            Settings::default(),
        )
    }

    /// Sends a request as `who`.
    pub(crate) async fn ask(&self, who: Who, ask: Ask) -> Answer {
        self.ask_at(&self.serve, who, ask).await
    }

    /// Sends a request as `who` to this node.
    pub(crate) async fn ask_at(&self, node: &Serve, who: Who, ask: Ask) -> Answer {
        let ask = if who == Who::Nobody {
            ask
        } else {
            ask.with("Authorization", format!("Bearer {}", self.pass(who).access_token))
        };
        node(ask.into_request()).await
    }

    /// Everything that is stored, for comparing.
    pub(crate) fn contents(&self) -> String {
        format!("{:?}", self.memory)
    }

    /// A free slot of the doctor's, 30 minutes long.
    pub(crate) fn free_slot(&self, start: &str) -> SlotId {
        self.clinic.slot(self.doctor, sample::instant(start), 30)
    }

    /// An appointment of the patient with the doctor, in this status, with its slot and its history.
    pub(crate) fn visit(&self, status: AppointmentStatus, start: &str) -> (AppointmentId, SlotId) {
        let schedule = self.clinic.schedule(self.doctor);
        let free = sample::slot(&schedule, sample::instant(start), 30);
        let slot_status = if status.is_active() { SlotStatus::Busy } else { SlotStatus::Free };
        let slot = Slot { status: slot_status, ..free };
        let visit = scheduling_core::Appointment { status, ..sample::appointment(&slot, self.patient) };
        let change = Change {
            appointment: visit.id,
            revision: visit.revision,
            at: self.now(),
            by: self.clinic.patient_actor(self.patient),
            kind: ChangeKind::Booked,
            from: None,
            to: visit.standing(),
            reason_code: None,
            reason: None,
        };
        self.clinic.write(|store| {
            store.add_slots(&[slot])?;
            store.add_appointment(&visit)?;
            store.add_change(&change)
        });
        (visit.id, slot.id)
    }

    fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }
}

/// Ids that no other application over the same store makes.
struct RandomIds;

impl Ids for RandomIds {
    fn fresh(&self) -> Uuid {
        sample::fresh()
    }
}

fn log_in(clinic: &Clinic, app: &App, account: AccountId) -> Pass {
    let account = clinic.read(|store| store.account(account)).expect("there is such an account");
    let stay = app
        .login(&LoginAttempt {
            identifier: account.email.as_str(),
            password: sample::PASSWORD,
            ..LoginAttempt::default()
        })
        .expect("the password is right");
    Pass { access_token: stay.access_token, refresh_token: stay.refresh_token }
}

pub(crate) async fn serve(app: App) -> Serve {
    serve_with(app, http_settings()).await
}

/// One thread behind each door, and no limits.
pub(crate) fn http_settings() -> HttpSettings {
    HttpSettings {
        cursor_key: [7; 32],
        jwks: r#"{"keys":[]}"#.to_owned(),
        cors_origins: vec!["https://clinic.example".to_owned()],
        hsts: Hsts::Off,
        request_ids: Arc::new(SequentialIds::default()),
        threads: 1,
        hashing_threads: 1,
        rate_limit: RateLimit::Off,
        security_contact: Some("mailto:security@clinic.example".to_owned()),
        trusted_proxies: Vec::new(),
    }
}

pub(crate) async fn serve_with(app: App, settings: HttpSettings) -> Serve {
    let state = Data::new(State::new(app, settings).expect("there are threads"));
    let service = Rc::new(test::init_service(http_actix::service(state)).await);
    Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let request = request.to_request();
            let (method, path) = (request.method().clone(), request.path().to_owned());
            let response = match test::try_call_service(&*service, request).await {
                Ok(response) => response.map_into_boxed_body(),
                Err(error) => panic!("the frame answers every error itself: {error}"),
            };
            let (status, headers) = (response.status(), response.headers().clone());
            let answer = Answer { status, headers, body: test::read_body(response).await };
            assert_described(&method, &path, &answer);
            answer
        })
    })
}
