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
