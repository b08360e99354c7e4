//! Stand-ins for the clock, randomness and cryptography: quick, and the same every time.

mod clock;
mod counting;
mod ids;
mod passwords;
mod seals;
mod tokens;

pub use clock::FixedClock;
pub use counting::CountingPasswords;
pub use ids::SequentialIds;
pub use passwords::PlainPasswords;
pub use seals::PlainSeals;
pub use tokens::PlainTokens;
