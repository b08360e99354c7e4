//! What generators of clients and linters want otherwise than utoipa writes it.

use serde_json::{Map, Value, json};

use super::METHODS;

const SCHEMAS: &str = "#/components/schemas/";
const PAGE: &str = "PageBody_";

/// Gives each operation a short title, each row of a page a name, and says optional things in one way.
pub(super) fn tidy(document: &mut Value) {
    name_rows(document);
    simplify(document);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                title(operation);
                refuse(operation);
                // What needs no token says so.
                operation.entry("security").or_insert_with(|| json!([]));
            }
        }
    }
}

/// The sentences of an operation are its description, its name in words is its title.
fn title(operation: &mut Map<String, Value>) {
    let text = |member: &str| operation.get(member).and_then(Value::as_str).map(str::to_owned);
    let sentences: Vec<String> = ["summary", "description"].into_iter().filter_map(text).collect();
    let name = text("operationId").unwrap_or_default().replace('_', " ");
    let mut letters = name.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    operation.insert("summary".to_owned(), title.into());
    operation.insert("description".to_owned(), sentences.join("\n\n").into());
}

/// Even what refuses nothing of its own is asked in HTTP.
fn refuse(operation: &mut Map<String, Value>) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    if !responses.keys().any(|status| status.starts_with('4')) {
        let malformed = json!({"description": "The request is not HTTP (RFC 9112); the answer has no body."});
        responses.insert("400".to_owned(), malformed);
    }
}

/// `PageBody_AccountRow` with its row inside becomes `AccountRowPage` of `AccountRow`s.
fn name_rows(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let pages: Vec<String> = schemas.keys().filter(|name| name.starts_with(PAGE)).cloned().collect();
    let mut renamed = Vec::new();
    for old in pages {
        let row = old.trim_start_matches(PAGE).to_owned();
        let Some(mut page) = schemas.remove(&old) else { continue };
        if let Some(items) = page.pointer_mut("/properties/items/items") {
            let inline = std::mem::replace(items, json!({"$ref": format!("{SCHEMAS}{row}")}));
            if inline.get("$ref").is_none() {
                schemas.insert(row.clone(), inline);
            }
        }
        let new = format!("{row}Page");
        schemas.insert(new.clone(), page);
        renamed.push((format!("{SCHEMAS}{old}"), format!("{SCHEMAS}{new}")));
    }
    each_object(document, &mut |object| {
        let reference = object.get("$ref").and_then(Value::as_str);
        if let Some((_, new)) = renamed.iter().find(|(old, _)| Some(old.as_str()) == reference) {
            object.insert("$ref".to_owned(), new.as_str().into());
        }
    });
}

fn simplify(document: &mut Value) {
    each_object(document, &mut |object| {
        hoist_description(object);
        let content = object.get_mut("requestBody").and_then(|body| body.pointer_mut("/content/application~1json"));
        if let Some(schema) = content.and_then(|content| content.get_mut("schema")) {
            unwrap_optional(schema);
        }
    });
}

/// What is said of an alternative is said of the whole, beside which a reference stands alone.
fn hoist_description(object: &mut Map<String, Value>) {
    for combination in ["oneOf", "allOf"] {
        let Some(parts) = object.get_mut(combination).and_then(Value::as_array_mut) else { continue };
        let references = parts.iter_mut().filter_map(Value::as_object_mut).filter(|part| part.contains_key("$ref"));
        let descriptions: Vec<Value> = references.filter_map(|part| part.remove("description")).collect();
        if let ([description], false) = (descriptions.as_slice(), object.contains_key("description")) {
            object.insert("description".to_owned(), description.clone());
        }
    }
}

/// A body that may be left out is not `null` where it is there.
fn unwrap_optional(schema: &mut Value) {
    let Some(parts) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let reference = match parts.as_slice() {
        [body, null] if null == &json!({"type": "null"}) => body.clone(),
        _ => return,
    };
    *schema = reference;
}

fn each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|member| each_object(member, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(mut document: Value) -> Value {
        tidy(&mut document);
        document
    }

    #[test]
    fn sentences_are_descriptions_and_titles_are_short() {
        let operation =
            json!({"operationId": "list_patients", "summary": "Patients who fit.", "description": "By name."});
        let document = tidied(json!({"paths": {"/patients": {"get": operation}}}));
        let operation = &document["paths"]["/patients"]["get"];
        assert_eq!(operation["summary"], "List patients");
        assert_eq!(operation["description"], "Patients who fit.\n\nBy name.");
        assert_eq!(operation["security"], json!([]));
    }

    #[test]
    fn the_row_of_a_page_is_a_component() {
        let row = json!({"type": "object"});
        let page = json!({"properties": {"items": {"type": "array", "items": row}}});
        let document = tidied(json!({
            "components": {"schemas": {"PageBody_SlotReply": page}},
            "paths": {"/slots": {"get": {"content": {"$ref": "#/components/schemas/PageBody_SlotReply"}}}},
        }));
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["SlotReply"], row);
        assert_eq!(schemas["SlotReplyPage"]["properties"]["items"]["items"]["$ref"], "#/components/schemas/SlotReply");
        let reference = &document["paths"]["/slots"]["get"]["content"]["$ref"];
        assert_eq!(reference, "#/components/schemas/SlotReplyPage");
    }

    #[test]
    fn optional_things_are_said_in_one_way() {
        let optional = json!({"oneOf": [{"$ref": "#/x", "description": "Why."}, {"type": "null"}]});
        let content = json!({"application/json": {"schema": optional}});
        let document = tidied(json!({"schemas": [optional], "requestBody": {"content": content}}));
        let hoisted = json!({"oneOf": [{"$ref": "#/x"}, {"type": "null"}], "description": "Why."});
        assert_eq!(document["schemas"][0], hoisted);
        let body = &document["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(body["$ref"], "#/x");
    }
}
