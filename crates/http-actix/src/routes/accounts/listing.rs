use actix_web::{get, web};
use identity_core::ports::AccountFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::reply::AccountRow;
use crate::bearer::Bearer;
use crate::checks;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::problem::Problem;
use crate::query::Query;
use crate::routes::auth::{AccountStatusWord, RoleWord};

const LIST: &str = "accounts";

/// Which accounts are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountSearch {
    /// Of this role.
    role: Option<RoleWord>,
    /// In this status.
    status: Option<AccountStatusWord>,
    /// Words of the name, or what they begin with, in any order; case, accents, apostrophes, hyphens and width do not
    /// matter. Or three characters or more that the e-mail address begins with, or `@` and its whole domain.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// Accounts by name.
#[utoipa::path(
    tag = "accounts",
    operation_id = "list_accounts",
    params(AccountSearch),
    security(("bearer" = [])),
    responses((status = 200, description = "Accounts.", body = PageBody<AccountRow>))
)]
#[get("/accounts")]
pub(crate) async fn list_accounts(
    bearer: Bearer,
    door: Door,
    Query(search): Query<AccountSearch>,
) -> Result<web::Json<PageBody<AccountRow>>, Problem> {
    let request = door.page_request(LIST, search.limit, search.cursor.as_deref())?;
    let filter = AccountFilter {
        role: search.role.map(|role| role.0),
        status: search.status.map(|status| status.0),
        part: search.q,
    };
    let page = door.run_as(bearer, move |app, caller| app.accounts(caller, &filter, &request)).await?;
    Ok(web::Json(door.page_body(LIST, page, AccountRow::from)))
}
