//! Tokens whose signatures were found good lately: checking one costs more than all the rest of a small answer.

use chrono::{DateTime, Utc};
use identity_core::Claims;
use sha2::{Digest as _, Sha256};

use super::places::{PLACES, Places};

/// By their hash, so that no token is kept, and how long a look takes tells nothing about one.
type Hash = [u8; 32];

/// What the tokens said that were verified last.
#[derive(Default)]
pub(crate) struct VerifiedTokens(Places<(Hash, Claims)>);

impl VerifiedTokens {
    /// What this token says: from memory while it is sure to be valid, else as `verify` finds.
    pub(crate) fn claims(
        &self,
        token: &str,
        now: DateTime<Utc>,
        verify: impl FnOnce() -> Option<Claims>,
    ) -> Option<Claims> {
        let hash: Hash = Sha256::digest(token).into();
        let [first, second, ..] = hash;
        let place = usize::from(u16::from_le_bytes([first, second])) % PLACES;
        let known = self.0.get(place).filter(|(known, _)| *known == hash).map(|(_, claims)| claims);
        if let Some(claims) = known.filter(|claims| claims.issued_at <= now && now < claims.expires_at) {
            return Some(claims);
        }
        let claims = verify()?;
        self.0.put(place, (hash, claims.clone()));
        Some(claims)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::{AccountId, Role, SessionId};
    use uuid::Uuid;

    use super::*;

    fn claims() -> Claims {
        Claims {
            account: AccountId::NIL,
            role: Role::Patient,
            email: "ada@example.org".to_owned(),
            session: SessionId::NIL,
            token: Uuid::nil(),
            issued_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH + TimeDelta::hours(1),
        }
    }

    #[test]
    fn a_token_is_verified_once_while_it_is_valid() {
        let verified = VerifiedTokens::default();
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        assert_eq!(verified.claims("good", at(0), || Some(claims())), Some(claims()));
        for minutes in [0, 59] {
            assert_eq!(verified.claims("good", at(minutes), || None), Some(claims()), "{minutes}");
        }
        for minutes in [-1, 60] {
            assert_eq!(verified.claims("good", at(minutes), || None), None, "{minutes}");
        }
    }

    #[test]
    fn a_token_that_is_not_good_is_verified_each_time() {
        let verified = VerifiedTokens::default();
        assert_eq!(verified.claims("good", DateTime::UNIX_EPOCH, || Some(claims())), Some(claims()));
        for _ in 0..2 {
            let mut asked = false;
            let verify = || {
                asked = true;
                None
            };
            assert_eq!(verified.claims("good ", DateTime::UNIX_EPOCH, verify), None);
            assert!(asked);
        }
    }
}
