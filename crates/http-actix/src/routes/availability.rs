//! Times that anybody can book.

use actix_web::{HttpResponse, get};
use application::App;
use application::availability::Search;
use application::ports::FreeSlot;
use kernel::DoctorId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use crate::checks;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::problem::{Open, Problem};
use crate::query::Query;
use crate::time::{Bound, Instant, range};

/// What cursors of this list are bound to.
const LIST: &str = "availability";

/// The route to free slots.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list_availability);
}

/// Which free slots are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AvailabilityQuery {
    /// Starting then or later; what has begun is never found.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Starting before, or on that day.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// Whose.
    doctor_id: Option<Uuid>,
    /// The code or name of a specialty of the doctor.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    specialty: Option<String>,
    /// The city of the location, whatever its case.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    city: Option<String>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// A slot that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FreeSlotReply {
    /// What to book.
    slot_id: Uuid,
    /// Whose it is.
    doctor_id: Uuid,
    /// The doctor's name.
    doctor_name: String,
    /// Where a picture of the doctor is.
    #[schema(required = true)]
    doctor_profile_pic: Option<String>,
    /// Where.
    location_id: Uuid,
    /// The first instant inside.
    starts_at: Instant,
    /// The first instant behind.
    ends_at: Instant,
}

impl From<FreeSlot> for FreeSlotReply {
    fn from(FreeSlot { slot, doctor_name, doctor_pic }: FreeSlot) -> Self {
        Self {
            slot_id: slot.id.uuid(),
            doctor_id: slot.doctor.uuid(),
            doctor_name,
            doctor_profile_pic: doctor_pic,
            location_id: slot.location.uuid(),
            starts_at: Instant(slot.interval.start()),
            ends_at: Instant(slot.interval.end()),
        }
    }
}

/// Free slots that are still to come, of doctors who accept bookings, earliest first; for anybody.
#[utoipa::path(
    tag = "availability",
    params(AvailabilityQuery),
    responses((status = 200, body = PageBody<FreeSlotReply>, description = "A page of free slots."), Open),
)]
#[get("/availability")]
async fn list_availability(door: Door, Query(query): Query<AvailabilityQuery>) -> Result<HttpResponse, Problem> {
    let (from, to) = range(query.from, query.to)?;
    let search =
        Search { from, to, doctor: query.doctor_id.map(DoctorId::new), specialty: query.specialty, city: query.city };
    let wanted = door.page_request(LIST, query.limit, query.cursor.as_deref())?;
    let page = door.run(move |app: &App| app.availability(&search, &wanted)).await?;
    Ok(HttpResponse::Ok().json(door.page_body(LIST, page, FreeSlotReply::from)))
}
