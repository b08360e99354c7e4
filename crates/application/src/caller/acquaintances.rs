//! Those who called lately.

use chrono::{DateTime, Utc};
use kernel::SessionId;

use super::Caller;
use super::places::{PLACES, Places};
use crate::editions::{Edition, place_of};

/// Somebody whose session and account were good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acquaintance {
    pub(crate) caller: Caller,
    /// When the session ends unless it is refreshed.
    pub(crate) expires_at: DateTime<Utc>,
    /// Before they were looked up.
    pub(crate) edition: Edition,
}

/// Those who called lately, by session. Two whose sessions have the same place take it from each other, and are looked up
/// again.
#[derive(Default)]
pub(crate) struct Acquaintances(Places<Acquaintance>);

impl Acquaintances {
    /// Whom this session belonged to when it was last looked up.
    pub(crate) fn known(&self, session: SessionId) -> Option<Acquaintance> {
        self.0.get(place_of(session.uuid(), PLACES)).filter(|known| known.caller.session == session)
    }

    pub(crate) fn remember(&self, acquaintance: Acquaintance) {
        self.0.put(place_of(acquaintance.caller.session.uuid(), PLACES), acquaintance);
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
