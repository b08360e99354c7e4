use std::borrow::Cow;
use std::fmt;

use application::settings::{Setting, SettingEdit, Shape, setting};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationErrors};

use super::schema::{Presence, object, spelled, words};

/// What is to be different about the settings: each value was found to be of its setting's shape.
#[derive(Clone, Debug)]
pub(crate) struct SettingsPatch(pub(super) Vec<SettingEdit>);

impl Validate for SettingsPatch {
    /// Nothing is left to be checked: a value is judged as it is read.
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

impl PartialSchema for SettingsPatch {
    fn schema() -> RefOr<Schema> {
        object(Presence::Nullable).description(Some("Settings by name; null is as the configuration says.")).into()
    }
}

impl ToSchema for SettingsPatch {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SettingsPatch")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(words());
    }
}

impl<'de> Deserialize<'de> for SettingsPatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members).map(Self)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<SettingEdit>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut edits = Vec::new();
        let mut named: Vec<&str> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            let setting = setting(&name).ok_or_else(|| A::Error::unknown_field(&name, &["a setting"]))?;
            if named.contains(&setting.name) {
                return Err(A::Error::duplicate_field(setting.name));
            }
            named.push(setting.name);
            edits.push(members.next_value_seed(ValueOf(setting))?);
        }
        Ok(edits)
    }
}

/// The value of one setting, in the JSON type of its shape.
struct ValueOf(&'static Setting);

impl<'de> DeserializeSeed<'de> for ValueOf {
    type Value = SettingEdit;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SettingEdit, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl ValueOf {
    fn edit<E: Error>(&self, text: &str) -> Result<SettingEdit, E> {
        self.0.to(text).ok_or_else(|| E::custom(format_args!("must be {}", spelled(self.0.shape))))
    }

    fn mistyped<E: Error>(&self) -> E {
        E::custom(format_args!("must be {}", spelled(self.0.shape)))
    }
}

impl<'de> Visitor<'de> for ValueOf {
    type Value = SettingEdit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spelled(self.0.shape))
    }

    fn visit_unit<E: Error>(self) -> Result<SettingEdit, E> {
        Ok(self.0.reset())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<SettingEdit, E> {
        match self.0.shape {
            Shape::Number(..) | Shape::Cap(..) => self.edit(&number.to_string()),
            Shape::Switch
            | Shape::Word(_)
            | Shape::Words(_)
            | Shape::WordsOrNone(_)
            | Shape::Line
            | Shape::Currency => Err(self.mistyped()),
        }
    }

    fn visit_bool<E: Error>(self, on: bool) -> Result<SettingEdit, E> {
        match self.0.shape {
            Shape::Switch => self.edit(if on { "on" } else { "off" }),
            Shape::Number(..)
            | Shape::Cap(..)
            | Shape::Word(_)
            | Shape::Words(_)
            | Shape::WordsOrNone(_)
            | Shape::Line
            | Shape::Currency => Err(self.mistyped()),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SettingEdit, E> {
        match self.0.shape {
            Shape::Word(_) | Shape::Line | Shape::Currency => self.edit(text),
            // A number in quotes is no number.
            Shape::Cap(..) if text.parse::<u32>().is_err() => self.edit(text),
            Shape::Number(..) | Shape::Cap(..) | Shape::Switch | Shape::Words(_) | Shape::WordsOrNone(_) => {
                Err(self.mistyped())
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<SettingEdit, A::Error> {
        let (Shape::Words(words) | Shape::WordsOrNone(words)) = self.0.shape else { return Err(self.mistyped()) };
        let words = words();
        let mut named: Vec<String> = Vec::new();
        while let Some(word) = items.next_element::<String>()? {
            if !words.contains(&word.as_str()) {
                return Err(self.mistyped());
            }
            named.push(word);
        }
        self.edit(&named.join(","))
    }
}
