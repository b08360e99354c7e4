use unicode_normalization::UnicodeNormalization;

/// A text whose letters and their accents are one character each where there is one (Unicode, NFC).
pub fn compose(text: &str) -> String {
    text.nfc().collect()
}

/// The form in which two spellings of one text are equal: canonical composition, then case folding
/// (Unicode, 3.13: canonical caseless matching).
pub fn fold(text: &str) -> String {
    caseless::default_case_fold_str(&compose(text)).nfc().collect()
}

/// Whether a text can stand on one line, and reads there in the order in which it is written: it has no control
/// characters, no line or paragraph separators, and nothing that embeds, overrides or isolates a direction (UAX 9, 2).
pub fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// Whether there is nothing to see in a text: it is empty, or all of it is space or without a form of its own.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_formless(c))
}

/// `Default_Ignorable_Code_Point` (Unicode, 5.21), and the empty Braille cell.
pub(crate) const fn is_formless(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_text_fold_alike() {
        assert_eq!(fold("Ada.LOVELACE@Example.ORG"), "ada.lovelace@example.org");
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("Zoe\u{308}"), fold("ZO\u{cb}"));
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for base in ('\0'..=char::MAX).filter(|base| !base.is_ascii()) {
            let once = fold(&base.to_string());
            assert_eq!(fold(&once), once, "{base:?}");
        }
    }

    #[test]
    fn a_line_break_of_any_kind_is_not_one_line() {
        assert!(is_one_line("Zoë 🩺"));
        for break_ in ["\n", "\r", "\0", "\u{1b}", "\u{85}", "\u{2028}"] {
            assert!(!is_one_line(&format!("a{break_}b")), "{break_:?}");
        }
    }

    #[test]
    fn a_line_reads_as_it_is_written() {
        for turn in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            assert!(!is_one_line(&format!("a{turn}b")), "{turn:?}");
        }
        // Joiners are letters' business in Persian and Hindi, and hold pictures together.
        for name in ["علی\u{200c}رضا", "क्\u{200d}ष", "👩🏾\u{200d}⚕\u{fe0f}", "\u{200f}משה"] {
            assert!(is_one_line(name) && !is_blank(name), "{name:?}");
        }
    }

    #[test]
    fn what_shows_nothing_is_blank() {
        for blank in [
            "",
            " \t",
            "\u{3000}",
            "\u{200b}\u{200b}",
            "\u{200d}",
            "\u{ad} \u{feff}",
            "\u{2800}",
            "\u{3164}",
            "\u{e0020}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("\u{200b}a") && !is_blank("李") && !is_blank("."));
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::char::range;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Letters, accents and syllables of which many make one character, or fold in more than one way.
    fn spelled() -> impl Strategy<Value = String> {
        let letters = prop_oneof![
            range('A', 'z'),
            range('\u{c0}', '\u{24f}'),
            range('\u{300}', '\u{36f}'),
            range('\u{370}', '\u{58f}'),
            range('\u{1100}', '\u{11ff}'),
            range('\u{1e00}', '\u{1fff}'),
            any::<char>(),
        ];
        vec(letters, 0..10).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn what_is_composed_or_folded_stays_as_it_is(text in spelled()) {
            prop_assert_eq!(compose(&compose(&text)), compose(&text));
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_text_folds_alike_however_it_is_composed(text in spelled()) {
            let in_parts: String = text.nfd().collect();
            prop_assert_eq!(fold(&in_parts), fold(&text));
            prop_assert_eq!(fold(&compose(&text)), fold(&text));
        }

        #[test]
        fn one_line_stays_one(text in spelled()) {
            prop_assert_eq!(is_one_line(&compose(&text)), is_one_line(&text));
            prop_assert_eq!(is_one_line(&fold(&text)), is_one_line(&text));
        }
    }
}
