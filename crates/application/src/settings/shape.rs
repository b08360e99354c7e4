use std::fmt;

use kernel::{Currency, Word, is_blank, is_one_line};
use scheduling_core::Confirmation;

use super::DoctorsSee;

/// The most characters of a name.
const LINE_CHARS_MAX: usize = 200;

/// The spelling of a cap that is off, and of a list without entries.
pub(super) const NONE: &str = "none";

/// What a setting holds, and within which bounds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A whole number, at least and at most these.
    Number(u32, u32),
    /// The same, or `none`.
    Cap(u32, u32),
    /// `on` or `off`.
    Switch,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// One or more of these words, in order, none of them twice.
    Words(fn() -> Vec<&'static str>),
    /// The same, or `none`.
    WordsOrNone(fn() -> Vec<&'static str>),
    /// A name: one line that is not blank.
    Line,
    /// Three capital letters (ISO 4217).
    Currency,
}

impl Shape {
    /// Whether a text has this shape.
    pub(super) fn fits(self, text: &str) -> bool {
        let within = |least, most| text.parse().is_ok_and(|number: u32| least <= number && number <= most);
        match self {
            Self::Number(least, most) => within(least, most),
            Self::Cap(least, most) => text == NONE || within(least, most),
            Self::Switch => switch(text).is_some(),
            Self::Word(words) => words().contains(&text),
            Self::Words(words) => are_of(text, &words()),
            Self::WordsOrNone(words) => is_none(text) || are_of(text, &words()),
            Self::Line => is_one_line(text) && !is_blank(text) && text.chars().count() <= LINE_CHARS_MAX,
            Self::Currency => Currency::parse(text).is_some(),
        }
    }
}

impl fmt::Display for Shape {
    /// What is allowed, for whoever sent something else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(least, most) => write!(f, "a whole number from {least} to {most}"),
            Self::Cap(least, most) => write!(f, "{NONE}, or a whole number from {least} to {most}"),
            Self::Switch => f.write_str("on or off"),
            Self::Word(words) => f.write_str(&words().join(" or ")),
            Self::Words(words) => write!(f, "one or more of {}, each once", words().join(", ")),
            Self::WordsOrNone(words) => write!(f, "{NONE}, or one or more of {}, each once", words().join(", ")),
            Self::Line => write!(f, "one line of 1 to {LINE_CHARS_MAX} characters"),
            Self::Currency => f.write_str("three capital letters (ISO 4217)"),
        }
    }
}

/// A value as it is stored: printed and read in one spelling.
pub(super) trait Text {
    fn print(&self) -> String;

    /// Takes the value over; `None`, and no change, when it means nothing.
    fn put(&mut self, text: &str) -> Option<()>;
}

impl Text for u32 {
    fn print(&self) -> String {
        self.to_string()
    }

    fn put(&mut self, text: &str) -> Option<()> {
        *self = text.parse().ok()?;
        Some(())
    }
}

impl Text for Option<u32> {
    fn print(&self) -> String {
        self.map_or_else(|| NONE.to_owned(), |number| number.to_string())
    }

    fn put(&mut self, text: &str) -> Option<()> {
        *self = if text == NONE { None } else { Some(text.parse().ok()?) };
        Some(())
    }
}

impl Text for bool {
    fn print(&self) -> String {
        if *self { "on" } else { "off" }.to_owned()
    }

    fn put(&mut self, text: &str) -> Option<()> {
        *self = switch(text)?;
        Some(())
    }
}

impl Text for String {
    fn print(&self) -> String {
        self.clone()
    }

    fn put(&mut self, text: &str) -> Option<()> {
        text.trim().clone_into(self);
        Some(())
    }
}

impl Text for Currency {
    fn print(&self) -> String {
        self.to_string()
    }

    fn put(&mut self, text: &str) -> Option<()> {
        *self = Self::parse(text)?;
        Some(())
    }
}

impl<W: Word> Text for Vec<W> {
    fn print(&self) -> String {
        let words: Vec<&str> = self.iter().map(|word| word.as_str()).collect();
        if words.is_empty() { NONE.to_owned() } else { words.join(",") }
    }

    fn put(&mut self, text: &str) -> Option<()> {
        *self = if is_none(text) { Self::new() } else { split(text).map(W::parse).collect::<Option<Self>>()? };
        Some(())
    }
}

macro_rules! word_texts {
    ($($word:ty)*) => {$(
        impl Text for $word {
            fn print(&self) -> String {
                self.as_str().to_owned()
            }

            fn put(&mut self, text: &str) -> Option<()> {
                *self = Word::parse(text)?;
                Some(())
            }
        }
    )*};
}

word_texts! { Confirmation DoctorsSee }

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" | "true" => Some(true),
        "off" | "false" => Some(false),
        _ => None,
    }
}

/// A list without entries has no text between its commas.
fn is_none(text: &str) -> bool {
    text == NONE || text.is_empty()
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

fn are_of(text: &str, words: &[&str]) -> bool {
    let named: Vec<&str> = split(text).collect();
    let twice = named.iter().enumerate().any(|(at, word)| named.iter().take(at).any(|before| before == word));
    !twice && named.iter().all(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Role;

    fn roles() -> Vec<&'static str> {
        vec!["patient", "doctor"]
    }

    #[test]
    fn bounds_are_allowed_and_what_lies_beyond_is_not() {
        let fits = |shape: Shape, text: &str| shape.fits(text);
        for (shape, good, bad) in [
            (Shape::Number(1, 9), vec!["1", "9"], vec!["0", "10", "-1", "", "none", "1.5", " 1", "99999999999"]),
            (Shape::Cap(1, 9), vec!["1", "9", "none"], vec!["0", "10", "", "None"]),
            (Shape::Switch, vec!["on", "off", "true", "false"], vec!["", "yes", "1", "ON"]),
            (Shape::Word(roles), vec!["doctor"], vec!["", "Doctor", "doctor,patient", "admin"]),
            (
                Shape::Words(roles),
                vec!["doctor", "doctor, patient"],
                vec!["", "none", "doctor,doctor", "doctor,", "admin"],
            ),
            (Shape::WordsOrNone(roles), vec!["none", "", "patient"], vec![",", "none,patient", "patient,patient"]),
            (Shape::Line, vec!["x", "Zoë's 🩺"], vec!["", " ", "a\nb", "a\0b", "\u{2800}", "a\u{202e}b"]),
            (Shape::Currency, vec!["EUR", "NGN"], vec!["", "eur", "EURO"]),
        ] {
            assert!(good.iter().all(|text| fits(shape, text)), "{shape}: {good:?}");
            assert!(bad.iter().all(|text| !fits(shape, text)), "{shape}: {bad:?}");
        }
        assert!(fits(Shape::Line, &"é".repeat(200)) && !fits(Shape::Line, &"é".repeat(201)));
    }

    #[test]
    fn a_list_without_entries_is_none() {
        let mut roles = vec![Role::Doctor];
        assert_eq!(roles.put("none"), Some(()));
        assert_eq!((roles.print().as_str(), roles.len()), ("none", 0));
        assert_eq!(roles.put("doctor, patient"), Some(()));
        assert_eq!(roles.print(), "doctor,patient");
        assert_eq!(roles.put("doctor,nobody"), None);
    }
}
