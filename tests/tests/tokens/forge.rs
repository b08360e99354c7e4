//! What is needed to forge tokens: a good one's parts, the key it was signed with, and keys that are anybody's.

use std::fs;

use acceptance::Server;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, decode_header};
use serde_json::{Value, json};

/// The key of RFC 8410, 10.3: anybody's, and so not ours.
const OTHER_KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
                         MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                         -----END PRIVATE KEY-----\n";

/// Its public half (RFC 8410, 10.1).
pub(crate) const OTHER_PUBLIC: &str = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";

/// The letters of a token, in the order of their values (RFC 4648, 5).
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The order of Ed25519's group, little end first (RFC 8032, 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(crate) struct Forge {
    pub(crate) header: Header,
    pub(crate) claims: Value,
    key: EncodingKey,
    token: String,
}

pub(crate) fn encoded(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

impl Forge {
    pub(crate) fn new(server: &Server, token: &str) -> Self {
        let pem = fs::read(server.data().keys().join("signing.pem")).unwrap();
        let payload = token.split('.').nth(1).unwrap();
        Self {
            header: decode_header(token).unwrap(),
            claims: serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap(),
            key: EncodingKey::from_ed_pem(&pem).unwrap(),
            token: token.to_owned(),
        }
    }

    /// Header, claims and signature.
    pub(crate) fn parts(&self) -> [&str; 3] {
        self.token.split('.').collect::<Vec<_>>().try_into().unwrap()
    }

    /// Signed with the real key, with one claim as it should not be; null leaves it out.
    pub(crate) fn claiming(&self, name: &str, value: &Value) -> String {
        jsonwebtoken::encode(&self.header, &self.with(name, value), &self.key).unwrap()
    }

    fn with(&self, name: &str, value: &Value) -> Value {
        let mut claims = self.claims.clone();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        claims
    }

    /// With the real signature over other claims.
    pub(crate) fn tampered(&self, name: &str, value: &Value) -> String {
        let [header, _, signature] = self.parts();
        format!("{header}.{}.{signature}", encoded(self.with(name, value).to_string()))
    }

    /// Signed with the real key, under another header.
    pub(crate) fn headed(&self, change: impl FnOnce(&mut Header)) -> String {
        self.signed(change, &self.key)
    }

    /// Signed with a key that is not ours.
    pub(crate) fn foreign(&self, change: impl FnOnce(&mut Header)) -> String {
        self.signed(change, &EncodingKey::from_ed_pem(OTHER_KEY.as_bytes()).unwrap())
    }

    fn signed(&self, change: impl FnOnce(&mut Header), key: &EncodingKey) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        jsonwebtoken::encode(&header, &self.claims, key).unwrap()
    }

    /// With a secret that everybody knows.
    pub(crate) fn symmetric(&self, alg: Algorithm, secret: &[u8]) -> String {
        let header = Header { alg, ..self.header.clone() };
        jsonwebtoken::encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    /// With this header, whatever it is, over the real claims, and these bytes for a signature.
    pub(crate) fn bearing(&self, header: &Value, signature: &[u8]) -> String {
        format!("{}.{}.{}", encoded(header.to_string()), self.parts()[1], encoded(signature))
    }

    /// With no signature, by its own account.
    pub(crate) fn unsigned(&self, alg: &str) -> String {
        self.bearing(&json!({"alg": alg, "typ": "at+jwt", "kid": self.header.kid}), b"")
    }

    /// The signature with the order of the group added to its number: good to whoever does not ask that it is the least
    /// (RFC 8032, 5.1.7).
    pub(crate) fn malleated(&self) -> String {
        let [header, claims, signature] = self.parts();
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let mut carry = 0;
        for (byte, more) in bytes[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(more) + carry;
            [*byte, _] = sum.to_le_bytes();
            carry = sum >> 8;
        }
        format!("{header}.{claims}.{}", encoded(bytes))
    }

    /// With the last bit of one letter flipped, for every letter; the dots stay.
    pub(crate) fn flipped(&self) -> impl Iterator<Item = String> {
        let is_letter = |place: &usize| self.token.as_bytes()[*place] != b'.';
        (0..self.token.len()).filter(is_letter).map(|place| {
            let mut bytes = self.token.clone().into_bytes();
            let value = LETTERS.iter().position(|letter| *letter == bytes[place]).unwrap();
            bytes[place] = LETTERS[value ^ 1];
            String::from_utf8(bytes).unwrap()
        })
    }
}
