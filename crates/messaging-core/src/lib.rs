//! Which message is due to whom and when, and what becomes of it. No database, no network, no templates.

pub mod inviting;
pub mod letter;
pub mod message;
pub mod news;
pub mod ports;
pub mod preferences;
pub mod retrying;
pub mod salutation;

pub use inviting::Method;
pub use letter::{Before, CalendarEntry, ChangedBy, Contents, Happening, Letter, Mailbox, Side, VisitFacts, Wording};
pub use message::{About, Addressee, Message, MessageKind};
pub use news::News;
pub use ports::{Attempt, AttemptOutcome, MessageStatus, Posted};
pub use preferences::{Language, Preferences};
pub use salutation::{AddressProof, addressed_as};
