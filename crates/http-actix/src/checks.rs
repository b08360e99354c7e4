//! The shapes of texts, for `#[validate(custom(function = "…"))]`. Lengths are counted in characters.

use clinic_core::SpecialtyCode;
use identity_core::{EmailAddress, NationalId, Password, Username};
use kernel::{Currency, is_blank, is_one_line};
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use validator::ValidationError;

use crate::problem::Problem;

/// The most characters of a line: a name, a licence, a search word.
pub const LINE_CHARS_MAX: usize = 200;
/// The most characters of a note: a reason, an address.
pub const NOTE_CHARS_MAX: usize = 500;
/// The most characters of a long text: notes, a medical history.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// The most characters of a telephone number, as it is written.
pub const PHONE_CHARS_MAX: usize = 50;
/// The complaint about a text that is no telephone number.
pub const NO_PHONE: &str = "must be a telephone number that can be dialled from abroad";
/// The most characters of a web address.
pub const URL_CHARS_MAX: usize = 2_000;
/// The most characters of what somebody types to log in.
pub const CREDENTIAL_CHARS_MAX: usize = 1_000;
/// The most entries of a list of texts.
pub const LIST_LENGTH_MAX: usize = 20;

/// What a check says.
pub type Checked = Result<(), ValidationError>;

/// One line of at most [`LINE_CHARS_MAX`] characters, not blank.
///
/// # Errors
/// Says what is wrong.
pub fn line(text: &str) -> Checked {
    text_of(text, LINE_CHARS_MAX)?;
    if is_one_line(text) {
        Ok(())
    } else {
        Err(error("control_character", "must be one line without control characters, also of direction"))
    }
}

/// At most [`NOTE_CHARS_MAX`] characters, not blank.
///
/// # Errors
/// Says what is wrong.
pub fn note(text: &str) -> Checked {
    text_of(text, NOTE_CHARS_MAX)
}

/// At most [`TEXT_CHARS_MAX`] characters, not blank.
///
/// # Errors
/// Says what is wrong.
pub fn long_text(text: &str) -> Checked {
    text_of(text, TEXT_CHARS_MAX)
}

/// An `http` or `https` address of at most [`URL_CHARS_MAX`] characters.
///
/// # Errors
/// Says what is wrong.
pub fn web_address(text: &str) -> Checked {
    text_of(text, URL_CHARS_MAX)?;
    let bad = || error("url", "must be an http or https address");
    // The parser lets quotation marks and braces through, at which an attribute of a page would end (RFC 3986, 2).
    let is_legal = |c: char| c.is_ascii_graphic() && !r#""<>\^`{|}"#.contains(c);
    let legal = Some(text).filter(|text| text.chars().all(is_legal)).ok_or_else(bad)?;
    let uri: actix_web::http::Uri = legal.parse().map_err(|_| bad())?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    if web && uri.host().is_some_and(|host| !host.is_empty()) { Ok(()) } else { Err(bad()) }
}

/// An e-mail address.
///
/// # Errors
/// Says what is wrong.
pub fn email(text: &str) -> Checked {
    parses::<EmailAddress>(text, "email")
}

/// A text that may be a telephone number; the door reads it, which knows the clinic's country.
///
/// # Errors
/// Says what is wrong.
pub fn phone(text: &str) -> Checked {
    text_of(text, PHONE_CHARS_MAX)?;
    let has_digits = text.chars().any(char::is_numeric);
    if has_digits && !text.contains(char::is_alphabetic) { Ok(()) } else { Err(error("phone", NO_PHONE)) }
}

/// A username.
///
/// # Errors
/// Says what is wrong.
pub fn username(text: &str) -> Checked {
    parses::<Username>(text, "username")
}

/// A national id.
///
/// # Errors
/// Says what is wrong.
pub fn national_id(text: &str) -> Checked {
    parses::<NationalId>(text, "national_id")
}

/// A password of acceptable length.
///
/// # Errors
/// Says what is wrong.
pub fn password(text: &str) -> Checked {
    Password::new(text.to_owned()).map(|_| ()).map_err(|weak| error("weak_password", weak.to_string()))
}

/// A secret, or a name, as somebody types it at the door: not empty, and not endless; it is compared, not kept.
///
/// # Errors
/// Says what is wrong.
pub fn credential(text: &str) -> Checked {
    if text.is_empty() {
        Err(error("blank", "must not be empty"))
    } else if CREDENTIAL_CHARS_MAX < text.chars().count() {
        Err(error("too_long", format!("must have at most {CREDENTIAL_CHARS_MAX} characters")))
    } else {
        Ok(())
    }
}

