//! Query parameters for serde: each is a text, and a list where one is expected.

use std::borrow::Cow;

use form_urlencoded::Parse;
use serde::de::value::{CowStrDeserializer, Error, SeqDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// The parameters of a query as a map. A list is written with commas, or by repeating its parameter; any other parameter
/// comes as often as it is written, so that serde refuses the second.
pub(super) struct Parameters<'de> {
    text: &'de str,
    rest: Parse<'de>,
    current: Option<(Cow<'de, str>, Cow<'de, str>)>,
    lists: Vec<Cow<'de, str>>,
}

impl<'de> Parameters<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, rest: form_urlencoded::parse(text.as_bytes()), current: None, lists: Vec::new() }
    }
}

impl<'de> Deserializer<'de> for Parameters<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Parameters<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let lists = &self.lists;
        self.current = self.rest.find(|(name, _)| !lists.contains(name));
        let name = self.current.as_ref().map(|(name, _)| seed.deserialize(name.clone().into_deserializer()));
        name.transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = self.current.take().ok_or_else(|| Error::custom("a value without a name"))?;
        seed.deserialize(Parameter { name, value, all: self })
    }
}

/// The value of a parameter.
struct Parameter<'a, 'de> {
    name: Cow<'de, str>,
    value: Cow<'de, str>,
    all: &'a mut Parameters<'de>,
}

impl<'de> Parameter<'_, 'de> {
    fn text(self) -> CowStrDeserializer<'de, Error> {
        self.value.into_deserializer()
    }
}

impl<'de> Deserializer<'de> for Parameter<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text().deserialize_any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.value.parse().map_err(Error::custom)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let written = form_urlencoded::parse(self.all.text.as_bytes()).filter(|(name, _)| *name == self.name);
        let items: Vec<String> =
            written.flat_map(|(_, value)| value.split(',').map(str::to_owned).collect::<Vec<_>>()).collect();
        self.all.lists.push(self.name);
        visitor.visit_seq(SeqDeserializer::new(items.into_iter()))
    }

    forward_to_deserialize_any! {
        u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct
        map struct enum identifier ignored_any
    }
}
