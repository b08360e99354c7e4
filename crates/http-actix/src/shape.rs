//! From a deserialiser's or a validator's complaint to the fields that it is about.

use serde_path_to_error::{Path, Segment};
use validator::{ValidationErrors, ValidationErrorsKind};

use crate::problem::{FieldError, Problem};

/// The field that a deserialiser complains about; `root` is empty for a body. What was in the field is left out.
pub(crate) fn misread(root: &str, path: &Path, complaint: &str) -> FieldError {
    let place = pointer(root, path);
    let named = |code, message: &str| {
        let name = quoted(complaint).unwrap_or_default();
        FieldError::new(under(&place, name), code, message)
    };
    if complaint.starts_with("missing field") {
        named("required", "is required")
    } else if complaint.starts_with("unknown field") {
        named("unknown_field", "is not known here")
    } else if complaint.starts_with("duplicate field") {
        named("duplicate", "is there twice")
    } else if let Some(expected) = expectation(complaint) {
        let code = if complaint.starts_with("invalid type: null") { "null" } else { "type" };
        FieldError::new(place, code, format!("must be {expected}"))
    } else if complaint.starts_with("UUID parsing failed") {
        // The rest of it repeats what was sent.
        FieldError::new(place, "format", "must be a UUID")
    } else if complaint.starts_with("provided string was not") {
        FieldError::new(place, "format", "must be true or false")
    } else {
        FieldError::new(place, "format", complaint)
    }
}

/// Every field that a validator complains about.
pub(crate) fn rejected(root: &str, errors: &ValidationErrors) -> Problem {
    let mut fields = Vec::new();
    collect(root, errors, &mut fields);
    fields.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    Problem::invalid(fields)
}

fn collect(place: &str, errors: &ValidationErrors, fields: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        // `break` is a word of Rust, so its field is called `break_`; the fields of a whole struct's check are its own.
        let place = if name == "__all__" { place.to_owned() } else { under(place, name.trim_end_matches('_')) };
        match kind {
            ValidationErrorsKind::Struct(errors) => collect(&place, errors, fields),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    collect(&format!("{place}/{index}"), errors, fields);
                }
            }
            ValidationErrorsKind::Field(errors) => fields.extend(errors.iter().map(|error| {
                let message = error.message.as_deref().unwrap_or("is not acceptable");
                FieldError::new(place.clone(), error.code.clone(), message)
            })),
        }
    }
}

fn pointer(root: &str, path: &Path) -> String {
    path.iter().fold(root.to_owned(), |place, segment| match segment {
        Segment::Seq { index } => format!("{place}/{index}"),
        Segment::Map { key } => under(&place, key),
        Segment::Enum { variant } => under(&place, variant),
        Segment::Unknown => place,
    })
}

/// The pointer to a member (RFC 6901, 3), unless it is there already.
fn under(place: &str, name: &str) -> String {
    let name: String = name.chars().take(100).collect::<String>().replace('~', "~0").replace('/', "~1");
    let member = format!("/{name}");
    if place.ends_with(&member) { place.to_owned() } else { format!("{place}{member}") }
}

fn quoted(complaint: &str) -> Option<&str> {
    let (_, rest) = complaint.split_once('`')?;
    let known =
        rest.find("`, expected ").or_else(|| rest.find("`, there are no fields")).or_else(|| rest.rfind('`'))?;
    rest.get(..known)
}

/// What serde would have liked to see, without what it saw.
fn expectation(complaint: &str) -> Option<&str> {
    let about_value = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if !about_value.iter().any(|start| complaint.starts_with(start)) {
        return None;
    }
    let (_, expected) = complaint.rsplit_once(", expected ")?;
    Some(match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative and not too large",
        "i64" | "i32" => "a whole number, not too large",
        other if other.starts_with("struct ") => "an object",
        other => other,
    })
}
