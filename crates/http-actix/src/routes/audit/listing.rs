use actix_web::{get, web};
use application::audit::AuditFilter;
use application::ports::Order;
use kernel::{AccountId, Zone};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{AuditActionWord, AuditEntryReply};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::problem::Problem;
use crate::query::Query;
use crate::time::{Bound, Period, period};
use crate::words::Spelled;

/// What cursors of this list are bound to.
const LIST: &str = "audit";

/// Which entries are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Whose doing: an account.
    actor: Option<Uuid>,
    /// About which account, patient, appointment or other thing. Of a person, by account or by profile: also what shows them
    /// in a list.
    subject: Option<Uuid>,
    /// What was done.
    action: Option<AuditActionWord>,
    /// Done then or later, or on that day (UTC) or later: an instant, or a date.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Done before that instant, or on that date (UTC) or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// The time zone whose days `from` and `to` mean as dates: UTC without it, for an entry has no location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// Entries of the audit log, newest first.
#[utoipa::path(
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, body = PageBody<AuditEntryReply>, description = "A page of entries.")),
    security(("bearer" = [])),
)]
#[get("/audit")]
pub(super) async fn list_audit(
    bearer: Bearer,
    door: Door,
    Query(query): Query<AuditQuery>,
) -> Result<web::Json<PageBody<AuditEntryReply>>, Problem> {
    let zone = door.days_zone(query.time_zone.as_deref())?.unwrap_or(Zone::UTC);
    let Period { from, to, .. } = period(query.from, query.to, Some(zone))?;
    let filter = AuditFilter {
        actor: query.actor.map(AccountId::new),
        about: query.subject.into_iter().collect(),
        action: query.action.map(|Spelled(action)| action),
        from,
        to,
        order: Order::Latest,
    };
    let wanted = door.page_request(LIST, query.limit, query.cursor.as_deref())?;
    let page = door.run_as(bearer, move |app, caller| app.audit(caller, &filter, &wanted)).await?;
    Ok(web::Json(door.page_body(LIST, page, AuditEntryReply::from)))
}
