//! The codes of specialties.

use std::str::FromStr;

use thiserror::Error;

use crate::{Refusal, Specialty};

/// The fewest characters of a code.
pub const CODE_CHARS_MIN: usize = 2;

/// The most characters of a code.
pub const CODE_CHARS_MAX: usize = 40;

/// The code of a specialty: `lower_snake`, [`CODE_CHARS_MIN`] to [`CODE_CHARS_MAX`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialtyCode(String);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a code has {CODE_CHARS_MIN} to {CODE_CHARS_MAX} small letters, digits and single underscores between them, and \
     begins with a letter"
)]
pub struct NotASpecialtyCode;

impl SpecialtyCode {
    /// As it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SpecialtyCode {
    type Err = NotASpecialtyCode;

    fn from_str(text: &str) -> Result<Self, NotASpecialtyCode> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let fits = (CODE_CHARS_MIN..=CODE_CHARS_MAX).contains(&text.len());
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if fits && begins && text.split('_').all(is_word) { Ok(Self(text.to_owned())) } else { Err(NotASpecialtyCode) }
    }
}

/// Whether a specialty can be added to this list.
///
/// # Errors
/// `SpecialtyTaken` when the list has the code.
pub fn decide_addition(list: &[Specialty], code: &SpecialtyCode) -> Result<(), Refusal> {
    if list.iter().any(|known| known.code == code.as_str()) {
        return Err(Refusal::SpecialtyTaken { code: code.as_str().to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_lower_snake() {
        for good in ["ab", "cardiology", "general_practice", "covid19_care", &"a".repeat(40)] {
            assert_eq!(good.parse::<SpecialtyCode>().as_ref().map(SpecialtyCode::as_str), Ok(good));
        }
        for bad in
            ["", "a", "Ab", "a b", "a-b", "_ab", "ab_", "a__b", "1ab", "é1", "a\n", "a\0b", "ab ", &"a".repeat(41)]
        {
            assert_eq!(bad.parse::<SpecialtyCode>(), Err(NotASpecialtyCode), "{bad:?}");
        }
    }

    #[test]
    fn a_list_has_a_code_once() {
        let list = [Specialty { code: "urology".to_owned(), name: "Urology".to_owned() }];
        let decide = |code: &str| decide_addition(&list, &code.parse().unwrap());
        assert_eq!(decide("urology"), Err(Refusal::SpecialtyTaken { code: "urology".to_owned() }));
        assert_eq!(decide("neurology"), Ok(()));
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    proptest! {
        #[test]
        fn words_with_underscores_between_them_are_a_code(code in "[a-z][a-z0-9]{1,7}(_[a-z0-9]{1,7}){0,4}") {
            let parsed = code.parse::<SpecialtyCode>();
            prop_assert_eq!(parsed.as_ref().map(SpecialtyCode::as_str), Ok(code.as_str()));
        }

        #[test]
        fn a_code_goes_into_a_path_as_it_is(text in fuzz::text(&["general_practice", "covid19_care", "ab"])) {
            if let Ok(code) = text.parse::<SpecialtyCode>() {
                prop_assert_eq!(code.as_str(), &text);
                prop_assert!(text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')) && text.len() <= 40);
                prop_assert!(!text.contains("__") && !text.ends_with('_'));
            }
        }
    }
}
