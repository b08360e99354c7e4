/// How often a thing has been written: 1 when it is new, one more with each change, never less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u32);

impl Revision {
    /// The revision of a thing that was never changed.
    pub const FIRST: Self = Self(1);

    /// Reads a stored or sent number; zero is not a revision.
    pub const fn new(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The number, for a store or a wire.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The revision after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Which revision the caller believes to be changing (RFC 9110, 13.1.1: `If-Match`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there (`*`).
    Any,
    /// One of these, so that no other change is overwritten unseen.
    OneOf(Vec<Revision>),
}

impl Expected {
    /// Whether the caller's belief holds.
    pub fn accepts(&self, actual: Revision) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(revisions) => revisions.contains(&actual),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_revision_that_was_named_is_accepted() {
        let second = Revision::FIRST.next();
        assert!(Expected::Any.accepts(second));
        assert!(Expected::OneOf(vec![Revision::FIRST, second]).accepts(second));
        assert!(!Expected::OneOf(vec![Revision::FIRST]).accepts(second));
        assert!(!Expected::OneOf(Vec::new()).accepts(second));
    }

    #[test]
    fn zero_is_not_a_revision() {
        assert_eq!(Revision::new(0), None);
        assert_eq!(Revision::new(1), Some(Revision::FIRST));
    }
}
