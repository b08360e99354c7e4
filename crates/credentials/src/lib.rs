//! Passwords and tokens behind the ports of `identity-core`: bcrypt, zxcvbn, Ed25519 and JSON web tokens.

mod key_file;
mod keys;
mod passwords;
mod tokens;

pub use key_file::KeyError;
pub use keys::Keys;
pub use passwords::BcryptPasswords;
pub use tokens::JwtTokens;
