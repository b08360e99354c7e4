//! Closed vocabularies on the wire.

use std::borrow::Cow;
use std::fmt;

use kernel::{AnyOf, Word};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// The longest text that is repeated to who has sent it for a word.
const WORD_BYTES_MAX: usize = 40;

/// A word as it is spelled; an unknown one is refused with the list of those that are known.
///
/// In a body's type it goes by an alias (`type RoleWord = Spelled<Role>`), because the name of its schema is the word's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Spelled<T>(pub T);

impl<T: Word> fmt::Debug for Spelled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl<'de, T: Word> Deserialize<'de> for Spelled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::parse(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format_args!("must be one of {}", all::<T>().join(", "))))
    }
}

impl<T: Word> Serialize for Spelled<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<T: Word> PartialSchema for Spelled<T> {
    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(all::<T>()));
        schema.extensions(names::<T>()).into()
    }
}

impl<T: Word> ToSchema for Spelled<T> {
    fn name() -> Cow<'static, str> {
        let path = std::any::type_name::<T>();
        Cow::Borrowed(match path.rsplit_once("::").map_or(path, |(_, name)| name) {
            // Outside their crates these do not say what they are of.
            "AttemptOutcome" => "DeliveryAttemptOutcome",
            "ChangeKind" => "AppointmentChangeKind",
            "SkipReason" => "SlotSkipReason",
            name => name,
        })
    }
}

/// What a type of this name is called: `slot_not_free` becomes `SlotNotFree`.
pub(crate) fn type_name(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    name.split(['_', ' ']).map(capital).collect()
}

/// The words of a filter: one, several with commas between them, or the parameter several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordList<T>(pub AnyOf<T>);

impl<T> Default for WordList<T> {
    fn default() -> Self {
        Self(AnyOf::default())
    }
}

impl<'de, T: Word> Deserialize<'de> for WordList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let read = |text: &String| T::parse(text).ok_or_else(|| D::Error::custom(refusal::<T>(text)));
        texts.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// Why a list with this word is refused. Only what may be a word is repeated.
fn refusal<T: Word>(text: &str) -> String {
    let expected = format!("must be one of {}", all::<T>().join(", "));
    let may_be_word = !text.is_empty()
        && text.len() <= WORD_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if may_be_word { format!("{expected}; `{text}` is not") } else { expected }
}

/// Names for generated clients (`x-enum-varnames`), where a spelling would make none: of `A+` and `A-` both would be left
/// with `A`, and one would be sent for the other.
fn names<T: Word>() -> Option<Extensions> {
    let is_identifier = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if all::<T>().into_iter().all(is_identifier) {
        return None;
    }
    let names: Vec<_> = T::ALL.iter().map(|word| format!("{word:?}")).collect();
    Some([("x-enum-varnames", names)].into_iter().collect())
}

fn all<T: Word>() -> Vec<&'static str> {
    T::ALL.iter().map(|word| word.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type RoleWord = Spelled<kernel::Role>;

    #[test]
    fn an_unknown_word_is_told_the_known_ones_and_not_repeated() {
        assert_eq!(serde_json::from_str::<RoleWord>("\"admin\"").unwrap().0, kernel::Role::Admin);
        let error = serde_json::from_str::<RoleWord>("\"Admin\"").unwrap_err().to_string();
        assert!(error.contains("one of patient, doctor, receptionist, admin") && !error.contains("Admin"), "{error}");
    }

    #[test]
    fn a_list_names_the_word_that_is_unknown() {
        let read = |texts: &[&str]| serde_json::from_value::<WordList<kernel::Role>>(serde_json::json!(texts));
        let roles = [kernel::Role::Doctor, kernel::Role::Admin];
        assert_eq!(read(&["admin", "doctor", "admin"]).unwrap(), WordList(AnyOf::from(roles)));
        let known = "must be one of patient, doctor, receptionist, admin";
        for unknown in ["nurse", "Admin", "-admin", "0"] {
            let error = read(&["admin", unknown]).unwrap_err().to_string();
            assert_eq!(error, format!("{known}; `{unknown}` is not"));
        }
        for odd in ["", " ", "a b", "<b>", "é", "a\nb", &"x".repeat(WORD_BYTES_MAX + 1)] {
            assert_eq!(read(&["admin", odd]).unwrap_err().to_string(), known, "{odd:?}");
        }
    }

    #[test]
    fn the_schema_has_the_name_of_the_word() {
        assert_eq!(RoleWord::name(), "Role");
    }

    #[test]
    fn types_are_called_as_words_are_without_what_parts_them() {
        assert_eq!(type_name("slot_not_free"), "SlotNotFree");
        assert_eq!(type_name("Service Unavailable"), "ServiceUnavailable");
    }
}
