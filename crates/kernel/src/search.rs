//! People by the words of their names.
//!
//! Names and what is typed to find them are compared in a plain form: without case, accents, apostrophes and differences of
//! width (Unicode, 3.13 and UAX 15), and with the letters of the Latin alphabets that have no accent to lose as CLDR's
//! `Latin-ASCII` has them. Other scripts stay what they are.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use crate::text::is_formless;

/// How many characters of a word are compared.
const WORD_CHARS_MAX: usize = 16;

/// How many words of a name can be looked for, the forms of compound ones included.
const NAME_WORDS_MAX: usize = 32;

/// How many of the words that were typed are looked for, the longest first.
const TYPED_WORDS_MAX: usize = 8;

/// Words of at most so many characters are often written together with the next one: `O Neill`, `van Dijk`, `山田 太郎`.
const PARTICLE_CHARS_MAX: usize = 3;

/// What every apostrophe is turned into.
const APOSTROPHE: char = '\'';

/// What every hyphen is turned into.
const HYPHEN: char = '-';

/// The words that somebody typed to find people: each begins a word of the name, in whatever order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// The words of a text; none where it has neither letters nor digits, and then it finds nobody.
    pub fn typed(text: &str) -> Self {
        let plain = plain(text);
        let parts = plain.split(|c: char| c == HYPHEN || is_space(c));
        let mut words: Vec<String> = parts.map(word).filter(|word| !word.is_empty()).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let mut kept: Vec<String> = Vec::new();
        for word in words {
            // Whoever has a word that begins with `maria` has one that begins with `mar`.
            if !kept.iter().any(|longer| longer.starts_with(&word)) {
                kept.push(word);
            }
        }
        kept.truncate(TYPED_WORDS_MAX);
        Self(kept)
    }

    /// The words, the longest first, none of which begins another one.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether they find this name.
    pub fn find(&self, name: &str) -> bool {
        let beginnings = name_beginnings(name);
        !self.0.is_empty() && self.0.iter().all(|word| beginnings.contains(word))
    }
}

/// Everything that a word which finds this name can be: the beginnings of its words, from one character on.
pub fn name_beginnings(name: &str) -> BTreeSet<String> {
    let words = name_words(name).into_iter();
    words.flat_map(|word| ends(&word).map(|end| word[..end].to_owned()).collect::<Vec<_>>()).collect()
}

/// The forms in which names are compared: two are the same name where they share one. They have the same words in any
/// order, or the same letters one after the other (`O Neill`, `O'Neill`). A name without letters or digits has none.
pub fn name_forms(name: &str) -> BTreeSet<String> {
    let plain = plain(name);
    let parts = plain.split(|c: char| c == HYPHEN || is_space(c));
    let mut words: Vec<String> =
        parts.map(|part| part.replace(APOSTROPHE, "")).filter(|word| !word.is_empty()).collect();
    let letters = words.concat();
    words.sort_unstable();
    [words.join(" "), letters].into_iter().filter(|form| !form.is_empty()).collect()
}

/// A text without white space at its ends and with single spaces in it.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a name: as they stand; those with a hyphen, and those after a short one, also together; those with an
/// apostrophe also in parts; those that are written without spaces between the names also from each character on.
fn name_words(name: &str) -> Vec<String> {
    let plain = plain(name);
    let pieces: Vec<&str> = plain.split(is_space).filter(|piece| !word(piece).is_empty()).collect();
    let hyphenated = pieces.iter().flat_map(|piece| piece.split(HYPHEN)).filter(|part| !word(part).is_empty());
    let parts: Vec<&str> = hyphenated.collect();
    let mut words: Vec<String> = parts.iter().map(|part| word(part)).collect();
    let after_short: Vec<String> = words
        .windows(2)
        .filter(|pair| pair.first().is_some_and(|first| first.chars().count() <= PARTICLE_CHARS_MAX))
        .map(<[String]>::concat)
        .collect();
    words.extend(
        parts.iter().filter(|part| part.contains(APOSTROPHE)).flat_map(|part| part.split(APOSTROPHE)).map(word),
    );
    words.extend(pieces.iter().filter(|piece| piece.contains(HYPHEN)).map(|piece| word(&piece.replace(HYPHEN, ""))));
    words.extend(after_short);
    let inner: Vec<String> =
        words.iter().filter(|word| word.chars().all(is_unspaced)).flat_map(|word| tails(word)).collect();
    words.extend(inner);
    let mut seen = BTreeSet::new();
    words.retain(|word| !word.is_empty() && seen.insert(word.clone()));
    words.truncate(NAME_WORDS_MAX);
    words
}

/// A piece of plain text without its apostrophes, as far as it is compared.
fn word(piece: &str) -> String {
    piece.chars().filter(|c| *c != APOSTROPHE).take(WORD_CHARS_MAX).collect()
}

/// Where each character ends.
fn ends(word: &str) -> impl Iterator<Item = usize> + '_ {
    word.char_indices().map(|(at, c)| at + c.len_utf8())
}

/// What is left of a word without its first character, its first two, and so on.
fn tails(word: &str) -> Vec<String> {
    ends(word).filter(|end| *end < word.len()).map(|end| word[end..].to_owned()).collect()
}

