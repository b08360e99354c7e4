//! The names by which an account is known, each belonging to one account only.

use std::str::FromStr;

use email_address::Options;
use kernel::{compose, fold, is_one_line, words};
use thiserror::Error;

words! {
    /// What no two accounts may share.
    pub enum UniqueField {
        /// The e-mail address, whatever its case.
        Email = "email",
        /// The username, whatever its case.
        Username = "username",
        /// The telephone number.
        Phone = "phone",
        /// The national identity number, whatever its case.
        NationalId = "national_id",
    }
}

words! {
    /// What may stand in the first field of a login form.
    pub enum IdentifierKind {
        /// The e-mail address.
        Email = "email",
        /// The username.
        Username = "username",
        /// The national identity number.
        NationalId = "national_id",
    }
}

/// Which names an installation lets people log in with.
pub type Identifiers = Vec<IdentifierKind>;

/// Why a text cannot be such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotALoginName {
    /// Not `local@domain.tld` (RFC 5321), or over 254 bytes.
    #[error("this is not an e-mail address")]
    Email,
    /// Not the international form of ITU-T E.164.
    #[error("a telephone number is + and 7 to 15 digits (E.164)")]
    Phone,
    /// 3 to 30 of letters, digits, `_`, `-` and `.`, beginning with a letter.
    #[error("a username has 3 to 30 letters, digits, dots, dashes and underscores, and begins with a letter")]
    Username,
    /// 4 to 32 letters, digits and dashes, with at least one digit.
    #[error("a national id has 4 to 32 letters, digits and dashes, at least one digit among them")]
    NationalId,
}

/// An e-mail address as it was written, and the key under which it is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    written: String,
}

/// A telephone number in E.164: `+` and 7 to 15 digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

/// A name without `@`, so that it is never taken for an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

/// A number that a state gave a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalId(String);

impl EmailAddress {
    /// As it was written: where mail is sent.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Equal for two addresses that differ only in case or composition (promised: one account for both).
    pub fn key(&self) -> String {
        fold(&self.written)
    }
}

impl FromStr for EmailAddress {
    type Err = NotALoginName;

    /// An address that was typed in parts (`e` and an accent) is composed first; white space around it is dropped.
    fn from_str(text: &str) -> Result<Self, NotALoginName> {
        let text = compose(text.trim());
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        let fits = text.len() <= 254 && is_one_line(&text) && !text.contains(['"', ' ']);
        if fits && email_address::EmailAddress::parse_with_options(&text, options).is_ok() {
            Ok(Self { written: text })
        } else {
            Err(NotALoginName::Email)
        }
    }
}

impl Phone {
    /// `+` and digits only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = NotALoginName;

    /// Spaces, dashes, dots and parentheses between the digits are dropped.
    fn from_str(text: &str) -> Result<Self, NotALoginName> {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
        let digits = bare.strip_prefix('+').ok_or(NotALoginName::Phone)?;
        let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if fits && !digits.starts_with('0') { Ok(Self(bare)) } else { Err(NotALoginName::Phone) }
    }
}

impl Username {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Equal for two usernames that differ only in case.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl FromStr for Username {
    type Err = NotALoginName;

    /// White space around it is dropped.
    fn from_str(text: &str) -> Result<Self, NotALoginName> {
        let text = text.trim();
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let fits = (3..=30).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if begins && fits { Ok(Self(text.to_owned())) } else { Err(NotALoginName::Username) }
    }
}

impl NationalId {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Equal for two numbers that differ only in case.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl FromStr for NationalId {
    type Err = NotALoginName;

