//! How the headers that a route reads are described.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Required, Schema};

use crate::etag::{IfMatch, IfNoneMatch};
use crate::idempotency::{HEADER, Key};

impl IntoParams for Key {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = text().min_length(Some(1)).max_length(Some(255)).pattern(Some("^[!-~]+$"));
        vec![header(
            HEADER,
            Required::False,
            "The same request under the same key is told the same, and done once.",
            key,
        )]
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let told = "The `ETag` of the revision that is to be changed, or `*`.";
        vec![header("If-Match", Required::True, told, text().examples(["\"1\""]))]
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let told = "The `ETag` of what the client has: if it is still the same, it is not sent again.";
        vec![header("If-None-Match", Required::False, told, text())]
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn header(name: &str, required: Required, told: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(told))
        .schema(Some(Schema::Object(schema.build())))
        .build()
}
