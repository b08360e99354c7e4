use actix_web::{get, web};
use clinic_core::ports::PatientFilter;
use clinic_core::{LastDigits, PhoneFilter};
use identity_core::NationalId;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::reply::PatientRow;
use crate::bearer::Bearer;
use crate::checks;
use crate::door::Door;
use crate::paging::{IncludeTotal, NameSort, NameSortWord, PageBody, PageLimit};
use crate::problem::Problem;
use crate::query::Query;
use crate::time::Date;

/// What cursors are bound to, by the order of the list.
const LISTS: [&str; 2] = ["patients", "patients, from the end"];
const PHONE: &str = "/query/phone";

/// Which patients are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PatientSearch {
    /// Words of the name, or what they begin with, in any order; case, accents, apostrophes, hyphens and width do not
    /// matter.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// The telephone number, with its country code or as it is dialled in the clinic's country, or its last digits, four at
    /// least.
    #[validate(custom(function = "checks::phone"))]
    #[param(max_length = 50)]
    phone: Option<String>,
    /// The whole national id, whatever its case.
    #[validate(custom(function = "checks::national_id"))]
    #[param(min_length = 4, max_length = 32)]
    national_id: Option<String>,
    /// When they were born.
    #[param(value_type = Option<String>, example = "1990-02-28")]
    date_of_birth: Option<Date>,
    /// Order by name, ascending by default.
    sort: Option<NameSortWord>,
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

/// The wanted telephone number: whole with a country code, else by its end. A `+` that a query turned into a space is put
/// back, and `00` means the same.
fn phone_filter(door: &Door, text: &str) -> Result<PhoneFilter, Problem> {
    if let Some(rest) = ["+", " ", "00"].iter().find_map(|prefix| text.strip_prefix(prefix)) {
        let number = door.phone(PHONE, &format!("+{rest}"))?;
        return Ok(PhoneFilter::Whole(number.as_str().to_owned()));
    }
    match (LastDigits::read(text), door.phone(PHONE, text)) {
        (Some(digits), Ok(number)) => Ok(PhoneFilter::EndsWith(digits.shared_with(number.as_str()))),
        (Some(digits), Err(_)) => Ok(PhoneFilter::EndsWith(digits)),
        (None, Ok(number)) => Ok(PhoneFilter::Whole(number.as_str().to_owned())),
        (None, Err(problem)) => Err(problem),
    }
}

/// Patients who fit, by name, with contact data, for staff.
#[utoipa::path(
    tag = "patients",
    operation_id = "list_patients",
    params(PatientSearch),
    security(("bearer" = [])),
    responses((status = 200, description = "Patients.", body = PageBody<PatientRow>))
)]
#[get("/patients")]
pub(crate) async fn list_patients(
    bearer: Bearer,
    door: Door,
    Query(search): Query<PatientSearch>,
) -> Result<web::Json<PageBody<PatientRow>>, Problem> {
    let (list, order) = NameSort::order(search.sort, LISTS);
    let request = door.page_request(list, search.limit, search.cursor.as_deref(), search.include_total)?;
    let phone = search.phone.map(|text| phone_filter(&door, &text)).transpose()?;
    let national_id: Option<NationalId> =
        search.national_id.map(|text| checks::read("/query/national_id", &text)).transpose()?;
    let filter = PatientFilter {
        name: search.q,
        phone,
        national_id: national_id.map(|id| id.as_str().to_owned()),
        date_of_birth: search.date_of_birth.map(|Date(date)| date),
        order,
        ..PatientFilter::default()
    };
    let page = door.run_as(bearer, move |app, caller| app.patients(caller, &filter, &request)).await?;
    Ok(web::Json(door.page_body(list, page, PatientRow::from)))
}
