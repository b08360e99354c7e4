use std::io;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get};
use application::audit::{AuditFilter, AuditLine};
use chrono::{DateTime, Utc};
use futures_util::stream;
use kernel::{PageRequest, Zone};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::reply::AuditEntryReply;
use crate::bearer::Bearer;
use crate::door::Door;
use crate::problem::Problem;
use crate::query::Query;
use crate::time::{Bound, Period, period};

/// A JSON text a line (<https://github.com/ndjson/ndjson-spec>).
const NDJSON: &str = "application/x-ndjson";

/// Which entries are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// Done then or later, or on that day (UTC) or later: an instant, or a date.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Done before that instant, or on that date (UTC) or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// The time zone whose days `from` and `to` mean as dates: UTC without it, for an entry has no location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
}

/// What is still to be sent.
struct Rest {
    bearer: Bearer,
    door: Door,
    filter: AuditFilter,
    next: Option<PageRequest<DateTime<Utc>>>,
}

/// The audit log up to now, oldest first, an entry a line; that it was taken is an entry too. It is read page by page
/// while it is sent; a connection that ends without the last, empty chunk has not sent everything.
#[utoipa::path(
    tag = "audit",
    params(ExportQuery),
    responses((
        status = 200,
        body = String,
        content_type = "application/x-ndjson",
        description = "One audit entry as a JSON text a line.",
        headers(("Content-Disposition")),
    )),
    security(("bearer" = [])),
)]
#[get("/audit/export")]
pub(super) async fn export_audit(
    bearer: Bearer,
    door: Door,
    Query(query): Query<ExportQuery>,
) -> Result<HttpResponse, Problem> {
    let zone = door.days_zone(query.time_zone.as_deref())?.unwrap_or(Zone::UTC);
    let Period { from, to, .. } = period(query.from, query.to, Some(zone))?;
    let (filter, first) = door.run_as(bearer.clone(), move |app, caller| app.export_audit(caller, from, to)).await?;
    let rest = Rest { bearer, door, filter, next: Some(first) };
    Ok(HttpResponse::Ok()
        .content_type(NDJSON)
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"audit.ndjson\""))
        .streaming(stream::try_unfold(rest, page)))
}

/// The next page as text. Whoever may not come in any more gets no more of it.
async fn page(mut rest: Rest) -> io::Result<Option<(Bytes, Rest)>> {
    let Some(request) = rest.next.take() else { return Ok(None) };
    let (filter, wanted) = (rest.filter.clone(), request.clone());
    let page =
        rest.door.run_as(rest.bearer.clone(), move |app, caller| app.exported_audit(caller, &filter, &wanted)).await;
    let page = page.map_err(|problem| {
        log::warn!("an export of the audit log broke off: {problem}: {}", problem.cause().unwrap_or_default());
        io::Error::other(problem.to_string())
    })?;
    rest.next = page.next.map(|after| PageRequest { after: Some(after), ..request });
    let text = page.items.into_iter().map(line).collect::<io::Result<String>>()?;
    Ok(Some((text.into(), rest)))
}

fn line(entry: AuditLine) -> io::Result<String> {
    let mut line = serde_json::to_string(&AuditEntryReply::from(entry))?;
    line.push('\n');
    Ok(line)
}