/// One to [`LIST_LENGTH_MAX`] lines.
///
/// # Errors
/// Says what is wrong with the list, or with the first line that is not acceptable.
pub fn lines(list: &[String]) -> Checked {
    if (1..=LIST_LENGTH_MAX).contains(&list.len()) {
        list.iter().try_for_each(|text| line(text))
    } else {
        Err(error("length", format!("must have 1 to {LIST_LENGTH_MAX} entries")))
    }
}

/// Three capital letters (ISO 4217).
///
/// # Errors
/// Says what is wrong.
pub fn currency(text: &str) -> Checked {
    match Currency::parse(text) {
        Some(_) => Ok(()),
        None => Err(error("currency", "must be three capital letters (ISO 4217)")),
    }
}

/// The code of a specialty.
///
/// # Errors
/// Says what is wrong.
pub fn specialty_code(text: &str) -> Checked {
    parses::<SpecialtyCode>(text, "specialty_code")
}

/// Reads a text that was checked before; says where it stands if it was not.
///
/// # Errors
/// `invalid` names the field.
pub fn read<T: FromStr<Err: Display>>(pointer: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|why: T::Err| Problem::invalid_field(pointer, "format", why.to_string()))
}

/// A complaint about a field, without what is in it.
pub fn error(code: &'static str, message: impl Into<Cow<'static, str>>) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

fn text_of(text: &str, chars_max: usize) -> Checked {
    if is_blank(text) {
        return Err(error("blank", "must not be blank"));
    }
    if chars_max < text.chars().count() {
        return Err(error("too_long", format!("must have at most {chars_max} characters")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(error("control_character", "must not have control characters"));
    }
    Ok(())
}

fn parses<T: FromStr<Err: Display>>(text: &str, code: &'static str) -> Checked {
    text.parse::<T>().map(|_| ()).map_err(|why| error(code, why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_in_characters() {
        assert!(line(&"é".repeat(200)).is_ok() && line(&"é".repeat(201)).is_err());
        assert!(note(&"🩺".repeat(500)).is_ok() && long_text(&"🩺".repeat(5_001)).is_err());
    }

    #[test]
    fn control_characters_and_blanks_are_refused() {
        for bad in ["", " \t", "\u{200b}\u{200b}", "a\0b", "a\nb", "a\u{85}b", "\u{2028}x", "a\u{202e}b", "a\u{2066}b"]
        {
            assert!(line(bad).is_err(), "{bad:?}");
        }
        assert!(note("one\ntwo\tthree").is_ok() && note("a\u{1b}b").is_err() && note("a\0b").is_err());
    }

    #[test]
    fn a_picture_is_on_the_web() {
        for good in ["https://example.org/a.png", "http://localhost:8080/x?y=1"] {
            assert!(web_address(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "example.org",
            "ftp://example.org",
            "https://",
            "/a.png",
            "https://a b",
            "https://a/\"b",
        ] {
            assert!(web_address(bad).is_err(), "{bad}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    proptest! {
        #[test]
        fn a_line_has_no_end_and_is_not_endless(text in fuzz::text(&["Zoë O'Hara", "a\u{2028}b", " "]), times in 1..30_usize) {
            let text = text.repeat(times);
            let (blank, chars) = (is_blank(&text), text.chars().count());
            prop_assert_eq!(line(&text).is_ok(), !blank && chars <= LINE_CHARS_MAX && is_one_line(&text));
            prop_assert!(long_text(&text).is_ok() || note(&text).is_err());
            prop_assert!(note(&text).is_ok() || line(&text).is_err());
        }

        #[test]
        fn a_web_address_leads_to_the_web(text in fuzz::text(&["https://example.org/a.png", "http://[::1]:8080/?a=b", "javascript:alert(1)"])) {
            if web_address(&text).is_ok() {
                let scheme = text.split("://").next().unwrap_or_default().to_ascii_lowercase();
                prop_assert!(["http", "https"].contains(&scheme.as_str()), "{}", text);
                prop_assert!(!text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>')));
            }
        }

        #[test]
        fn a_currency_is_three_capital_letters(text in fuzz::text(&["EUR", "NGN", "eur", "€€€"])) {
            let capitals = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
            prop_assert_eq!(currency(&text).is_ok(), capitals);
            prop_assert!(Currency::parse(&text).is_none_or(|currency| currency.to_string() == text));
        }
    }
}
