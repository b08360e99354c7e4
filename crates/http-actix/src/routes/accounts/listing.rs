use actix_web::{get, web};
use identity_core::AccountStatus;
use identity_core::ports::AccountFilter;
use kernel::Role;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::reply::AccountRow;
use crate::bearer::Bearer;
use crate::checks;
use crate::door::Door;
use crate::paging::{IncludeTotal, NameSort, NameSortWord, PageBody, PageLimit};
use crate::problem::Problem;
use crate::query::Query;
use crate::routes::auth::{AccountStatusWord, RoleWord};
use crate::words::WordList;

/// What cursors are bound to, by the order of the list.
const LISTS: [&str; 2] = ["accounts", "accounts, from the end"];

/// Which accounts are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountSearch {
    /// Roles, separated by commas or by repeating the parameter.
    #[param(style = Form, explode, value_type = Vec<RoleWord>, required = false)]
    #[serde(default)]
    role: WordList<Role>,
    /// Statuses, separated by commas or by repeating the parameter.
    #[param(style = Form, explode, value_type = Vec<AccountStatusWord>, required = false)]
    #[serde(default)]
    status: WordList<AccountStatus>,
    /// Words of the name, or what they begin with, in any order; case, accents, apostrophes, hyphens and width do not
    /// matter. Or three characters or more that the e-mail address begins with, or `@` and its whole domain.
    #[validate(custom(function = "checks::line"))]
    #[param(max_length = 200)]
    q: Option<String>,
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
    let (list, order) = NameSort::order(search.sort, LISTS);
    let request = door.page_request(list, search.limit, search.cursor.as_deref(), search.include_total)?;
    let filter = AccountFilter { roles: search.role.0, statuses: search.status.0, part: search.q, order };
    let page = door.run_as(bearer, move |app, caller| app.accounts(caller, &filter, &request)).await?;
    Ok(web::Json(door.page_body(list, page, AccountRow::from)))
}
