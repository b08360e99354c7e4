//! Which message is due to whom and when. No database, no network, no templates.

pub mod message;
pub mod ports;

pub use message::{About, Addressee, Message, MessageKind};
