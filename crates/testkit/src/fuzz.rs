//! Texts that a parser would rather not see: good ones with a few slips, and bad ones.
//!
//! Tests that use them stand in modules named `fuzz`, or `slow_fuzz` where a case takes more than some microseconds; so
//! `make test-fuzz` finds them. Each run tries other cases, and what fails is kept beside the source and tried again.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Characters that mean something to some parser, or look as if they did.
const ODD: &str = "\0\t\n\r\u{1b} !\"#%&'()*+,-./0169:;<=>?@ATZ[\\]_aetz{|}~\u{7f}\u{85}\u{a0}\u{e9}\u{301}\u{345}\u{661}\u{130}\
    \u{200b}\u{2028}\u{202e}\u{2212}\u{3000}\u{feff}\u{ff10}\u{fffd}\u{1fa7a}\u{10ffff}";

/// A slip of whoever types: at a place, with a character.
#[derive(Clone, Debug)]
pub struct Slip {
    kind: u8,
    at: Index,
    character: char,
}

/// A character, more often than not one that is odd.
pub fn character() -> impl Strategy<Value = char> {
    prop_oneof![4 => select(ODD.chars().collect::<Vec<_>>()), 1 => any::<char>()]
}

/// None to four slips.
pub fn slips() -> impl Strategy<Value = Vec<Slip>> {
    let slip = (0..5_u8, any::<Index>(), character());
    vec(slip.prop_map(|(kind, at, character)| Slip { kind, at, character }), 0..=4)
}

/// A text as it is typed with these slips: something is put in, exchanged, left out, cut off or said twice.
pub fn typed(text: &str, slips: &[Slip]) -> String {
    let mut typed: Vec<char> = text.chars().collect();
    for slip in slips {
        let at = slip.at.index(typed.len() + 1);
        match slip.kind {
            0 => typed.insert(at, slip.character),
            1 if at < typed.len() => typed[at] = slip.character,
            2 if at < typed.len() => {
                typed.remove(at);
            }
            3 => typed.truncate(at),
            _ => typed.extend_from_within(at..),
        }
    }
    typed.into_iter().collect()
}

/// One of these with slips, or now and then something else altogether.
pub fn text(samples: &'static [&'static str]) -> impl Strategy<Value = String> {
    let almost = (select(samples), slips()).prop_map(|(sample, slips)| typed(sample, &slips));
    let anything = vec(character(), 0..40).prop_map(String::from_iter);
    prop_oneof![9 => almost, 1 => anything]
}

/// A line such as a name: not blank, without control characters.
pub fn line() -> impl Strategy<Value = String> {
    text(&[
        "Zoë O'Hara",
        "Ada \"Countess\" Lovelace; née Byron",
        "<b>Dr</b> =1+1",
        "%0d%0aBcc: eve@example.org",
        "李小龍",
    ])
    .prop_map(|text| text.chars().filter(|c| kernel::is_one_line(c.encode_utf8(&mut [0; 4]))).collect())
    .prop_map(|line: String| if kernel::is_blank(&line) { "x".to_owned() } else { line })
}
