use actix_web::{get, web};
use clinic_core::Specialty;
use clinic_core::ports::DoctorFilter;
use kernel::{DoctorId, words};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::reply::DoctorReply;
use crate::checks;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::path::PathId;
use crate::problem::{Missing, Open, Problem};
use crate::query::Query;
use crate::words::Spelled;

const LIST: &str = "doctors";

words! {
    /// How doctors are sorted.
    enum DoctorSort {
        /// By name.
        Name = "name",
    }
}

type DoctorSortWord = Spelled<DoctorSort>;

/// Which doctors are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DoctorSearch {
    /// Part of the name, whatever its case.
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
    /// Whether they accept bookings.
    available: Option<bool>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
    /// In which order.
    #[param(inline)]
    sort: Option<DoctorSortWord>,
}

/// Doctors by name, for anybody.
#[utoipa::path(
    tag = "doctors",
    operation_id = "list_doctors",
    params(DoctorSearch),
    responses((status = 200, description = "Doctors.", body = PageBody<DoctorReply>), Open)
)]
#[get("/doctors")]
pub(crate) async fn list_doctors(
    door: Door,
    Query(search): Query<DoctorSearch>,
) -> Result<web::Json<PageBody<DoctorReply>>, Problem> {
    let request = door.page_request(LIST, search.limit, search.cursor.as_deref())?;
    let by_name = match search.sort.map(|Spelled(sort)| sort) {
        None | Some(DoctorSort::Name) => request,
    };
    let filter = DoctorFilter {
        name: search.q,
        specialty: search.specialty.as_deref().map(Specialty::code_of),
        city: search.city,
        accepting_bookings: search.available,
    };
    let page = door.run(move |app| app.doctors(&filter, &by_name)).await?;
    Ok(web::Json(door.page_body(LIST, page, DoctorReply::from)))
}

/// One doctor, for anybody.
#[utoipa::path(
    tag = "doctors",
    operation_id = "get_doctor",
    params(("id" = Uuid, Path, description = "Which doctor.")),
    responses((status = 200, description = "The doctor.", body = DoctorReply), Open, Missing)
)]
#[get("/doctors/{id}")]
pub(crate) async fn get_doctor(door: Door, PathId(id): PathId) -> Result<web::Json<DoctorReply>, Problem> {
    let doctor = door.run(move |app| app.doctor(DoctorId::new(id))).await?;
    Ok(web::Json(doctor.into()))
}
