//! The routes that a server describes.

use serde_json::Value;

use crate::client::{API, Client};

/// A method on a path, as the description of the interface has it.
#[derive(Clone, Debug)]
pub struct Route {
    /// In capitals.
    pub method: String,
    /// From the root, with ids that nobody has.
    pub path: String,
    /// Method and path, the latter with `{id}` for an id.
    pub name: String,
    /// Whether an access token is required.
    pub guarded: bool,
    /// What a query may say: its name, and what is accepted.
    pub parameters: Vec<Field>,
    /// What a body may say.
    pub fields: Vec<Field>,
}

/// A value that a request may hold, at the end of its path: neither an object nor a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Where it is in the body (RFC 6901), a list's first item for all; a parameter's name.
    pub place: String,
    /// What is accepted (JSON Schema).
    pub schema: Value,
}

impl Field {
    /// Whether a text may be there, of whatever format.
    pub fn is_text(&self) -> bool {
        let kind = &self.schema["type"];
        kind == "string" || kind.as_array().is_some_and(|kinds| kinds.contains(&"string".into()))
    }

    /// Whether the id of something is there.
    pub fn is_id(&self) -> bool {
        self.schema["format"] == "uuid"
    }
}

/// Nobody's.
pub const NOBODYS_ID: &str = "00000000-0000-7000-8000-000000000000";

/// Nothing is called that.
pub const NO_CODE: &str = "no_such_code";

const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

/// Every route of a server, from the description that it serves.
#[track_caller]
pub fn described(client: &Client) -> Vec<Route> {
    let description = client.at_root().get(&format!("{API}/openapi.json")).body_of(200);
    let paths = description["paths"].as_object().expect("a description has paths");
    let of_path = |(path, item): (&String, &Value)| {
        let known = METHODS.iter().filter(|method| item.get(**method).is_some());
        known.map(|method| route(&description, method, path, &item[*method])).collect::<Vec<_>>()
    };
    let routes: Vec<Route> = paths.iter().flat_map(of_path).collect();
    assert!(40 <= routes.len(), "only {} routes are described", routes.len());
    routes
}

fn route(description: &Value, method: &str, path: &str, operation: &Value) -> Route {
    let method = method.to_uppercase();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let of_query = parameters.filter(|parameter| parameter["in"] == "query").map(|parameter| Field {
        place: parameter["name"].as_str().expect("a parameter has a name").to_owned(),
        schema: resolved(description, &parameter["schema"]).clone(),
    });
    let mut fields = Vec::new();
    if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
        collect(description, schema, String::new(), &mut fields);
    }
    Route {
        path: path.replace("{id}", NOBODYS_ID).replace("{code}", NO_CODE).replace("{name}", NO_CODE),
        name: format!("{method} {path}"),
        guarded: operation["security"].as_array().is_some_and(|needed| !needed.is_empty()),
        parameters: of_query.collect(),
        fields,
        method,
    }
}

/// What is referred to, where it is a reference.
fn resolved<'a>(description: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(reference) = schema["$ref"].as_str() else { return schema };
    let target = reference.strip_prefix('#').and_then(|pointer| description.pointer(pointer));
    target.expect("a reference leads somewhere")
}

/// Every field below, by whatever way its schema is written.
fn collect(description: &Value, schema: &Value, place: String, fields: &mut Vec<Field>) {
    let schema = resolved(description, schema);
    if let Some(choices) = ["oneOf", "anyOf", "allOf"].iter().find_map(|word| schema[*word].as_array()) {
        for choice in choices {
            collect(description, choice, place.clone(), fields);
        }
    } else if let Some(properties) = schema["properties"].as_object() {
        for (name, schema) in properties {
            collect(description, schema, format!("{place}/{name}"), fields);
        }
    } else if schema["items"].is_object() {
        collect(description, &schema["items"], format!("{place}/0"), fields);
    } else if schema["type"] != "null" {
        fields.push(Field { place, schema: schema.clone() });
    }
}
