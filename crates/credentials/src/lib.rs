//! Passwords and tokens behind the ports of `identity-core`: bcrypt, zxcvbn, Ed25519 and JSON web tokens.

mod key_file;
mod keys;
mod passwords;
mod seal_key;
mod tokens;

pub use key_file::KeyError;
pub use keys::Keys;
pub use passwords::BcryptPasswords;
pub use seal_key::{HeadFile, SealKey};
pub use tokens::JwtTokens;
