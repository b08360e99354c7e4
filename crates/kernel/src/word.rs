/// A closed vocabulary: each value has exactly one spelling, the same on the wire and in the store; `Debug` writes its name
/// in the source, which is an identifier.
pub trait Word: Copy + Eq + std::fmt::Debug + Sized + 'static {
    /// Every value, in the order in which it is listed to people.
    const ALL: &'static [Self];

    /// The one spelling: `lower_snake` unless the field has its own (`A+`).
    fn as_str(self) -> &'static str;

    /// The value with this spelling, if there is one.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.as_str() == text)
    }
}

/// Declares an enum whose values are [`Word`]s: `pub enum Status { Free = "free", }`.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$value_doc])* $value,)* }

        impl $crate::__words::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$value,)*];

            fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::__words::Word::as_str(*self))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::Word;

    words! {
        /// Two sides.
        enum Side {
            /// Not right.
            Left = "left",
            /// Not left.
            Right = "right",
        }
    }

    #[test]
    fn a_word_is_read_as_it_is_written() {
        for side in Side::ALL {
            assert_eq!(Side::parse(side.as_str()), Some(*side));
        }
        assert_eq!(Side::parse("Left"), None);
    }
}
