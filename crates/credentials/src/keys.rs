//! The keys of one installation, which all its nodes share.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::KeyError;
use crate::key_file::{load, load_or_make, make_folder};

const SIGNING_FILE: &str = "signing.pem";
const CURSOR_FILE: &str = "cursor.key";

/// An Ed25519 key that signs access tokens, and a secret that signs page cursors and from which the keys for device tokens,
/// refresh tokens and hashed names are made. Neither is ever printed.
#[derive(Clone)]
pub struct Keys {
    private_der: Vec<u8>,
    public: [u8; 32],
    kid: String,
    cursor: [u8; 32],
}

impl Keys {
    /// Reads the keys from a folder; makes the folder and the keys, mode 0600, where there are none yet.
    ///
    /// Two starts at once get the same keys.
    ///
    /// # Errors
    /// When a file cannot be read or made, when others than its owner may read it, when it holds no such key, or
    /// when there is no randomness for a new one.
    pub fn load_or_make(dir: &Path) -> Result<Self, KeyError> {
        make_folder(dir)?;
        let signing = load_signing_key(&dir.join(SIGNING_FILE))?;
        let cursor = load_cursor_key(&dir.join(CURSOR_FILE))?;
        let public = signing.verifying_key().to_bytes();
        let private_der = signing.to_pkcs8_der().map_err(|_| not_a_signing_key(&dir.join(SIGNING_FILE)))?;
        Ok(Self { private_der: private_der.as_bytes().to_vec(), public, kid: thumbprint(&public), cursor })
    }

    /// What is wrong with the keys in a folder, file by file; a file that is not there is wrong, too. Makes nothing.
    pub fn faults(dir: &Path) -> Vec<KeyError> {
        let (signing, cursor) = (dir.join(SIGNING_FILE), dir.join(CURSOR_FILE));
        let signing = load(&signing).and_then(|stored| signing_key(&signing, &stored)).err();
        let cursor = load(&cursor).and_then(|stored| key_of(&cursor, stored)).err();
        signing.into_iter().chain(cursor).collect()
    }

    /// The public key as a JSON Web Key Set (RFC 7517; RFC 8037, 2).
    pub fn jwks(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.public);
        json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.kid, "use": "sig", "alg": "EdDSA",
        }]})
        .to_string()
    }

    /// A key for one purpose, the same on every node that shares the folder.
    pub(crate) fn derived(&self, purpose: &str) -> Hmac<Sha256> {
        // What cursors sign always has a zero byte in it, and a purpose never has one.
        let key = keyed(&self.cursor).chain_update(purpose).finalize().into_bytes();
        keyed(&key.into())
    }

    /// What page cursors are signed with.
    pub const fn cursor_key(&self) -> &[u8; 32] {
        &self.cursor
    }

    /// The private key, PKCS#8 in DER.
    pub(crate) fn private_der(&self) -> &[u8] {
        &self.private_der
    }

    /// The public key's 32 bytes (RFC 8032, 5.1.5).
    pub(crate) const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The name under which the public key is published.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn load_signing_key(path: &Path) -> Result<SigningKey, KeyError> {
    let fresh = SigningKey::from_bytes(&random_bytes()?);
    let pem = fresh.to_pkcs8_pem(LineEnding::LF).map_err(|_| not_a_signing_key(path))?;
    signing_key(path, &load_or_make(path, pem.as_bytes())?)
}

fn signing_key(path: &Path, stored: &[u8]) -> Result<SigningKey, KeyError> {
    let pem = std::str::from_utf8(stored).ok();
    pem.and_then(|pem| SigningKey::from_pkcs8_pem(pem).ok()).ok_or_else(|| not_a_signing_key(path))
}

fn load_cursor_key(path: &Path) -> Result<[u8; 32], KeyError> {
    key_of(path, load_or_make(path, &random_bytes()?)?)
}

/// The 256 bits that a file holds.
pub(crate) fn key_of(path: &Path, stored: Vec<u8>) -> Result<[u8; 32], KeyError> {
    stored.try_into().map_err(|_| KeyError::Malformed { path: path.to_owned(), wanted: "exactly 32 bytes" })
}