    /// White space around it is dropped.
    fn from_str(text: &str) -> Result<Self, NotALoginName> {
        let text = text.trim();
        let fits = (4..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && text.bytes().any(|b| b.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(NotALoginName::NationalId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_is_unique_whatever_its_case() {
        let key = |text: &str| text.parse::<EmailAddress>().unwrap().key();
        assert_eq!(key("Ada@Example.org"), key("ada@EXAMPLE.ORG"));
        assert_ne!(key("ada+clinic@example.org"), key("ada@example.org"));
        assert_eq!(key("zoe\u{308}@example.org"), key("ZO\u{cb}@example.org"));
        assert_eq!("Ada@Example.org".parse::<EmailAddress>().unwrap().as_str(), "Ada@Example.org");
    }

    #[test]
    fn what_is_not_an_email_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(300));
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@localhost",
            "a b@example.org",
            "Ada <ada@example.org>",
            "ada@example.org\r\nBcc: eve@example.org",
            "\"a b\"@example.org",
            "ada@[127.0.0.1]",
            &long,
        ] {
            assert_eq!(bad.parse::<EmailAddress>(), Err(NotALoginName::Email), "{bad:?}");
        }
    }

    #[test]
    fn a_phone_number_is_kept_in_its_international_form() {
        assert_eq!("+234 (803) 555-0199".parse::<Phone>().unwrap().as_str(), "+2348035550199");
        for bad in ["", "+", "08035550199", "+123456", "+1234567890123456", "+0123456789", "+12345abc90", "+١٢٣٤٥٦٧٨٩"]
        {
            assert_eq!(bad.parse::<Phone>(), Err(NotALoginName::Phone), "{bad:?}");
        }
    }

    #[test]
    fn a_username_begins_with_a_letter_and_is_never_an_email_address() {
        assert_eq!("Ada.L-1".parse::<Username>().unwrap().key(), "ada.l-1");
        for bad in ["", "ab", "1ada", "ada@example", "ada lovelace", "Zoë", &"a".repeat(31)] {
            assert_eq!(bad.parse::<Username>(), Err(NotALoginName::Username), "{bad:?}");
        }
    }

    #[test]
    fn a_national_id_has_a_digit() {
        assert_eq!("ab-123456-c".parse::<NationalId>().unwrap().key(), "ab-123456-c");
        for bad in ["", "123", "abcd", "12 34", &"1".repeat(33)] {
            assert_eq!(bad.parse::<NationalId>(), Err(NotALoginName::NationalId), "{bad:?}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use std::fmt::Debug;

    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const EMAILS: &[&str] =
        &["ada@example.org", "Zoe\u{308}@b\u{fc}cher.example", "a.b+c@sub.example.co.uk", "a@[127.0.0.1]", "A@b.cd"];
    const PHONES: &[&str] = &["+2348035550199", "+234 (803) 555-0199", "+49.30.901820"];
    const NAMES: &[&str] = &["Ada.L-1", "ada_lovelace", "ab-123456-c", "12345678901"];

    fn is_read_as_it_is_written<T>(text: &str, written: fn(&T) -> &str) -> Result<Option<T>, TestCaseError>
    where
        T: FromStr<Err = NotALoginName> + Clone + Debug + PartialEq,
    {
        let name = text.parse::<T>().ok();
        if let Some(name) = &name {
            prop_assert!(is_one_line(written(name)) && !written(name).is_empty());
            prop_assert_eq!(written(name).parse(), Ok(name.clone()));
        }
        Ok(name)
    }

    proptest! {
        #[test]
        fn an_email_address_has_a_key_for_all_its_spellings(text in fuzz::text(EMAILS)) {
            if let Some(email) = is_read_as_it_is_written(&text, EmailAddress::as_str)? {
                prop_assert!(email.as_str().len() <= 254 && email.as_str().contains('@'));
                prop_assert_eq!(fold(&email.key()), email.key());
                if let Ok(shouted) = text.to_ascii_uppercase().parse::<EmailAddress>() {
                    prop_assert_eq!(shouted.key(), email.key());
                }
            }
        }

        #[test]
        fn a_phone_number_is_a_plus_and_digits(text in fuzz::text(PHONES)) {
            if let Some(phone) = is_read_as_it_is_written(&text, Phone::as_str)? {
                let digits = phone.as_str().strip_prefix('+').unwrap_or_default();
                prop_assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()));
            }
        }

        #[test]
        fn no_other_name_is_an_email_address(text in fuzz::text(NAMES)) {
            let username = is_read_as_it_is_written(&text, Username::as_str)?;
            let national_id = is_read_as_it_is_written(&text, NationalId::as_str)?;
            let keys = [username.map(|name| name.key()), national_id.map(|id| id.key())];
            for key in keys.into_iter().flatten() {
                prop_assert_eq!(key, text.trim().to_ascii_lowercase());
                prop_assert!(text.parse::<EmailAddress>().is_err());
            }
        }
    }
}
