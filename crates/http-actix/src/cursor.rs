//! Cursors: where a list goes on, sealed so that nobody makes one up, and good for that list only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Position, Revision};
use sha2::Sha256;
use uuid::Uuid;

/// What a list is sorted by, as a cursor keeps it.
pub trait Key: Sized {
    /// Its bytes.
    fn to_bytes(&self) -> Vec<u8>;

    /// From its bytes.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Key for DateTime<Utc> {
    fn to_bytes(&self) -> Vec<u8> {
        self.timestamp_micros().to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_timestamp_micros(i64::from_be_bytes(bytes.try_into().ok()?))
    }
}

impl Key for Revision {
    fn to_bytes(&self) -> Vec<u8> {
        self.number().to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::new(u32::from_be_bytes(bytes.try_into().ok()?))
    }
}

impl Key for String {
    fn to_bytes(&self) -> Vec<u8> {
        self.clone().into_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_utf8(bytes.to_vec()).ok()
    }
}

/// What cursors are sealed with.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// From 256 random bits.
    pub fn new(key: [u8; 32]) -> Self {
        // A shorter key is filled up with zeros (RFC 2104).
        let mut block = [0; 64];
        block.iter_mut().zip(key).for_each(|(filled, byte)| *filled = byte);
        Self(Hmac::new(&block.into()))
    }

    fn mac(&self, list: &str, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(list.as_bytes());
        mac.update(&[0]);
        mac.update(content);
        mac
    }
}

const SEAL_BYTES: usize = 32;
const ID_BYTES: usize = 16;

/// Writes a position of this list as a cursor: seal, id, key.
pub fn seal<K: Key>(key: &CursorKey, list: &str, position: &Position<K>) -> String {
    let mut content = position.id.as_bytes().to_vec();
    content.extend(position.key.to_bytes());
    let mut sealed = key.mac(list, &content).finalize().into_bytes().to_vec();
    sealed.extend(content);
    URL_SAFE_NO_PAD.encode(sealed)
}

/// Reads a cursor of this list.
pub fn open<K: Key>(key: &CursorKey, list: &str, cursor: &str) -> Option<Position<K>> {
    let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (seal, content) = sealed.split_at_checked(SEAL_BYTES)?;
    key.mac(list, content).verify_slice(seal).ok()?;
    let (id, sort_key) = content.split_at_checked(ID_BYTES)?;
    Some(Position { key: K::from_bytes(sort_key)?, id: Uuid::from_slice(id).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position() -> Position<String> {
        Position { key: "zoë".to_owned(), id: Uuid::from_u128(7) }
    }

    #[test]
    fn a_cursor_is_good_for_its_list_and_its_key_only() {
        let key = CursorKey::new([1; 32]);
        let cursor = seal(&key, "doctors", &position());
        assert_eq!(open(&key, "doctors", &cursor), Some(position()));
        assert_eq!(open::<String>(&key, "patients", &cursor), None);
        assert_eq!(open::<String>(&CursorKey::new([2; 32]), "doctors", &cursor), None);
    }

    #[test]
    fn a_cursor_that_was_changed_anywhere_is_none() {
        let key = CursorKey::new([1; 32]);
        let cursor = URL_SAFE_NO_PAD.decode(seal(&key, "doctors", &position())).unwrap();
        for n in 0..cursor.len() {
            let mut changed = cursor.clone();
            changed[n] ^= 1;
            assert_eq!(open::<String>(&key, "doctors", &URL_SAFE_NO_PAD.encode(changed)), None, "{n}");
            assert_eq!(open::<String>(&key, "doctors", &URL_SAFE_NO_PAD.encode(&cursor[..n])), None, "{n}");
        }
        assert_eq!(open::<String>(&key, "doctors", "no base64!"), None);
    }

    #[test]
    fn an_instant_keeps_its_microseconds() {
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap();
        assert_eq!(DateTime::from_bytes(&at.to_bytes()), Some(at));
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use proptest::sample::Index;
    use testkit::fuzz;

    use super::*;

    const LIST: &str = "doctors";

    fn key() -> CursorKey {
        CursorKey::new([7; 32])
    }

    prop_compose! {
        fn position()(key in fuzz::line(), id in any::<u128>()) -> Position<String> {
            Position { key, id: Uuid::from_u128(id) }
        }
    }

    proptest! {
        #[test]
        fn a_cursor_opens_as_it_was_sealed(position in position(), micros in any::<i64>()) {
            prop_assert_eq!(open(&key(), LIST, &seal(&key(), LIST, &position)), Some(position.clone()));
            if let Some(at) = DateTime::from_timestamp_micros(micros) {
                let position = Position { key: at, id: position.id };
                prop_assert_eq!(open(&key(), LIST, &seal(&key(), LIST, &position)), Some(position));
            }
        }

        #[test]
        fn a_cursor_with_any_bit_changed_is_none(position in position(), bit in any::<Index>()) {
            let mut sealed = URL_SAFE_NO_PAD.decode(seal(&key(), LIST, &position)).unwrap();
            let bit = bit.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(open::<String>(&key(), LIST, &URL_SAFE_NO_PAD.encode(sealed)), None);
        }

        #[test]
        fn a_cursor_has_one_spelling(position in position(), slips in fuzz::slips()) {
            let cursor = seal(&key(), LIST, &position);
            let typed = fuzz::typed(&cursor, &slips);
            prop_assert_eq!(open::<String>(&key(), LIST, &typed).is_some(), typed == cursor);
        }

        #[test]
        fn a_cursor_is_good_for_one_list_and_one_key(position in position(), list in fuzz::line(), other in any::<[u8; 32]>()) {
            let cursor = seal(&key(), LIST, &position);
            prop_assert_eq!(open::<String>(&key(), &list, &cursor).is_some(), list == LIST);
            prop_assert_eq!(open::<String>(&CursorKey::new(other), LIST, &cursor).is_some(), other == [7; 32]);
        }
    }
}
