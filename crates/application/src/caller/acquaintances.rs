//! Those who called lately.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use kernel::SessionId;

use super::Caller;
use crate::editions::{Edition, place_of};

/// How many are remembered at the most. Two whose sessions have the same place take it from each other, and are looked
/// up again.
const PLACES: usize = 4096;

/// Somebody whose session and account were good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acquaintance {
    pub(crate) caller: Caller,
    /// When the session ends unless it is refreshed.
    pub(crate) expires_at: DateTime<Utc>,
    /// Before they were looked up.
    pub(crate) edition: Edition,
}

/// Those who called lately, by session. It never grows.
pub(crate) struct Acquaintances(Vec<Mutex<Option<Acquaintance>>>);

impl Default for Acquaintances {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }
}

impl Acquaintances {
    /// Whom this session belonged to when it was last looked up.
    pub(crate) fn known(&self, session: SessionId) -> Option<Acquaintance> {
        let known = *self.place(session)?.lock().unwrap_or_else(PoisonError::into_inner);
        known.filter(|known| known.caller.session == session)
    }

    pub(crate) fn remember(&self, acquaintance: Acquaintance) {
        if let Some(place) = self.place(acquaintance.caller.session) {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(acquaintance);
        }
    }

    fn place(&self, session: SessionId) -> Option<&Mutex<Option<Acquaintance>>> {
        self.0.get(place_of(session.uuid(), PLACES))
    }
}

#[cfg(test)]
mod tests {
    use kernel::AccountId;
    use uuid::Uuid;

    use super::*;
    use crate::Party;
    use crate::editions::Edition;

    fn acquaintance(number: u128) -> Acquaintance {
        let caller = Caller {
            account: AccountId::NIL,
            session: SessionId::new(Uuid::from_u128(number)),
            party: Party::Admin,
            address: None,
        };
        Acquaintance { caller, expires_at: DateTime::UNIX_EPOCH, edition: Edition::default() }
    }

    #[test]
    fn a_session_is_never_taken_for_another() {
        let acquaintances = Acquaintances::default();
        let known = |number: u128| acquaintances.known(SessionId::new(Uuid::from_u128(number))).is_some();
        acquaintances.remember(acquaintance(7));
        let place = |number| place_of(Uuid::from_u128(number), PLACES);
        let namesake = (8..u128::MAX).find(|number| place(*number) == place(7)).unwrap();
        assert!(known(7) && !known(8) && !known(namesake));
        acquaintances.remember(acquaintance(namesake));
        assert!(known(namesake) && !known(7), "there is one place for both");
    }
}
