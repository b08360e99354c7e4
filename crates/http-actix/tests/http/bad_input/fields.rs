//! The kinds of fields, and what is wrong for each.

use serde_json::{Value, json};

/// Whether a field must be there, and whether null means that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It must be there, and not be null.
    Required,
    /// It need not be there; null is as if it were not, or clears it.
    Nullable,
    /// It need not be there, but null means nothing.
    NotNull,
}

/// What a field holds, with what is of that type and wrong all the same.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text(&'static [&'static str]),
    Whole(&'static [i64]),
    List(fn() -> Vec<Value>),
    Flag,
    Object,
}

impl Kind {
    pub(super) const LINE: Self = Self::Text(&[
        "",
        "  ",
        "\u{200b}\u{200b}",
        "a\nb",
        "a\0b",
        "a\u{1b}b",
        "a\u{2028}b",
        "\u{85}",
        "a\u{202e}b",
        "\u{2066}a\u{2069}",
    ]);
    pub(super) const NOTE: Self = Self::Text(&["", " \n ", "a\0b", "a\u{1b}b"]);
    pub(super) const PASSWORD: Self = Self::Text(&["", "short", "123456789", "long enough\0"]);
    pub(super) const CREDENTIAL: Self = Self::Text(&[""]);
    pub(super) const EMAIL: Self = Self::Text(&[
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "a b@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
    ]);
    pub(super) const PHONE: Self =
        Self::Text(&["", "+", "030 5550100", "+49", "+4930555010012345", "+49 30 call me", "+0123456789"]);
    pub(super) const USERNAME: Self = Self::Text(&["", "ab", "1ada", "ada@example", "ada lovelace", "zoë"]);
    pub(super) const NATIONAL_ID: Self = Self::Text(&["", "123", "abcd", "12 34"]);
    pub(super) const URL: Self =
        Self::Text(&["", "example.org/a.png", "javascript:alert(1)", "ftp://example.org", "https://", "//example.org"]);
    pub(super) const UUID: Self = Self::Text(&["", "7", "not-a-uuid", "00000000-0000-0000-0000-00000000000g", "0"]);
    pub(super) const INSTANT: Self = Self::Text(&[
        "",
        "tomorrow",
        "2027-02-30T09:00:00Z",
        "2027-03-01T09:00:00",
        "2027-03-01",
        "2027-03-01T25:00:00Z",
        "2027-06-30T23:59:60Z",
        "0000-03-01T09:00:00Z",
        "10000-03-01T09:00:00Z",
        "1772355600",
    ]);
    pub(super) const DATE: Self = Self::Text(&[
        "",
        "2027-02-30",
        "2027-13-01",
        "27-02-01",
        "2027-2-1",
        "01.02.2027",
        "0000-01-01",
        "2027-02-01T00:00:00Z",
    ]);
    pub(super) const TIME_OF_DAY: Self =
        Self::Text(&["", "24:00", "9:00", "09:60", "09:00Z", "09.00", "09:00:60", "9 am"]);
    /// A day ends at 24:00.
    pub(super) const END_OF_HOURS: Self =
        Self::Text(&["", "24:01", "24:00:01", "9:00", "09:60", "09:00Z", "09.00", "09:00:60", "9 am"]);
    pub(super) const CURRENCY: Self = Self::Text(&["", "eur", "EURO", "E1R", "€€€"]);
    pub(super) const WORD: Self = Self::Text(&["", "nothing of the kind", "Patient", " free", "FREE"]);
    pub(super) const SLOT_MINUTES: Self = Self::Whole(&[0, -5, 4, 481, 1_000_000_000_000]);
    pub(super) const YEARS: Self = Self::Whole(&[-1, 81, 300]);
    pub(super) const AMOUNT: Self = Self::Whole(&[-1]);
    pub(super) const DAYS: Self =
        Self::List(|| vec![json!([]), json!(["mon", "someday"]), json!([""]), json!(vec!["mon"; 8])]);
    pub(super) const LINES: Self =
        Self::List(|| vec![json!([]), json!([""]), json!(["cardiology", "a\nb"]), json!([endless()])]);
    pub(super) const UUIDS: Self = Self::List(|| {
        let many: Vec<String> = (0..501).map(|n| uuid::Uuid::from_u128(n).to_string()).collect();
        vec![json!([]), json!(["7"]), json!([""]), json!(many)]
    });

    /// Values that are wrong for this kind: of another type, empty, endless, of another format.
    pub(super) fn wrong(self) -> Vec<Value> {
        let (text, number, flag) = (json!("seven"), json!(7), json!(true));
        let (list, object) = (json!(["seven"]), json!({"a": "seven"}));
        match self {
            Self::Text(texts) => {
                let others = [number, json!(1.5), flag, list, object, endless()];
                texts.iter().map(|text| json!(text)).chain(others).collect()
            }
            Self::Whole(numbers) => {
                let others = [text, json!("7"), json!(30.5), json!(1e30), flag, list, object, json!([7])];
                numbers.iter().map(|number| json!(number)).chain(others).collect()
            }
            Self::List(lists) => {
                let others = [text, number, flag, object, json!([7]), json!([null])];
                lists().into_iter().chain(others).collect()
            }
            Self::Flag => vec![text, json!("true"), json!(""), number, json!(0), json!([true]), object],
            Self::Object => vec![text, json!(""), number, flag, list, json!([]), json!([4500, "EUR"])],
        }
    }
}

/// 10,000 characters.
fn endless() -> Value {
    Value::String("x".repeat(10_000))
}
