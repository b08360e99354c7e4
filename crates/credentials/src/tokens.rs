//! Access tokens as JSON Web Tokens for access (RFC 9068), refresh tokens as random text.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use identity_core::ports::{CredentialFailure, Tokens};
use identity_core::{Claims, Device, LoginName, TokenHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{AccountId, DeviceId, Role, SessionId, Word};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Keys;

/// How far two machines' clocks may differ.
const LEEWAY_SECONDS: i64 = 5;

/// Our own tokens have some 600 bytes; nothing longer is even parsed.
const TOKEN_BYTES_MAX: usize = 4096;

/// Says that a token is for access and nothing else (RFC 9068, 2.1).
const TYPE: &str = "at+jwt";

const DEVICE_ID_BYTES: usize = 16;
const DEVICE_TIME_BYTES: usize = 8;

/// Tokens of one issuer for one audience, signed by one Ed25519 key. Times are kept in whole seconds.
pub struct JwtTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    header: Header,
    validation: Validation,
    issuer: String,
    audience: String,
    devices: Hmac<Sha256>,
    refreshing: Hmac<Sha256>,
    names: Hmac<Sha256>,
}

/// The claims on the wire, all of them required.
#[derive(Serialize, Deserialize)]
struct WireClaims {
    iss: String,
    aud: String,
    sub: Uuid,
    role: String,
    email: String,
    sid: Uuid,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl JwtTokens {
    /// Signs and verifies with these keys, in the name of `issuer`, for `audience`.
    pub fn new(keys: &Keys, issuer: &str, audience: &str) -> Self {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(keys.kid().to_owned());

        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "nbf", "exp"]);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        // The library would ask the machine's clock; `verify` compares with the `now` that it is given.
        validation.validate_exp = false;
        validation.validate_nbf = false;

        Self {
            signing: EncodingKey::from_ed_der(keys.private_der()),
            verifying: DecodingKey::from_ed_der(keys.public()),
            header,
            validation,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            devices: keys.derived("device tokens"),
            refreshing: keys.derived("refresh tokens"),
            names: keys.derived("names of failed logins"),
        }
    }

    fn device_mac(&self, account: AccountId, said: &[u8]) -> Hmac<Sha256> {
        self.devices.clone().chain_update(account.uuid().as_bytes()).chain_update(said)
    }

    /// Whether a header could be of one of our tokens. Its `jku`, `jwk`, `x5u` and `x5c` are never looked at.
    fn is_ours(&self, header: &Header) -> bool {
        let of_type = header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
        let of_key = header.kid.is_none() || header.kid == self.header.kid;
        // What must be understood (RFC 7515, 4.1.11) and is not ours is not understood.
        of_type && of_key && header.crit.is_none()
    }
}

/// The part of a device token that can be read: identity, then microseconds since 1970.
fn said_of(device: &Device) -> Vec<u8> {
    let issued_at = device.issued_at.timestamp_micros().to_be_bytes();
    [device.id.uuid().as_bytes().as_slice(), issued_at.as_slice()].concat()
}

impl Tokens for JwtTokens {
    fn sign(&self, claims: &Claims) -> Result<String, CredentialFailure> {
        let issued_at = claims.issued_at.timestamp();
        let wire = WireClaims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: claims.account.uuid(),
            role: claims.role.as_str().to_owned(),
            email: claims.email.clone(),
            sid: claims.session.uuid(),
            jti: claims.token,
            iat: issued_at,
            nbf: issued_at,
            exp: claims.expires_at.timestamp(),
        };
        jsonwebtoken::encode(&self.header, &wire, &self.signing)
            .map_err(|error| CredentialFailure { reason: format!("signing a token: {error}") })
    }

    fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        if TOKEN_BYTES_MAX < token.len() {
            return None;
        }
        let data = jsonwebtoken::decode::<WireClaims>(token, &self.verifying, &self.validation).ok()?;
        let wire = data.claims;
        let now = now.timestamp();
        let in_time = wire.nbf <= now.saturating_add(LEEWAY_SECONDS) && now < wire.exp.saturating_add(LEEWAY_SECONDS);
        if !self.is_ours(&data.header) || !in_time {
            return None;
        }
        Some(Claims {
            account: AccountId::new(wire.sub),
            role: Role::parse(&wire.role)?,
            email: wire.email,
            session: SessionId::new(wire.sid),
            token: wire.jti,
            issued_at: DateTime::from_timestamp(wire.iat, 0)?,
            expires_at: DateTime::from_timestamp(wire.exp, 0)?,
        })
    }

    fn fresh_refresh_token(&self) -> Result<(String, TokenHash), CredentialFailure> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| CredentialFailure { reason: format!("a new refresh token: {error}") })?;
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let hash = self.hash_of(&token);
        Ok((token, hash))
    }

    fn hash_of(&self, refresh_token: &str) -> TokenHash {
        TokenHash(Sha256::digest(refresh_token.as_bytes()).into())
    }

    fn next_refresh_token(&self, presented: &str) -> (String, TokenHash) {
        let next = self.refreshing.clone().chain_update(presented).finalize().into_bytes();
        let token = URL_SAFE_NO_PAD.encode(next);
        let hash = self.hash_of(&token);
        (token, hash)
    }

    fn sign_device(&self, account: AccountId, device: &Device) -> String {
        let said = said_of(device);
        let mac = self.device_mac(account, &said).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([said.as_slice(), mac.as_slice()].concat())
    }

    fn verify_device(&self, account: AccountId, token: &str) -> Option<Device> {
        if TOKEN_BYTES_MAX < token.len() {
            return None;
        }
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, mac) = token.split_at_checked(DEVICE_ID_BYTES + DEVICE_TIME_BYTES)?;
        self.device_mac(account, said).verify_slice(mac).ok()?;
        let (id, issued_at) = said.split_at_checked(DEVICE_ID_BYTES)?;
        let issued_at = i64::from_be_bytes(issued_at.try_into().ok()?);
        Some(Device {
            id: DeviceId::new(Uuid::from_slice(id).ok()?),
            issued_at: DateTime::from_timestamp_micros(issued_at)?,
        })
    }

    fn hash_name(&self, name: &LoginName) -> [u8; 32] {
        self.names.clone().chain_update(name.as_str()).finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod slow_fuzz;
