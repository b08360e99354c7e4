//! Who gets which status where: the table in docs/access.md, and a clinic to try it in.

mod scene;
mod table;

pub use scene::{Ask, Scene};
pub use table::{Row, Word, rows};

/// The columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever has no good token: none, one of a session that was ended, of an account that waits, of one that was closed.
    Nobody,
    /// Somebody's patient.
    Patient,
    /// Somebody's doctor.
    Doctor,
    /// The front desk.
    Receptionist,
    /// An administrator.
    Admin,
}

impl Who {
    /// In the order of the columns.
    pub const ALL: [Self; 5] = [Self::Nobody, Self::Patient, Self::Doctor, Self::Receptionist, Self::Admin];
}

/// Whose the thing is that a request is about; the words of a cell, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The caller's own, or of their own patient or doctor; where nobody owns such things, one of them.
    Own,
    /// Another one's; where nobody owns such things, another one.
    Others,
    /// Nobody's: there is none.
    Missing,
}

impl Object {
    /// In the order of the words.
    pub const ALL: [Self; 3] = [Self::Own, Self::Others, Self::Missing];
}
