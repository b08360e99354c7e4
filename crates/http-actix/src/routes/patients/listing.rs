use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::reply::PatientRow;
use crate::bearer::Bearer;
use crate::checks;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::problem::{Guarded, Problem};
use crate::query::Query;

const LIST: &str = "patients";

/// Which patients are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PatientSearch {
    /// Part of the name, whatever its case.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// Patients by name, with contact data, for staff.
#[utoipa::path(
    tag = "patients",
    operation_id = "list_patients",
    params(PatientSearch),
    security(("bearer" = [])),
    responses((status = 200, description = "Patients.", body = PageBody<PatientRow>), Guarded)
)]
#[get("/patients")]
pub(crate) async fn list_patients(
    bearer: Bearer,
    door: Door,
    Query(search): Query<PatientSearch>,
) -> Result<web::Json<PageBody<PatientRow>>, Problem> {
    let request = door.page_request(LIST, search.limit, search.cursor.as_deref())?;
    let page = door.run_as(bearer, move |app, caller| app.patients(caller, search.q.as_deref(), &request)).await?;
    Ok(web::Json(door.page_body(LIST, page, PatientRow::from)))
}
