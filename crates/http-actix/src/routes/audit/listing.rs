use actix_web::{get, web};
use application::audit::{AuditAction, AuditFilter};
use kernel::{AccountId, Order, Zone, words};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{AuditActionWord, AuditEntryReply};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::paging::{IncludeTotal, PageBody, PageLimit};
use crate::problem::Problem;
use crate::query::Query;
use crate::time::{Bound, Period, period};
use crate::words::{Spelled, WordList};

words! {
    /// How entries are sorted.
    pub(crate) enum AuditOrder {
        /// Earliest first.
        At = "at",
        /// Latest first.
        AtDescending = "-at",
    }
}

pub(crate) type AuditOrderWord = Spelled<AuditOrder>;

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
    /// Actions, separated by commas or by repeating the parameter.
    #[param(style = Form, explode, value_type = Vec<AuditActionWord>, required = false)]
    #[serde(default)]
    action: WordList<AuditAction>,
    /// Done then or later, or on that day (UTC) or later: an instant, or a date.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Done before that instant, or on that date (UTC) or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// The time zone whose days `from` and `to` mean as dates: UTC without it, for an entry has no location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
    /// Order by time, latest first (`-at`) by default.
    sort: Option<AuditOrderWord>,
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

/// Entries of the audit log, newest first unless `sort` says otherwise.
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
    // What the cursors of this list are bound to: a list in the other order is another list.
    let (list, order) = match query.sort {
        Some(Spelled(AuditOrder::At)) => ("audit, earliest first", Order::Ascending),
        Some(Spelled(AuditOrder::AtDescending)) | None => ("audit", Order::Descending),
    };
    let filter = AuditFilter {
        actor: query.actor.map(AccountId::new),
        about: query.subject.into_iter().collect(),
        actions: query.action.0,
        from,
        to,
        order,
    };
    let wanted = door.page_request(list, query.limit, query.cursor.as_deref(), query.include_total)?;
    let page = door.run_as(bearer, move |app, caller| app.audit(caller, &filter, &wanted)).await?;
    Ok(web::Json(door.page_body(list, page, AuditEntryReply::from)))
}
