use actix_web::{get, web};
use clinic_core::ports::PatientFilter;
use identity_core::{NationalId, Phone};
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
use crate::time::Date;

const LIST: &str = "patients";

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
    /// The whole telephone number, however it is spelled: spaces, dashes and parentheses do not matter, nor whether it
    /// begins with `+` or `00`.
    #[validate(custom(function = "any_phone"))]
    #[param(max_length = 200)]
    phone: Option<String>,
    /// The whole national id, whatever its case.
    #[validate(custom(function = "checks::national_id"))]
    #[param(min_length = 4, max_length = 32)]
    national_id: Option<String>,
    /// When they were born.
    #[param(value_type = Option<String>, example = "1990-02-28")]
    date_of_birth: Option<Date>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// A telephone number as people write it, in the form in which it is read; a `+` that a query turned into a space is put
/// back.
fn international(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => format!("+{text}"),
        None => text.to_owned(),
    }
}

fn any_phone(text: &str) -> checks::Checked {
    checks::phone(&international(text))
}

/// Patients who fit, by name, with contact data, for staff.
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
    let phone: Option<Phone> =
        search.phone.map(|text| checks::read("/query/phone", &international(&text))).transpose()?;
    let national_id: Option<NationalId> =
        search.national_id.map(|text| checks::read("/query/national_id", &text)).transpose()?;
    let filter = PatientFilter {
        name: search.q,
        phone: phone.map(|phone| phone.as_str().to_owned()),
        national_id: national_id.map(|id| id.as_str().to_owned()),
        date_of_birth: search.date_of_birth.map(|Date(date)| date),
        ..PatientFilter::default()
    };
    let page = door.run_as(bearer, move |app, caller| app.patients(caller, &filter, &request)).await?;
    Ok(web::Json(door.page_body(LIST, page, PatientRow::from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_found_however_it_is_spelled() {
        for text in ["+49 30 5550100", " 49 30 5550100", "0049-30-5550100", "49305550100", "+49 (30) 555.0100"] {
            let phone: Phone = international(text).parse().unwrap();
            assert_eq!(phone.as_str(), "+49305550100", "{text}");
        }
        for bad in ["", "030 5550100", "00", "call me", "++49305550100"] {
            assert!(any_phone(bad).is_err(), "{bad}");
        }
    }
}
