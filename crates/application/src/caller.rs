//! Who is calling, and what that lets them do.

mod acquaintances;
mod places;
mod verified;

use std::net::IpAddr;

use identity_core::Claims;
use kernel::{AccountId, DoctorId, PatientId, Role, SessionId, UnitOfWorkExt};
use scheduling_core::Actor;

use crate::access::{Action, Reach, reach};
use crate::accounts::{Me, Profile};
use crate::editions::Topic;
use crate::ports::Visitor;
use crate::{App, Error, Refusal, Thing};

use acquaintances::Acquaintance;
pub(crate) use acquaintances::Acquaintances;
pub(crate) use verified::VerifiedTokens;

/// The side of the desk a caller stands on, with the profile that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// A patient.
    Patient(PatientId),
    /// A doctor.
    Doctor(DoctorId),
    /// The front desk.
    Receptionist,
    /// An administrator.
    Admin,
}

/// Somebody whose session and account are good at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Whose account.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// On which side of the desk.
    pub party: Party,
    /// From which network address, where there is a network.
    pub address: Option<IpAddr>,
}

impl Caller {
    /// Whoever has just come in; nobody where a profile is missing.
    pub(crate) fn of(me: &Me, session: SessionId, address: Option<IpAddr>) -> Option<Self> {
        let party = match (&me.profile, me.account.role) {
            (Profile::Patient(entry), _) => Party::Patient(entry.patient.id),
            (Profile::Doctor(entry), _) => Party::Doctor(entry.doctor.id),
            (Profile::None, Role::Receptionist) => Party::Receptionist,
            (Profile::None, Role::Admin) => Party::Admin,
            (Profile::None, Role::Patient | Role::Doctor) => return None,
        };
        Some(Self { account: me.account.id, session, party, address })
    }

    /// The account's role now.
    pub const fn role(&self) -> Role {
        match self.party {
            Party::Patient(_) => Role::Patient,
            Party::Doctor(_) => Role::Doctor,
            Party::Receptionist => Role::Receptionist,
            Party::Admin => Role::Admin,
        }
    }

    /// How the history names the caller.
    pub(crate) const fn actor(&self) -> Actor {
        Actor { account: self.account, role: self.role() }
    }

    /// How far the caller may go with this action; the question comes before any look-up.
    ///
    /// # Errors
    /// `Forbidden` when the role never may.
    pub(crate) const fn permit(&self, action: Action) -> Result<Reach, Refusal> {
        match reach(self.role(), action) {
            Reach::None => Err(Refusal::Forbidden),
            reach @ (Reach::Own | Reach::All) => Ok(reach),
        }
    }

    /// Whether the caller may do this to everyone's.
    ///
    /// # Errors
    /// `Forbidden` when the role may not, or only to what is the caller's own.
    pub(crate) fn permit_all(&self, action: Action) -> Result<(), Refusal> {
        if self.permit(action)? == Reach::All { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    /// Whether a thing of this doctor and this patient is within the caller's reach.
    ///
    /// # Errors
    /// `Forbidden` when the role never may; `Unknown` when this one is not theirs.
    pub(crate) fn permit_on(
        &self,
        action: Action,
        thing: Thing,
        doctor: Option<DoctorId>,
        patient: Option<PatientId>,
    ) -> Result<(), Refusal> {
        let own = match self.party {
            Party::Patient(id) => patient == Some(id),
            Party::Doctor(id) => doctor == Some(id),
            Party::Receptionist | Party::Admin => false,
        };
        match self.permit(action)? {
            Reach::All => Ok(()),
            Reach::Own if own => Ok(()),
            Reach::Own | Reach::None => Err(Refusal::Unknown(thing)),
        }
    }
}

impl App {
    /// What an access token says, if it is one of ours and has not expired. Whether it is still honoured says
    /// [`App::caller`].
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub fn claims(&self, access_token: &str) -> Result<Claims, Refusal> {
        let now = self.clock.now();
        let verify = || self.tokens.verify(access_token, now);
        self.verified.claims(access_token, now, verify).ok_or(Refusal::Unauthenticated)
    }

    /// Who is behind a token: the session must be live, the account active; the role is the account's, not the token's.
    /// Who was looked up is remembered as [`App::known_caller`] says.
    ///
    /// # Errors
    /// `Unauthenticated`, or the store fails.
    pub fn caller(&self, claims: &Claims, address: Option<IpAddr>) -> Result<Caller, Error> {
        if let Some(caller) = self.known_caller(claims, address) {
            return Ok(caller);
        }
        let (edition, now) = (self.edition(Topic::People), self.clock.now());
        let visitor = self.store.read(|store| store.visitor(claims.session))?.ok_or(Refusal::Unauthenticated)?;
        if !visitor.active || !visitor.session.is_live(now) || visitor.session.account != claims.account {
            return Err(Refusal::Unauthenticated.into());
        }
        let party = party_of(&visitor).ok_or(Refusal::Unauthenticated)?;
        let caller = Caller { account: claims.account, session: claims.session, party, address };
        self.acquaintances.remember(Acquaintance { caller, expires_at: visitor.session.expires_at, edition });
        Ok(caller)
    }

    /// Who is behind a token, if that was looked up within the last second and nothing that could change it was written
    /// here since: what ends a session or closes an account on this node is known at once, on others a second later at
    /// most. Asks no store.
    pub fn known_caller(&self, claims: &Claims, address: Option<IpAddr>) -> Option<Caller> {
        let known = self.acquaintances.known(claims.session)?;
        let now = self.clock.now();
        let is_good = now < known.expires_at
            && known.caller.account == claims.account
            && known.edition.is_good(&self.edition(Topic::People));
        is_good.then_some(Caller { address, ..known.caller })
    }
}

fn party_of(visitor: &Visitor) -> Option<Party> {
    match visitor.role {
        Role::Patient => Some(Party::Patient(PatientId::new(visitor.profile?))),
        Role::Doctor => Some(Party::Doctor(DoctorId::new(visitor.profile?))),
        Role::Receptionist => Some(Party::Receptionist),
        Role::Admin => Some(Party::Admin),
    }
}
