//! Times that anybody can book.

use actix_web::{HttpResponse, get};
use application::availability::Search;
use application::ports::FreeSlot;
use application::{App, Error};
use chrono::{DateTime, Utc};
use clinic_core::Specialty;
use kernel::{DoctorId, LocationId, PageRequest, fold};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use crate::checks;
use crate::door::Door;
use crate::etag::IfNoneMatch;
use crate::paging::{IncludeTotal, PageBody, PageLimit};
use crate::problem::Problem;
use crate::query::Query;
use crate::shelf::{self, Print, Wanted};
use crate::time::{Bound, Instant, Period, period};

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
    /// Starting then or later, or on that day or later: an instant, or a date. What has begun is never found.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Starting before that instant, or on that date or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// The time zone whose days `from` and `to` mean as dates; without it they are days of each row's location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
    /// Whose.
    doctor_id: Option<Uuid>,
    /// Location of the slot.
    location_id: Option<Uuid>,
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
    /// Whether to count the rows of all pages into `total`; counting takes longer the more rows there are.
    #[param(value_type = Option<bool>, default = false)]
    #[serde(default)]
    include_total: IncludeTotal,
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
    /// The location's name.
    location_name: String,
    /// The location's city.
    city: String,
    /// The location's time zone (IANA), in which people read the times.
    #[schema(example = "Africa/Lagos")]
    time_zone: &'static str,
    /// The first instant inside.
    starts_at: Instant,
    /// The first instant behind.
    ends_at: Instant,
}

impl From<FreeSlot> for FreeSlotReply {
    fn from(FreeSlot { slot, labels, doctor_pic }: FreeSlot) -> Self {
        Self {
            slot_id: slot.id.uuid(),
            doctor_id: slot.doctor.uuid(),
            doctor_name: labels.doctor_name,
            doctor_profile_pic: doctor_pic,
            location_id: slot.location.uuid(),
            location_name: labels.location_name,
            city: labels.city,
            time_zone: labels.zone.name(),
            starts_at: Instant(slot.interval.start()),
            ends_at: Instant(slot.interval.end()),
        }
    }
}

/// Free slots that are still to come, of doctors who accept bookings, earliest first; for anybody.
#[utoipa::path(
    tag = "availability",
    params(AvailabilityQuery, IfNoneMatch),
    responses(
        (status = 200, body = PageBody<FreeSlotReply>, description = "A page of free slots.", headers(
            ("ETag" = String, description = "Changes with the page."),
            ("Cache-Control" = String, description = "`no-cache`: to be kept, and asked about before it is used."),
        )),
        (status = 304, description = "The client has this page already: `If-None-Match` names it.", headers(
            ("ETag" = String, description = "Of the page that the client has."),
            ("Cache-Control" = String, description = "`no-cache`."),
        )),
    ),
)]
#[get("/availability")]
async fn list_availability(
    door: Door,
    Query(query): Query<AvailabilityQuery>,
    known: IfNoneMatch,
) -> Result<HttpResponse, Problem> {
    let zone = door.days_zone(query.time_zone.as_deref())?;
    let Period { from, to, days } = period(query.from, query.to, zone)?;
    let search = Search {
        from,
        to,
        days,
        doctor: query.doctor_id.map(DoctorId::new),
        location: query.location_id.map(LocationId::new),
        specialty: query.specialty.as_deref().map(Specialty::code_of),
        city: query.city.as_deref().map(fold),
    };
    let wanted = door.page_request(LIST, query.limit, query.cursor.as_deref(), query.include_total)?;
    let page = door.state().shelf.page(&door, &Wanted::Availability(search, wanted)).await?;
    Ok(page.respond(&known))
}

/// A page for the shelf.
pub(crate) fn print(
    door: &Door,
    app: &App,
    search: &Search,
    page: &PageRequest<DateTime<Utc>>,
) -> Result<Print, Error> {
    Ok(shelf::print(door, LIST, app.availability(search, page)?, FreeSlotReply::from))
}
