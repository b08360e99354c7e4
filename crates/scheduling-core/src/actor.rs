//! Who changes something.

use kernel::{AccountId, Role};

/// Who asks for a change, as the history will say.
///
/// Whether this actor may touch that appointment at all is decided before; here the role only decides which time
/// limits bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Whose account.
    pub account: AccountId,
    /// In which role.
    pub role: Role,
}

impl Actor {
    /// The installation itself, as its jobs act.
    pub const SYSTEM: Self = Self { account: AccountId::NIL, role: Role::Admin };

    /// Whether this is someone who works here and may therefore set a time limit aside with a reason.
    pub fn is_staff(self) -> bool {
        self.role != Role::Patient
    }
}
