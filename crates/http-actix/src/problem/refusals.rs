//! Which problems an operation may answer with, for its description in OpenAPI.

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::{MEDIA_TYPE, ProblemDocument};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident { $($status:literal => $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([$(($status.to_owned(), response($text)),)*])
            }
        }
    )*};
}

refusals! {
    /// What any operation may answer.
    Open {
        "422" => "Not acceptable as sent: each field is named.",
        "429" => "Too many requests: try again after `Retry-After`.",
        "500" => "Our mistake.",
        "503" => "Not available now: try again after `Retry-After`.",
    }
    /// What an operation may answer that nobody is sent away from, and that reads nothing.
    Watched {
        "500" => "Our mistake.",
        "503" => "Not available now: try again after `Retry-After`.",
    }
    /// What an operation may answer that wants to know who is calling.
    Guarded {
        "401" => "No token, or one that is not honoured.",
        "403" => "Not for your role.",
        "422" => "Not acceptable as sent: each field is named; or a rule of time or number says no.",
        "429" => "Too many requests: try again after `Retry-After`.",
        "500" => "Our mistake.",
        "503" => "Not available now: try again after `Retry-After`.",
    }
    /// What an operation may answer that reads a body.
    Shaped {
        "400" => "Not JSON.",
        "408" => "The body did not come in time.",
        "413" => "More than 64 KiB.",
        "415" => "Not declared as JSON.",
    }
    /// What an operation may answer that reads a body which may be left out.
    TooLarge {
        "400" => "Not JSON.",
        "408" => "The body did not come in time.",
        "413" => "More than 64 KiB.",
    }
    /// What an operation may answer that looks something up.
    Missing {
        "400" => "Not JSON, or not a UUID in the path.",
        "404" => "There is no such thing, or it is not yours.",
    }
    /// What an operation may answer that others may be in the way of.
    Conflicts {
        "409" => "Something is in the way: the slot, the patient, the status or a unique field.",
    }
    /// What an operation may answer that changes what the caller has read.
    Preconditions {
        "412" => "It changed since it was read.",
        "428" => "`If-Match` is missing.",
    }
}

fn response(text: &str) -> RefOr<Response> {
    let schema = Ref::from_schema_name(ProblemDocument::name());
    ResponseBuilder::new()
        .description(text)
        .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(schema)).build())
        .build()
        .into()
}
