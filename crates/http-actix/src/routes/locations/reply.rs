use clinic_core::Location;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LocationReply {
    /// Its identity.
    id: Uuid,
    /// What people call it.
    name: String,
    /// Street and number; may be empty.
    address: String,
    /// Where it is.
    city: String,
    /// IANA.
    time_zone: &'static str,
    /// How often it was written; the `ETag`.
    revision: u32,
}

impl From<Location> for LocationReply {
    fn from(location: Location) -> Self {
        Self {
            id: location.id.uuid(),
            name: location.name,
            address: location.address,
            city: location.city,
            time_zone: location.zone.name(),
            revision: location.revision.number(),
        }
    }
}
