use actix_web::{get, web};
use application::directory::{DoctorSearch, NextFree};
use kernel::{DoctorId, LocationId, Order, words};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{DoctorDetailReply, DoctorRow};
use crate::checks;
use crate::door::Door;
use crate::paging::{IncludeTotal, PageBody, PageLimit};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::time::{Bound, period_between};
use crate::words::Spelled;

const BY_NAME: &str = "doctors";
const BY_NAME_DESCENDING: &str = "doctors, from the end";
const BY_EARLIEST_FREE: &str = "doctors_by_earliest_free";

words! {
    /// How doctors are sorted.
    pub(crate) enum DoctorSort {
        /// By name.
        Name = "name",
        /// By name, from the end.
        NameDescending = "-name",
        /// By the earliest slot that can be booked.
        EarliestFree = "earliest_free",
    }
}

pub(crate) type DoctorSortWord = Spelled<DoctorSort>;

/// How many of a doctor's next free slots are wanted: the parameter `next_free`.
#[derive(Clone, Copy)]
struct NextFreeCount(NextFree);

impl<'de> Deserialize<'de> for NextFreeCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // One digit is the only spelling: `u8` would also read `+5` and `05`.
        let count = text.parse().ok().filter(|_| text.len() == 1).and_then(NextFree::new);
        let most = NextFree::MAX.slots();
        count.map(Self).ok_or_else(|| D::Error::custom(format_args!("must be a whole number from 0 to {most}")))
    }
}

/// Which doctors are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DoctorsQuery {
    /// Words of the name, or what they begin with, in any order; case, accents, apostrophes, hyphens and width do not
    /// matter.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// The code or name of a specialty.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    specialty: Option<String>,
    /// The city of the location, whatever its case.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    city: Option<String>,
    /// Where they see patients.
    location_id: Option<Uuid>,
    /// Whether they accept bookings.
    available: Option<bool>,
    /// With a free slot that starts then or later, or on that day or later: an instant, or a date. What cannot be booked is
    /// never found.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    free_from: Option<Bound>,
    /// With a free slot that starts before that instant, or on that date or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    free_to: Option<Bound>,
    /// The time zone whose days `free_from` and `free_to` mean as dates; without it they are days of each slot's location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
    /// How many of the next free slots each row has, from that period alone if there is one.
    #[param(value_type = Option<u8>, minimum = 0, maximum = 5, default = 0)]
    next_free: Option<NextFreeCount>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
    /// Whether to count the rows of all pages into `total`; counting takes longer the more rows there are.
    #[param(value_type = Option<bool>, default = false)]
    #[serde(default)]
    include_total: IncludeTotal,
    /// In which order: by name, from the end with `-name`, or by the earliest slot that can be booked; those without one are not in that list.
    sort: Option<DoctorSortWord>,
}

/// Doctors by name or by their earliest free slot, for anybody.
#[utoipa::path(
    tag = "doctors",
    operation_id = "list_doctors",
    params(DoctorsQuery),
    responses((status = 200, description = "Doctors.", body = PageBody<DoctorRow>))
)]
#[get("/doctors")]
pub(crate) async fn list_doctors(
    door: Door,
    Query(query): Query<DoctorsQuery>,
) -> Result<web::Json<PageBody<DoctorRow>>, Problem> {
    let zone = door.days_zone(query.time_zone.as_deref())?;
    let free = period_between(query.free_from, query.free_to, zone, "/query/free_to")?;
    let next_free = query.next_free.map_or_else(NextFree::default, |NextFreeCount(slots)| slots);
    let sort = query.sort.map_or(DoctorSort::Name, |Spelled(sort)| sort);
    let (by_name, order) = match sort {
        DoctorSort::NameDescending => (BY_NAME_DESCENDING, Order::Descending),
        DoctorSort::Name | DoctorSort::EarliestFree => (BY_NAME, Order::Ascending),
    };
    let search = DoctorSearch {
        name: query.q,
        specialty: query.specialty,
        city: query.city,
        location: query.location_id.map(LocationId::new),
        accepting_bookings: query.available,
        free_from: free.from,
        free_to: free.to,
        free_days: free.days,
        next_free,
        order,
    };
    let row = |listing| DoctorRow::new(listing, next_free);
    let (limit, cursor, total) = (query.limit, query.cursor.as_deref(), query.include_total);
    let body = match sort {
        DoctorSort::Name | DoctorSort::NameDescending => {
            let wanted = door.page_request(by_name, limit, cursor, total)?;
            let page = door.run(move |app| app.doctors(&search, &wanted)).await?;
            door.page_body(by_name, page, row)
        }
        DoctorSort::EarliestFree => {
            let wanted = door.page_request(BY_EARLIEST_FREE, limit, cursor, total)?;
            let page = door.run(move |app| app.doctors_by_earliest_free(&search, &wanted)).await?;
            door.page_body(BY_EARLIEST_FREE, page, row)
        }
    };
    Ok(web::Json(body))
}

/// One doctor with the next five free slots, for anybody.
#[utoipa::path(
    tag = "doctors",
    operation_id = "get_doctor",
    params(("id" = Uuid, Path, description = "Which doctor.")),
    responses((status = 200, description = "The doctor.", body = DoctorDetailReply))
)]
#[get("/doctors/{id}")]
pub(crate) async fn get_doctor(door: Door, PathId(id): PathId) -> Result<web::Json<DoctorDetailReply>, Problem> {
    let doctor = door.run(move |app| app.doctor(DoctorId::new(id))).await?;
    Ok(web::Json(doctor.into()))
}
