use serde_json::json;

use super::{Form, form};
use crate::bad_input::fields::Kind;
use crate::bad_input::fields::Presence::{NotNull, Nullable, Required};
use crate::house::Who;

const ZONE: Kind =
    Kind::Text(&["", "Lagos", "africa/lagos", "Mars/Olympus", "+01:00", "Africa/Lagos\n", "Africa/Lagos\0", " UTC"]);
const CODE: Kind = Kind::Text(&["", "a", "Space medicine", "space-medicine", "_space", "space__medicine", "1st", "é"]);

pub(super) fn forms() -> Vec<Form> {
    vec![
        form(
            "POST /api/v1/locations",
            Who::Admin,
            &[
                ("/name", Kind::LINE, Required),
                ("/address", Kind::NOTE, Nullable),
                ("/city", Kind::LINE, Required),
                ("/time_zone", ZONE, Required),
            ],
            |_| json!({"name": "North", "address": "1 Road", "city": "Lagos", "time_zone": "Africa/Lagos"}),
        ),
        form(
            "PATCH /api/v1/locations/{location}",
            Who::Admin,
            &[
                ("/name", Kind::LINE, NotNull),
                ("/address", Kind::NOTE, Nullable),
                ("/city", Kind::LINE, NotNull),
                ("/time_zone", ZONE, NotNull),
            ],
            // Its zone is the one that it has: there are slots.
            |_| json!({"name": "North", "address": "1 Road", "city": "Lagos", "time_zone": "UTC"}),
        ),
        form(
            "POST /api/v1/specialties",
            Who::Admin,
            &[("/code", CODE, Required), ("/name", Kind::LINE, Required)],
            |_| json!({"code": "space_medicine", "name": "Space medicine"}),
        ),
        form(
            "PATCH /api/v1/specialties/{specialty}",
            Who::Admin,
            &[("/name", Kind::LINE, Required)],
            |_| json!({"name": "Space medicine"}),
        ),
    ]
}
