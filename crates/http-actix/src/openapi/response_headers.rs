//! The headers of responses, each described once.

use serde_json::{Map, Value, json};

use super::METHODS;
use crate::frame::UNLIMITED;

const HEADERS: &str = "#/components/headers/";

/// Has every answer.
const OF_ALL: [&str; 1] = ["X-Request-Id"];

/// Has every answer to a request that is counted.
const OF_LIMITED: [&str; 3] = ["RateLimit", "RateLimit-Policy", "X-Request-Id"];

/// Gives each response the headers that do not come from its route, and refers from those that are only named to their
/// description.
pub(super) fn describe(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let added: &[&str] = if UNLIMITED.contains(&path.as_str()) { &OF_ALL } else { &OF_LIMITED };
        for method in METHODS {
            let responses = item.pointer_mut(&format!("/{method}/responses")).and_then(Value::as_object_mut);
            responses.into_iter().flat_map(Map::values_mut).for_each(|response| complete(response, added));
        }
    }
    let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) else { return };
    let shared = components.get_mut("responses").and_then(Value::as_object_mut);
    shared.into_iter().flat_map(Map::values_mut).for_each(|response| complete(response, &OF_LIMITED));
    components.insert("headers".to_owned(), headers());
}

fn complete(response: &mut Value, added: &[&str]) {
    let Some(response) = response.as_object_mut().filter(|response| !response.contains_key("$ref")) else { return };
    let described = response.entry("headers").or_insert_with(|| json!({}));
    let Some(described) = described.as_object_mut() else { return };
    for name in added {
        described.insert((*name).to_owned(), json!({}));
    }
    for (name, header) in described {
        if header.get("description").is_none() {
            *header = json!({"$ref": format!("{HEADERS}{name}")});
        }
    }
}

fn headers() -> Value {
    json!({
        "Cache-Control": {
            "description": "How long the answer may be kept (RFC 9111).",
            "schema": {"type": "string"},
            "example": "public, max-age=300",
        },
        "Content-Disposition": {
            "description": "The name of the file as which the answer is saved (RFC 6266).",
            "schema": {"type": "string"},
            "example": "attachment; filename=\"audit.ndjson\"",
        },
        "ETag": {
            "description": "The revision of what is answered, for `If-Match` (RFC 9110, 8.8.3).",
            "schema": {"type": "string"},
            "example": "\"1\"",
        },
        "Location": {
            "description": "The path of what was made.",
            "schema": {"type": "string", "format": "uri-reference"},
            "example": "/api/v1/appointments/01939f6e-0d5c-7000-8000-000000000006",
        },
        "RateLimit": {
            "description": "The requests that are left of each allowance, and the seconds until it is whole again \
                            (draft-ietf-httpapi-ratelimit-headers); absent where nothing is counted.",
            "schema": {"type": "string"},
            "example": "\"anonymous\";r=19;t=1, \"address\";r=399;t=1",
        },
        "RateLimit-Policy": {
            "description": "The requests of each allowance, and the seconds in which it becomes whole \
                            (draft-ietf-httpapi-ratelimit-headers); absent where nothing is counted.",
            "schema": {"type": "string"},
            "example": "\"anonymous\";q=20;w=2, \"address\";q=400;w=5",
        },
        "Retry-After": {
            "description": "The seconds after which the request may be sent again (RFC 9110, 10.2.3).",
            "schema": {"type": "integer", "minimum": 0},
            "example": 1,
        },
        "WWW-Authenticate": {
            "description": "The scheme of authentication, and what was wrong with a token that was sent (RFC 6750, 3).",
            "schema": {"type": "string"},
            "example": "Bearer error=\"invalid_token\"",
        },
        "X-Request-Id": {
            "description": "The name of the request, also in the server's log.",
            "schema": {"type": "string", "format": "uuid"},
            "example": "01939f6e-0d5c-7000-8000-0000000000aa",
        },
    })
}
