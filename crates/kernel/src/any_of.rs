use crate::Word;

/// The values that a filter accepts, each once, in the order of [`Word::ALL`]; where there is none, it accepts all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnyOf<T>(Vec<T>);

impl<T: Word> AnyOf<T> {
    /// Whether this accepts every value because none was named.
    pub const fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this accepts the value.
    pub fn accepts(&self, value: T) -> bool {
        self.is_open() || self.0.contains(&value)
    }

    /// The values that were named.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// Each value by itself; one `None` where none was named.
    pub fn each(&self) -> impl Iterator<Item = Option<T>> + use<T> {
        let values: Vec<Option<T>> =
            if self.is_open() { vec![None] } else { self.0.iter().copied().map(Some).collect() };
        values.into_iter()
    }
}

impl<T> Default for AnyOf<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Word> FromIterator<T> for AnyOf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let named: Vec<T> = values.into_iter().collect();
        Self(T::ALL.iter().copied().filter(|value| named.contains(value)).collect())
    }
}

impl<T: Word> From<Option<T>> for AnyOf<T> {
    fn from(value: Option<T>) -> Self {
        value.into_iter().collect()
    }
}

impl<T: Word, const N: usize> From<[T; N]> for AnyOf<T> {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::AnyOf;
    use crate::Role;

    #[test]
    fn values_are_there_once_in_the_order_of_all() {
        let some = AnyOf::from([Role::Admin, Role::Patient, Role::Admin]);
        assert_eq!(some.as_slice(), [Role::Patient, Role::Admin]);
        assert_eq!(some, AnyOf::from([Role::Patient, Role::Admin]));
        assert_eq!(some.each().collect::<Vec<_>>(), [Some(Role::Patient), Some(Role::Admin)]);
        assert!(some.accepts(Role::Admin) && !some.accepts(Role::Doctor));
    }

    #[test]
    fn who_names_no_value_accepts_all() {
        let open = AnyOf::<Role>::from(None);
        assert!(open.is_open() && open.accepts(Role::Doctor));
        assert_eq!(open.each().collect::<Vec<_>>(), [None]);
    }
}