/// The form in which names are compared: letters, digits, apostrophes, hyphens, and spaces for all the rest.
fn plain(text: &str) -> String {
    let signs = text.chars().filter(|c| !is_formless(*c)).map(sign);
    let folded = caseless::default_case_fold_str(&signs.nfkd().collect::<String>());
    let mut plain = String::with_capacity(folded.len());
    for c in folded.nfkd().filter(|c| !is_accent(*c)) {
        match letters(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain.nfc().collect()
}

/// Apostrophes and hyphens, of which there are many, as one of each; before anything is decomposed, for a lonely accent
/// would become a space.
const fn sign(c: char) -> char {
    match c {
        '`'
        | '\u{b4}'
        | '\u{b7}'
        | '\u{2b9}'
        | '\u{2bb}'..='\u{2bf}'
        | '\u{2c8}'
        | '\u{2ca}'
        | '\u{2cb}'
        | '\u{384}'
        | '\u{55a}'
        | '\u{5f3}'
        | '\u{1fbd}'
        | '\u{1fbf}'
        | '\u{1ffd}'
        | '\u{1ffe}'
        | '\u{2018}'
        | '\u{2019}'
        | '\u{201b}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{a78c}'
        | '\u{ff07}' => APOSTROPHE,
        '\u{58a}' | '\u{5be}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => HYPHEN,
        c => c,
    }
}

/// A mark above, below or through a letter. Vowel signs of Indic scripts, which have no class, and what makes another
/// letter of one (nukta, the voicing of kana, virama) are no accents.
fn is_accent(c: char) -> bool {
    !matches!(canonical_combining_class(c), 0 | 7 | 8 | 9)
}

/// The letters that a folded letter stands for, as CLDR's `Latin-ASCII` has them; Arabic's filler stands for none.
const fn letters(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{e6}' => "ae",
        '\u{153}' => "oe",
        '\u{fe}' => "th",
        '\u{180}' | '\u{253}' => "b",
        '\u{188}' => "c",
        '\u{f0}' | '\u{111}' | '\u{256}' | '\u{257}' => "d",
        '\u{1dd}' | '\u{259}' | '\u{25b}' => "e",
        '\u{192}' => "f",
        '\u{1e5}' | '\u{260}' => "g",
        '\u{127}' => "h",
        '\u{131}' | '\u{268}' => "i",
        '\u{138}' | '\u{199}' => "k",
        '\u{142}' => "l",
        '\u{14b}' | '\u{272}' => "n",
        '\u{f8}' | '\u{254}' | '\u{275}' => "o",
        '\u{1a5}' => "p",
        '\u{167}' | '\u{1ad}' | '\u{288}' => "t",
        '\u{289}' => "u",
        '\u{28b}' => "v",
        '\u{1b4}' => "y",
        '\u{1b6}' | '\u{225}' => "z",
        '\u{640}' => "",
        _ => return None,
    })
}

/// Whether words end here: what is neither a letter, a digit or a mark, nor stands inside words.
fn is_space(c: char) -> bool {
    !(c.is_alphanumeric() || is_combining_mark(c) || c == APOSTROPHE || c == HYPHEN)
}

