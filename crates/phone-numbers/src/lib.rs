//! Telephone numbers as people write them, read by the numbering plans of all countries (libphonenumber's data).

use identity_core::Phone;
use identity_core::ports::PhoneNumbers;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use thiserror::Error;

/// The country whose national form is read; without one, numbers begin with `+` and a country code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NumberingPlans {
    country: Option<Region>,
}

/// A code that names no country with telephone numbers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be the two letters of a country (ISO 3166-1), such as NG")]
pub struct UnknownCountry;

impl NumberingPlans {
    /// The plans as they are dialled in the country of this code (ISO 3166-1 alpha-2, whatever its case).
    ///
    /// # Errors
    /// [`UnknownCountry`] for any other text.
    pub fn in_country(code: &str) -> Result<Self, UnknownCountry> {
        let region: Region = code.to_ascii_uppercase().parse().map_err(|_| UnknownCountry)?;
        match PHONE_NUMBER_UTIL.get_country_code_for_region(region) {
            Some(_) => Ok(Self { country: Some(region) }),
            None => Err(UnknownCountry),
        }
    }
}

impl PhoneNumbers for NumberingPlans {
    /// A number whose length its numbering plan allows from abroad: one that is too new to be in the data is taken.
    /// Letters and extensions are refused, because E.164 has none.
    fn read(&self, text: &str) -> Option<Phone> {
        let number = PHONE_NUMBER_UTIL.parse(text, self.country).ok()?;
        let is_whole = PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) == Ok(NumberLengthType::IsPossible);
        if !is_whole || !number.extension().is_empty() || text.contains(char::is_alphabetic) {
            return None;
        }
        PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(country: &str, text: &str, expected: Option<&str>) {
        let plans = NumberingPlans::in_country(country).unwrap();
        assert_eq!(plans.read(text).as_ref().map(Phone::as_str), expected, "{country} {text:?}");
    }

    #[test]
    fn a_number_is_read_as_it_is_dialled_in_the_country() {
        check("GB", "020 7946 0958", Some("+442079460958"));
        check("gb", "(020) 7946-0958", Some("+442079460958"));
        check("NG", "0803 555 0199", Some("+2348035550199"));
        check("IT", "06 1234 5678", Some("+390612345678"));
        check("DE", "030/5550100", Some("+49305550100"));
        check("NU", "4000", Some("+6834000"));
        check("GB", "00 49 30 5550100", Some("+49305550100"));
    }

    #[test]
    fn the_trunk_prefix_is_no_part_of_an_international_number() {
        for text in ["+44 (0)20 7946 0958", "+44 020 7946 0958", "+442079460958", "+683 4000"] {
            let expected = if text.contains("683") { "+6834000" } else { "+442079460958" };
            check("DE", text, Some(expected));
        }
    }

    #[test]
    fn signs_that_come_along_with_a_pasted_number_do_not_matter() {
        check("GB", "020\u{a0}7946\u{2011}0958", Some("+442079460958"));
        check("GB", "\u{202a}+44 20 7946 0958\u{202c}", Some("+442079460958"));
        check("GB", "\u{2068}020 7946 0958\u{2069}", Some("+442079460958"));
        check("GB", "０２０ ７９４６ ０９５８", Some("+442079460958"));
        check("EG", "٠١٠ ٠١٢٣ ٤٥٦٧", Some("+201001234567"));
    }

    #[test]
    fn what_cannot_be_dialled_from_abroad_is_no_number() {
        for text in [
            "",
            "+",
            "112",
            "12345",
            "+44 1",
            "+999 12345678",
            "+1 555 0100",
            "call me",
            "+44 20 7946 0958 ext. 5",
            "020 7946 0958 or 020 1111 1111",
            "0800 FLOWERS",
            "+4930555010012345",
            "+0123456789",
        ] {
            check("GB", text, None);
        }
    }

    #[test]
    fn without_a_country_only_the_international_form_is_read() {
        let plans = NumberingPlans::default();
        assert_eq!(plans.read("+44 20 7946 0958").unwrap().as_str(), "+442079460958");
        assert_eq!(plans.read("020 7946 0958"), None);
    }

    #[test]
    fn a_code_that_is_no_country_is_refused() {
        for code in ["", "ZZ", "001", "England", "G", "é1"] {
            assert_eq!(NumberingPlans::in_country(code), Err(UnknownCountry), "{code}");
        }
    }
}
