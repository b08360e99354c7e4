//! What a partial change says about one field (RFC 7396).

/// A field that may stay, be emptied, or get a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Not mentioned.
    #[default]
    Keep,
    /// `null`.
    Clear,
    /// A value.
    Set(T),
}

impl<T> Edit<T> {
    /// The same wish, of what is made of the value.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Edit<U> {
        match self {
            Self::Keep => Edit::Keep,
            Self::Clear => Edit::Clear,
            Self::Set(value) => Edit::Set(of(value)),
        }
    }

    /// The field after the change.
    pub fn over(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Edit;

    #[test]
    fn a_field_stays_unless_it_is_mentioned() {
        assert_eq!(Edit::Keep.over(Some(1)), Some(1));
        assert_eq!(Edit::Clear.over(Some(1)), None);
        assert_eq!(Edit::Set(2).over(Some(1)), Some(2));
    }
}
