use actix_web::{post, web};
use kernel::AccountId;

use super::reply::{AccountDetail, ClosedAccountReply};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::path::PathId;
use crate::problem::Problem;

/// Opens an account that waits or is closed; one that is open stays so.
#[utoipa::path(
    tag = "accounts",
    operation_id = "activate_account",
    params(("id" = Uuid, Path, description = "Which account.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = AccountDetail))
)]
#[post("/accounts/{id}/activate")]
pub(crate) async fn activate_account(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
) -> Result<web::Json<AccountDetail>, Problem> {
    let me = door.run_as(bearer, move |app, caller| app.activate_account(caller, AccountId::new(id))).await?;
    Ok(web::Json(me.into()))
}

/// Closes an account and ends its sessions; one that is closed stays so. Not one's own, and not the last
/// administrator's. The visits still ahead stay as they are: `needs_attention` lists them.
#[utoipa::path(
    tag = "accounts",
    operation_id = "deactivate_account",
    params(("id" = Uuid, Path, description = "Which account.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The account, and its visits still ahead.", body = ClosedAccountReply))
)]
#[post("/accounts/{id}/deactivate")]
pub(crate) async fn deactivate_account(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
) -> Result<web::Json<ClosedAccountReply>, Problem> {
    let closed = door.run_as(bearer, move |app, caller| app.deactivate_account(caller, AccountId::new(id))).await?;
    Ok(web::Json(closed.into()))
}