/// Han, kana or Hangul: family and given names of two or three characters stand together.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, found_by: &[&str], not_by: &[&str]) {
        for text in found_by {
            assert!(SearchWords::typed(text).find(name), "{text:?} finds {name:?}");
        }
        for text in not_by {
            assert!(!SearchWords::typed(text).find(name), "{text:?} does not find {name:?}");
        }
    }

    #[test]
    fn words_find_a_name_in_any_order_by_their_beginnings() {
        let name = "José María Núñez";
        check(
            name,
            &["Jose Maria", "Núñez, José", "josé núñez", "NUN", "  mar   jo ", "ma mar maria"],
            &["ose", "jose x", "joseph"],
        );
        check(
            "José Smith-Jones",
            &["jones", "smith jones", "Smith-Jones", "smithjones", "smith\u{2011}jones"],
            &["mith"],
        );
    }

    #[test]
    fn letters_without_accents_find_those_with_them() {
        check("İpek Işık", &["ipek", "İPEK", "isik", "ışık", "IŞIK"], &[]);
        check("Łukasz Żółć", &["lukasz zolc", "ŁUKASZ"], &[]);
        check("Søren Kjær Weiß", &["soren kjaer weiss", "SØREN", "WEISS", "weiß", "kjæ"], &[]);
        check("Þóra Guðmundsdóttir", &["thora gudmunds"], &[]);
        check("Đặng Thị Ơn", &["dang thi on"], &[]);
        check("Zoe\u{308} \u{fb01}sher", &["zoë fisher"], &[]);
        check("Алёна Йорк", &["алена", "АЛЁНА йорк"], &["alena"]);
        check("Ελένη Παπαδοπούλου", &["ελενη", "ΠΑΠΑΔΟΠΟΎΛΟΥ"], &[]);
        check("Əliyev Ɗanladi", &["eliyev danladi"], &[]);
    }

    #[test]
    fn apostrophes_and_hyphens_of_every_kind_do_not_matter() {
        for apostrophe in ["'", "’", "‘", "ʼ", "`", "´", "′", "＇"] {
            let name = format!("D{apostrophe}Arcy O{apostrophe}Neill");
            check(&name, &["oneill", "O'Neill", "o neill", "O’NEILL", "darcy", "arcy d", "neill"], &["eill"]);
        }
        check("Sean O Neill", &["oneill", "O'Neill", "o neill"], &[]);
        check("Jan van Dijk", &["vandijk", "van dijk", "dijk, jan"], &[]);
        check("Gal\u{b7}la Hawai\u{2bb}i", &["galla hawaii"], &[]);
    }

    #[test]
    fn scripts_that_have_no_accents_stay_what_they_are() {
        check("山田　太郎", &["山田 太郎", "山田", "太郎", "山田太郎", "太郎　山田"], &["shan", "yamada"]);
        check("李小龙", &["李", "小龙", "李小龙", "小龙 李"], &["li"]);
        check("ｶﾞｯｷｰ Ａｄａ", &["ガッキー", "ada"], &["カッキー"]);
        check("김민수", &["김", "민수"], &["기"]);
        check("मोहन", &["मोहन", "मो"], &["मीहन"]);
        check("أحمد", &["احمد", "أحـمد"], &[]);
    }

    #[test]
    fn a_text_without_letters_or_digits_finds_nobody() {
        for text in ["", " ", "%", "_", "%%", "'", "-", "🩺", "\u{301}", "\\"] {
            assert_eq!(SearchWords::typed(text).as_slice(), [""; 0], "{text:?}");
            assert!(!SearchWords::typed(text).find("Ada 100% 🩺"), "{text:?}");
        }
        check("Ada_Lovelace 3%", &["lovelace 3", "ada%"], &["%da", "_da", "love_ace"]);
    }

    #[test]
    fn what_is_looked_for_has_a_bound() {
        let long = "abcdefghijklmnopqrstuvwxyz";
        assert_eq!(SearchWords::typed(long).as_slice(), [&long[..WORD_CHARS_MAX]]);
        check(long, &[long, &long[..20]], &["bcd"]);
        let many: String = ('a'..='z').flat_map(|c| [c, '1', ' ']).collect();
        assert_eq!(SearchWords::typed(&many).as_slice().len(), TYPED_WORDS_MAX);
        let unspaced: String = "山".repeat(100) + &"田".repeat(100);
        assert!(name_beginnings(&unspaced).len() <= NAME_WORDS_MAX * WORD_CHARS_MAX);
        assert!(name_beginnings(&many).len() <= NAME_WORDS_MAX * WORD_CHARS_MAX);
    }

    #[test]
    fn a_name_is_the_same_however_it_is_spelled() {
        let is_same = |one: &str, other: &str| !name_forms(one).is_disjoint(&name_forms(other));
        for (one, other) in [
            ("José María Núñez", "  JOSE  maria nunez"),
            ("José Núñez", "Núñez, José"),
            ("D’Arcy O’Neill", "Darcy O Neill"),
            ("Zoë Smith-Jones", "smith jones zoe"),
            ("Jan van Dijk", "Jan Vandijk"),
            ("山田　太郎", "山田太郎"),
            ("Łukasz Żółć", "lukasz zolc"),
        ] {
            assert!(is_same(one, other) && is_same(other, one), "{one:?} {other:?}");
        }
        for (one, other) in
            [("Ada", "Ada Lovelace"), ("Ada Lovelace", "Ade Lovelace"), ("Ada Bea", "Beaada"), ("🩺", "🩺"), ("", "")]
        {
            assert!(!is_same(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_tidy_name_has_no_space_but_single_ones_inside() {
        assert_eq!(tidy(" Ada\t  King \u{a0}Lovelace\u{3000}"), "Ada King Lovelace");
        assert_eq!(tidy("山田\u{3000}太郎"), "山田 太郎");
        assert_eq!(tidy(" "), "");
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_is_found_by_itself_and_by_each_of_its_beginnings(name in "\\PC{0,30}") {
            let typed = SearchWords::typed(&name);
            prop_assert!(typed.as_slice().is_empty() || typed.find(&name), "{:?}", typed);
            for beginning in name_beginnings(&name) {
                let again = SearchWords::typed(&beginning);
                prop_assert_eq!(again.as_slice(), [beginning.clone()]);
                prop_assert!(again.find(&name));
            }
        }

        #[test]
        fn a_name_has_forms_where_it_can_be_looked_for(name in "\\PC{0,30}") {
            prop_assert_eq!(name_forms(&name).is_empty(), SearchWords::typed(&name).as_slice().is_empty());
            prop_assert_eq!(name_forms(&tidy(&name)), name_forms(&name));
        }

        #[test]
        fn what_is_tidy_stays_so_and_is_found_alike(name in "\\PC{0,30}") {
            prop_assert_eq!(tidy(&tidy(&name)), tidy(&name));
            prop_assert_eq!(name_beginnings(&tidy(&name)), name_beginnings(&name));
        }
    }
}
