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

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Line,
    Note,
    LongText,
    Secret,
    Credential,
    Email,
    Phone,
    Username,
    NationalId,
    Url,
    Uuid,
    Instant,
    Date,
    TimeOfDay,
    SlotMinutes,
    Years,
    AmountMinor,
    Currency,
    Flag,
    Word,
    Words,
    Lines,
    Uuids,
    Object,
}

/// 10,000 characters.
fn endless() -> Value {
    Value::String("x".repeat(10_000))
}

impl Kind {
    /// Values that are wrong for this kind: of another type, empty, endless, of another format.
    pub(super) fn wrong(self) -> Vec<Value> {
        let mut wrong = self.of_another_type();
        wrong.extend(self.misshapen());
        wrong
    }

    fn of_another_type(self) -> Vec<Value> {
        let (text, number, flag) = (json!("seven"), json!(7), json!(true));
        match self {
            Self::SlotMinutes | Self::Years | Self::AmountMinor => vec![text, json!("7"), flag, json!([7]), json!({})],
            Self::Flag => vec![text, json!("true"), number, json!(0), json!([true]), json!({})],
            Self::Words | Self::Lines | Self::Uuids => vec![text, number, flag, json!({}), json!([7]), json!([null])],
            Self::Object => vec![text, number, flag, json!([7])],
            _ => vec![number, json!(1.5), flag, json!(["seven"]), json!({"a": "seven"})],
        }
    }

    fn misshapen(self) -> Vec<Value> {
        let texts: &[&str] = match self {
            Self::Line => &["", "  ", "a\nb", "a\0b", "a\u{1b}b", "a\u{2028}b", "\u{85}"],
            Self::Note | Self::LongText => &["", " \n ", "a\0b", "a\u{1b}b"],
            Self::Secret => &["", "short", "123456789", "long enough\0"],
            Self::Credential => &[""],
            Self::Email => &["", "ada", "ada@", "@example.org", "ada@localhost", "a b@example.org", "ada@example.org\r\nBcc: e"],
            Self::Phone => &["", "+", "030 5550100", "+49", "+4930555010012345", "+49 30 call me", "+0123456789"],
            Self::Username => &["", "ab", "1ada", "ada@example", "ada lovelace", "zoë"],
            Self::NationalId => &["", "123", "abcd", "12 34"],
            Self::Url => &["", "example.org/a.png", "javascript:alert(1)", "ftp://example.org", "https://", "//example.org"],
            Self::Uuid => &["", "7", "not-a-uuid", "00000000-0000-0000-0000-00000000000g", "0"],
            Self::Instant => &[
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
            ],
            Self::Date => &["", "2027-02-30", "2027-13-01", "27-02-01", "2027-2-1", "01.02.2027", "0000-01-01", "2027-02-01T00:00:00Z"],
            Self::TimeOfDay => &["", "24:00", "9:00", "09:60", "09:00Z", "09.00", "09:00:60", "9 am"],
            Self::Currency => &["", "eur", "EURO", "E1R", "€€€"],
            Self::Word => &["", "nothing of the kind", "Patient", " free", "FREE"],
            Self::SlotMinutes | Self::Years | Self::AmountMinor | Self::Flag => &[],
            Self::Words | Self::Lines | Self::Uuids | Self::Object => &[],
        };
        let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
        match self {
            Self::SlotMinutes => values.extend([0, -5, 4, 481, 1_000_000_000_000_i64].map(|n| json!(n))),
            Self::Years => values.extend([-1, 81, 300].map(|n| json!(n))),
            Self::AmountMinor => values.extend([json!(-1), json!(10.5), json!(1e30)]),
            Self::Words => values.extend([json!([]), json!(["mon", "someday"]), json!([""]), json!(vec!["mon"; 8])]),
            Self::Lines => values.extend([json!([]), json!([""]), json!(["cardiology", "a\nb"]), json!([endless()])]),
            Self::Uuids => {
                let many: Vec<String> = (0..501_u128).map(|n| uuid::Uuid::from_u128(n).to_string()).collect();
                values.extend([json!([]), json!(["7"]), json!([""]), json!(many)]);
            }
            Self::Object => values.push(json!("")),
            Self::Flag => {}
            _ => values.push(endless()),
        }
        if matches!(self, Self::SlotMinutes | Self::Years) {
            values.extend([json!(30.5), json!(1e30)]);
        }
        values
    }
}