fn not_a_signing_key(path: &Path) -> KeyError {
    KeyError::Malformed { path: path.to_owned(), wanted: "an Ed25519 private key in PEM (PKCS#8)" }
}

/// HMAC under a key of 256 bits, which is filled up with zeros (RFC 2104).
pub(crate) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(filled, byte)| *filled = *byte);
    Hmac::new(&block.into())
}

pub(crate) fn random_bytes() -> Result<[u8; 32], KeyError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The key's name, made of the key itself (RFC 7638, 3.2: the required members, in order, without white space).
fn thumbprint(public: &[u8; 32]) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(public));
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn the_first_start_makes_keys_that_only_the_owner_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let keys_dir = folder.path().join("new").join("keys");
        Keys::load_or_make(&keys_dir).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&keys_dir), 0o700);
        assert_eq!(mode(&keys_dir.join(SIGNING_FILE)), 0o600);
        assert_eq!(mode(&keys_dir.join(CURSOR_FILE)), 0o600);
        assert_eq!(fs::read_dir(&keys_dir).unwrap().count(), 2);
    }

    #[test]
    fn the_second_start_loads_the_same_keys() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::load_or_make(folder.path()).unwrap();
        let second = Keys::load_or_make(folder.path()).unwrap();
        assert_eq!(first.jwks(), second.jwks());
        assert_eq!(first.private_der, second.private_der);
        assert_eq!(first.cursor_key(), second.cursor_key());
    }

    #[test]
    fn starts_at_the_same_time_agree_on_one_key() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let barrier = Barrier::new(4);
            let start = || {
                barrier.wait();
                let keys = Keys::load_or_make(folder.path()).unwrap();
                (keys.private_der, keys.cursor)
            };
            let all: Vec<_> = std::thread::scope(|scope| {
                let starts: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
                starts.into_iter().map(|start| start.join().unwrap()).collect()
            });
            assert!(all.iter().all(|keys| keys == &all[0]));
        }
    }

    #[test]
    fn a_file_that_holds_something_else_is_named() {
        for (file, content, wanted) in [
            (SIGNING_FILE, b"not a key".as_slice(), "an Ed25519 private key"),
            (SIGNING_FILE, &[0xff, 0xfe], "an Ed25519 private key"),
            (SIGNING_FILE, b"", "an Ed25519 private key"),
            (CURSOR_FILE, b"short", "exactly 32 bytes"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            Keys::load_or_make(folder.path()).unwrap();
            fs::write(folder.path().join(file), content).unwrap();
            let message = Keys::load_or_make(folder.path()).unwrap_err().to_string();
            assert!(message.contains(file) && message.contains(wanted), "{message}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_and_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let keys_dir = folder.path().join("keys");
        let told = || -> Vec<String> {
            let faults = Keys::faults(&keys_dir).into_iter();
            faults.map(|fault| fault.to_string().replace(&format!("{}/", keys_dir.display()), "")).collect()
        };
        assert_eq!(told(), ["key file signing.pem is missing", "key file cursor.key is missing"]);
        assert!(!keys_dir.exists());
        Keys::load_or_make(&keys_dir).unwrap();
        assert_eq!(told(), [""; 0]);
        fs::write(keys_dir.join(SIGNING_FILE), "not a key").unwrap();
        fs::set_permissions(keys_dir.join(CURSOR_FILE), fs::Permissions::from_mode(0o640)).unwrap();
        let [signing, cursor] = told().try_into().unwrap();
        assert!(signing.contains("does not hold") && cursor.contains("has mode 0640"), "{signing}, {cursor}");
    }

    #[test]
    fn the_thumbprint_is_the_one_of_the_standard() {
        // RFC 8037, appendix A.3.
        let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(thumbprint(&x.try_into().unwrap()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn the_key_set_holds_the_public_key_only_and_nothing_secret_is_printed() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::load_or_make(folder.path()).unwrap();
        let set: serde_json::Value = serde_json::from_str(&keys.jwks()).unwrap();
        let key = set["keys"][0].as_object().unwrap();
        let mut members: Vec<_> = key.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
        assert_eq!(key["kid"], keys.kid());
        assert_eq!(format!("{keys:?}"), format!("Keys {{ kid: {:?}, .. }}", keys.kid()));
    }
}
