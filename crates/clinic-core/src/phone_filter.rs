//! Telephone numbers that people are searched by.

/// Which telephone numbers are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneFilter {
    /// This one, in E.164.
    Whole(String),
    /// Those that end so.
    EndsWith(LastDigits),
}

/// The last digits of a telephone number, 4 to 15.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDigits(String);

impl LastDigits {
    /// The fewest: fewer would fit too many people.
    pub const DIGITS_MIN: usize = 4;

    /// The most (E.164).
    pub const DIGITS_MAX: usize = 15;

    /// The digits of a text, whatever stands between them.
    pub fn read(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        (Self::DIGITS_MIN..=Self::DIGITS_MAX).contains(&digits.len()).then_some(Self(digits))
    }

    /// As much of their end as this number in E.164 has too: without the prefix by which it is dialled in its country.
    #[must_use]
    pub fn shared_with(self, number: &str) -> Self {
        let pairs = self.0.bytes().rev().zip(number.bytes().rev());
        let shared = pairs.take_while(|(typed, known)| typed == known).count();
        if shared < Self::DIGITS_MIN { self } else { Self(self.0.split_at(self.0.len() - shared).1.to_owned()) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four of them.
    pub fn tail(&self) -> &str {
        self.0.split_at(self.0.len() - Self::DIGITS_MIN).1
    }
}

impl PhoneFilter {
    /// Whether a number in E.164 is wanted.
    pub fn accepts(&self, number: &str) -> bool {
        match self {
            Self::Whole(wanted) => number == wanted,
            Self::EndsWith(digits) => number.ends_with(digits.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_digits_are_four_at_least_whatever_stands_between() {
        let read = |text| LastDigits::read(text).map(|digits| (digits.as_str().to_owned(), digits.tail().to_owned()));
        assert_eq!(read("0958"), Some(("0958".to_owned(), "0958".to_owned())));
        assert_eq!(read("46-0958"), Some(("460958".to_owned(), "0958".to_owned())));
        for few in ["", "958", "call me", "1234567890123456"] {
            assert_eq!(read(few), None, "{few}");
        }
    }

    #[test]
    fn the_prefix_that_is_dialled_within_a_country_is_no_part_of_a_number() {
        let shared = |typed| LastDigits::read(typed).unwrap().shared_with("+442079460958").as_str().to_owned();
        assert_eq!(shared("020 7946 0958"), "2079460958");
        assert_eq!([shared("946-0958"), shared("1234 958")], ["9460958", "1234958"]);
    }

    #[test]
    fn a_number_is_wanted_whole_or_by_its_end() {
        let whole = PhoneFilter::Whole("+442079460958".to_owned());
        assert!(whole.accepts("+442079460958") && !whole.accepts("+4412079460958"));
        let end = PhoneFilter::EndsWith(LastDigits::read("0958").unwrap());
        assert!(end.accepts("+442079460958") && !end.accepts("+442079460959"));
    }
}
