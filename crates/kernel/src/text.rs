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

/// Whether a text can stand on one line: it has no control characters and no line or paragraph separators.
pub fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
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
