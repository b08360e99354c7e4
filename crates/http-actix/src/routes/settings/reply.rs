use std::borrow::Cow;

use actix_web::HttpResponse;
use application::settings::{Installed, SETTINGS, Shape};
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::schema::{Presence, object, words};
use crate::etag::etag;

/// Every setting by name.
pub(crate) struct SettingsReply;

impl PartialSchema for SettingsReply {
    fn schema() -> RefOr<Schema> {
        object(Presence::Required).description(Some("What the installation runs on.")).into()
    }
}

impl ToSchema for SettingsReply {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SettingsReply")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(words());
    }
}

/// The settings, with their `ETag`.
pub(super) fn current(installed: &Installed) -> HttpResponse {
    let value = |name: &str, shape, text: &str| (name.to_owned(), json(shape, text));
    let settings: Map<String, Value> = SETTINGS
        .iter()
        .map(|setting| value(setting.name, setting.shape, &setting.print(&installed.settings)))
        .collect();
    HttpResponse::Ok().insert_header(etag(installed.revision)).json(settings)
}

/// A value in the JSON type of its shape.
fn json(shape: Shape, text: &str) -> Value {
    match shape {
        Shape::Number(..) | Shape::Cap(..) => text.parse().map_or_else(|_| text.into(), |number: u32| number.into()),
        Shape::Switch => (text == "on").into(),
        Shape::Words(_) | Shape::WordsOrNone(_) if text == "none" => Value::Array(Vec::new()),
        Shape::Words(_) | Shape::WordsOrNone(_) => text.split(',').collect(),
        Shape::Word(_) | Shape::Line | Shape::Currency => text.into(),
    }
}
