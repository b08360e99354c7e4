//! Tokens that anyone can read and forge.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use identity_core::ports::{CredentialFailure, Tokens};
use identity_core::{Claims, Device, LoginName, TokenHash};
use kernel::{AccountId, DeviceId, Role, SessionId, Word};
use uuid::Uuid;

use crate::sample;

/// Access tokens are their claims, joined by `~`; refresh tokens count, after a prefix that no other value has.
#[derive(Debug)]
pub struct PlainTokens {
    prefix: Uuid,
    issued: AtomicU64,
}

impl Default for PlainTokens {
    fn default() -> Self {
        Self { prefix: sample::fresh(), issued: AtomicU64::new(1) }
    }
}

impl Tokens for PlainTokens {
    fn sign(&self, claims: &Claims) -> Result<String, CredentialFailure> {
        let Claims { account, role, email, session, token, issued_at, expires_at } = claims;
        let [issued, expires] = [issued_at, expires_at].map(DateTime::timestamp_micros);
        Ok(format!("plain~{account}~{role}~{session}~{token}~{issued}~{expires}~{email}"))
    }

    fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        claims(token).filter(|claims| now < claims.expires_at)
    }

    fn fresh_refresh_token(&self) -> Result<(String, TokenHash), CredentialFailure> {
        let token = format!("refresh-{}-{}", self.prefix.simple(), self.issued.fetch_add(1, Ordering::Relaxed));
        let hash = self.hash_of(&token);
        Ok((token, hash))
    }

    fn hash_of(&self, refresh_token: &str) -> TokenHash {
        let mut hash = [0; 32];
        for (n, bytes) in hash.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            (n, refresh_token).hash(&mut hasher);
            bytes.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        TokenHash(hash)
    }

    fn next_refresh_token(&self, presented: &str) -> (String, TokenHash) {
        let token = format!("{presented}+");
        let hash = self.hash_of(&token);
        (token, hash)
    }

    fn sign_device(&self, account: AccountId, device: &Device) -> String {
        format!("device~{account}~{}~{}", device.id, device.issued_at.timestamp_micros())
    }

    fn verify_device(&self, account: AccountId, token: &str) -> Option<Device> {
        let mut parts = token.strip_prefix(&format!("device~{account}~"))?.splitn(2, '~');
        Some(Device {
            id: DeviceId::new(parsed(parts.next())?),
            issued_at: DateTime::from_timestamp_micros(parsed(parts.next())?)?,
        })
    }

    fn hash_name(&self, name: &LoginName) -> [u8; 32] {
        self.hash_of(name.as_str()).0
    }
}

fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.strip_prefix("plain~")?.splitn(7, '~');
    Some(Claims {
        account: AccountId::new(parsed(parts.next())?),
        role: Role::parse(parts.next()?)?,
        session: SessionId::new(parsed(parts.next())?),
        token: parsed(parts.next())?,
        issued_at: DateTime::from_timestamp_micros(parsed(parts.next())?)?,
        expires_at: DateTime::from_timestamp_micros(parsed(parts.next())?)?,
        email: parts.next()?.to_owned(),
    })
}

fn parsed<T: FromStr>(part: Option<&str>) -> Option<T> {
    part?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_token_says_what_was_signed_until_it_expires() {
        let claims = Claims {
            account: AccountId::new(sample::fresh()),
            role: Role::Doctor,
            email: "a~b@example.org".to_owned(),
            session: SessionId::new(sample::fresh()),
            token: sample::fresh(),
            issued_at: sample::now(),
            expires_at: sample::now() + TimeDelta::minutes(60),
        };
        let tokens = PlainTokens::default();
        let token = tokens.sign(&claims).unwrap();
        assert_eq!(tokens.verify(&token, claims.expires_at), None);
        assert_eq!(tokens.verify("plain~", sample::now()), None);
        assert_eq!(tokens.verify(&token, sample::now()), Some(claims));
    }

    #[test]
    fn no_two_refresh_tokens_are_alike() {
        let tokens = PlainTokens::default();
        let (one, one_hash) = tokens.fresh_refresh_token().unwrap();
        let (two, two_hash) = tokens.fresh_refresh_token().unwrap();
        assert!(one != two && one_hash != two_hash);
        assert_eq!(tokens.hash_of(&one), one_hash);
    }
}
