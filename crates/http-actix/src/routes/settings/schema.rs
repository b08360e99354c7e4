//! The settings as JSON describes them, made of the same table that reads them.

use application::settings::{SETTINGS, Setting, Shape};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, RefBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};

use crate::words::type_name;

/// Whether every setting is there, or any may be, and be null.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Nullable,
}

/// An object with every setting.
pub(super) fn object(presence: Presence) -> ObjectBuilder {
    let object = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)));
    SETTINGS.iter().fold(object, |object, setting| {
        let object = object.property(setting.name, property(setting, presence));
        if presence == Presence::Required { object.required(setting.name) } else { object }
    })
}

/// The words of each setting that is one or more of some, by the name of their schema.
pub(super) fn words() -> impl Iterator<Item = (String, RefOr<Schema>)> {
    SETTINGS.iter().filter_map(|setting| match setting.shape {
        Shape::Word(words) | Shape::Words(words) | Shape::WordsOrNone(words) => {
            let word = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(words()));
            Some((words_name(setting), word.into()))
        }
        Shape::Number(..) | Shape::Cap(..) | Shape::Switch | Shape::Line | Shape::Currency => None,
    })
}

fn words_name(setting: &Setting) -> String {
    type_name(setting.name) + "Setting"
}

/// What is allowed, in the words of JSON.
pub(super) fn spelled(shape: Shape) -> String {
    match shape {
        Shape::Switch => "true or false".to_owned(),
        Shape::Cap(least, most) => format!("\"none\" or a whole number from {least} to {most}"),
        Shape::Words(words) => format!("a list of one or more of {}, each once", words().join(", ")),
        Shape::WordsOrNone(words) => format!("a list of none or more of {}, each once", words().join(", ")),
        Shape::Number(..) | Shape::Word(_) | Shape::Line | Shape::Currency => shape.to_string(),
    }
}

fn property(setting: &Setting, presence: Presence) -> RefOr<Schema> {
    let typed = |kind: Type| match presence {
        Presence::Required => SchemaType::Type(kind),
        Presence::Nullable => SchemaType::from_iter([kind, Type::Null]),
    };
    let about = Some(format!("{}.", sentence(setting.about)));
    let number =
        |kind, least: u32, most: u32| ObjectBuilder::new().schema_type(kind).minimum(Some(least)).maximum(Some(most));
    let string = |kind: SchemaType| ObjectBuilder::new().schema_type(kind);
    let array = |least: usize| {
        ArrayBuilder::new()
            .schema_type(typed(Type::Array))
            .items(Ref::from_schema_name(words_name(setting)))
            .unique_items(true)
            .min_items(Some(least))
            .description(about.clone())
    };
    match setting.shape {
        Shape::Number(least, most) => number(typed(Type::Integer), least, most).description(about).into(),
        Shape::Cap(least, most) => OneOfBuilder::new()
            .item(number(typed(Type::Integer), least, most).build())
            .item(none())
            .description(about)
            .into(),
        Shape::Switch => ObjectBuilder::new().schema_type(typed(Type::Boolean)).description(about).into(),
        Shape::Word(_) => {
            let word = Ref::from_schema_name(words_name(setting));
            match presence {
                Presence::Required => RefBuilder::from(word).description(about).into(),
                Presence::Nullable => OneOfBuilder::new()
                    .item(word)
                    .item(ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null)))
                    .description(about)
                    .into(),
            }
        }
        Shape::Words(_) => array(1).into(),
        Shape::WordsOrNone(_) => array(0).into(),
        Shape::Line => string(typed(Type::String)).min_length(Some(1)).max_length(Some(200)).description(about).into(),
        Shape::Currency => string(typed(Type::String)).pattern(Some("^[A-Z]{3}$")).description(about).into(),
    }
}

fn none() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(["none"])).build()
}

/// With a capital.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
