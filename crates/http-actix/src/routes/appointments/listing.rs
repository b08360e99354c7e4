//! Appointments, as those see them who may.

use actix_web::{HttpResponse, get, web};
use application::ports::{AppointmentFilter, AppointmentSort};
use application::{App, Caller};
use kernel::{AnyOf, AppointmentId, DoctorId, Order, PatientId, Word, Zone, words};
use scheduling_core::AppointmentStatus;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{AppointmentChangeReply, AppointmentRow, AppointmentStatusWord};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::etag::etag;
use crate::paging::{IncludeTotal, PageBody, PageLimit, PageQuery};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::time::{Bound, Period, QueryInstant, period};
use crate::words::{Spelled, WordList};

words! {
    /// On which side of now.
    pub(crate) enum AppointmentScope {
        /// Active and not over yet, earliest first.
        Upcoming = "upcoming",
        /// Over, latest first.
        Past = "past",
    }
}

words! {
    /// How appointments are sorted.
    pub(crate) enum AppointmentOrder {
        /// By start, earliest first.
        Start = "starts_at",
        /// By start, latest first.
        StartDescending = "-starts_at",
        /// By the last change, earliest first.
        Update = "updated_at",
        /// By the last change, latest first.
        UpdateDescending = "-updated_at",
    }
}

const HISTORY: &str = "history";

pub(crate) type AppointmentScopeWord = Spelled<AppointmentScope>;
pub(crate) type AppointmentOrderWord = Spelled<AppointmentOrder>;

/// Which appointments are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AppointmentsQuery {
    /// Upcoming (still going to happen, unless a status is asked for) or past (over); both without.
    scope: Option<AppointmentScopeWord>,
    /// Statuses, separated by commas or by repeating the parameter.
    #[param(style = Form, explode, value_type = Vec<AppointmentStatusWord>, required = false)]
    #[serde(default)]
    status: WordList<AppointmentStatus>,
    /// Starting then or later, or on that day or later: an instant, or a date.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Starting before that instant, or on that date or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// The time zone whose days `from` and `to` mean as dates; without it they are days of each row's location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
    /// To this doctor.
    doctor_id: Option<Uuid>,
    /// Of this patient.
    patient_id: Option<Uuid>,
    /// Changed at or after this instant, in the order of the changes. A client that polls should let each request overlap
    /// the last one by a minute.
    #[param(value_type = Option<String>, format = DateTime, example = "2027-03-01T09:00:00Z")]
    updated_since: Option<QueryInstant>,
    /// Order, descending with `-`: by start by default, by the last change with `updated_since`, which allows no other.
    sort: Option<AppointmentOrderWord>,
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

impl AppointmentsQuery {
    /// What the cursors of this list are bound to: a list in the other order is another list.
    fn list(&self) -> &'static str {
        match self.sort() {
            AppointmentOrder::Start => "appointments",
            AppointmentOrder::StartDescending => "appointments, latest first",
            AppointmentOrder::Update => "appointments by change",
            AppointmentOrder::UpdateDescending => "appointments by change, latest first",
        }
    }

    fn sort(&self) -> AppointmentOrder {
        match (self.sort, self.scope) {
            (Some(Spelled(sort)), _) => sort,
            (None, _) if self.updated_since.is_some() => AppointmentOrder::Update,
            (None, Some(Spelled(AppointmentScope::Past))) => AppointmentOrder::StartDescending,
            (None, Some(Spelled(AppointmentScope::Upcoming)) | None) => AppointmentOrder::Start,
        }
    }

    /// What has changed is read in the order of its changes; in another one, all that has not would be read too.
    fn order(&self) -> Result<(AppointmentSort, Order), Problem> {
        match self.sort() {
            AppointmentOrder::Start | AppointmentOrder::StartDescending if self.updated_since.is_some() => {
                let message = format!(
                    "must be {} or {} with updated_since",
                    AppointmentOrder::Update,
                    AppointmentOrder::UpdateDescending
                );
                Err(Problem::invalid_field("/query/sort", "sort", message))
            }
            AppointmentOrder::Start => Ok((AppointmentSort::Start, Order::Ascending)),
            AppointmentOrder::StartDescending => Ok((AppointmentSort::Start, Order::Descending)),
            AppointmentOrder::Update => Ok((AppointmentSort::Update, Order::Ascending)),
            AppointmentOrder::UpdateDescending => Ok((AppointmentSort::Update, Order::Descending)),
        }
    }

    /// Those that are asked for; what is upcoming is still going to happen unless a status is asked for.
    fn statuses(&self) -> AnyOf<AppointmentStatus> {
        let WordList(statuses) = &self.status;
        if statuses.is_open() && self.scope == Some(Spelled(AppointmentScope::Upcoming)) {
            return AppointmentStatus::ALL.iter().copied().filter(|status| status.is_active()).collect();
        }
        statuses.clone()
    }

    fn filter(&self, zone: Option<Zone>) -> Result<AppointmentFilter, Problem> {
        let Period { from, to, days } = period(self.from, self.to, zone)?;
        let (sort, order) = self.order()?;
        Ok(AppointmentFilter {
            patient: self.patient_id.map(PatientId::new),
            doctor: self.doctor_id.map(DoctorId::new),
            statuses: self.statuses(),
            from,
            to,
            days,
            updated_since: self.updated_since.map(|QueryInstant(since)| since),
            sort,
            order,
            ..AppointmentFilter::default()
        })
    }
}

/// Appointments: one's own for patients and doctors, everyone's for front desk and administrators.
///
/// Earliest first, except those that are past: latest first; in the order of their changes where `updated_since` is asked
/// for. `sort` says otherwise.
#[utoipa::path(
    tag = "appointments",
    params(AppointmentsQuery),
    responses((status = 200, body = PageBody<AppointmentRow>, description = "A page of appointments.")),
    security(("bearer" = [])),
)]
#[get("/appointments")]
pub(super) async fn list_appointments(
    bearer: Bearer,
    door: Door,
    Query(query): Query<AppointmentsQuery>,
) -> Result<HttpResponse, Problem> {
    let mut filter = query.filter(door.days_zone(query.time_zone.as_deref())?)?;
    let (list, scope) = (query.list(), query.scope);
    let wanted = door.page_request(list, query.limit, query.cursor.as_deref(), query.include_total)?;
    let (role, page) = door
        .run_as(bearer, move |app: &App, caller: &Caller| {
            match scope {
                Some(Spelled(AppointmentScope::Upcoming)) => filter.ends_after = Some(app.now()),
                Some(Spelled(AppointmentScope::Past)) => filter.ended_by = Some(app.now()),
                None => {}
            }
            Ok((caller.role(), app.appointments(caller, &filter, &wanted)?))
        })
        .await?;
    Ok(HttpResponse::Ok().json(door.page_body(list, page, |entry| AppointmentRow::seen_by(role, entry))))
}

/// One appointment.
#[utoipa::path(
    tag = "appointments",
    params(("id" = Uuid, Path, description = "Which appointment.")),
    responses((status = 200, body = AppointmentRow, description = "The appointment.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[get("/appointments/{id}")]
pub(super) async fn get_appointment(bearer: Bearer, door: Door, PathId(id): PathId) -> Result<HttpResponse, Problem> {
    let id = AppointmentId::new(id);
    let (role, entry) = door
        .run_as(bearer, move |app: &App, caller: &Caller| Ok((caller.role(), app.appointment(caller, id)?)))
        .await?;
    let revision = entry.appointment.revision;
    Ok(HttpResponse::Ok().insert_header(etag(revision)).json(AppointmentRow::seen_by(role, entry)))
}

/// What has happened to an appointment, oldest first.
#[utoipa::path(
    tag = "appointments",
    params(("id" = Uuid, Path, description = "Which appointment."), PageQuery),
    responses((status = 200, body = PageBody<AppointmentChangeReply>, description = "Changes.")),
    security(("bearer" = [])),
)]
#[get("/appointments/{id}/history")]
pub(super) async fn get_appointment_history(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    Query(query): Query<PageQuery>,
) -> Result<web::Json<PageBody<AppointmentChangeReply>>, Problem> {
    let id = AppointmentId::new(id);
    let request = door.page_request(HISTORY, query.limit, query.cursor.as_deref(), query.include_total)?;
    let page = door.run_as(bearer, move |app: &App, caller: &Caller| app.history(caller, id, &request)).await?;
    Ok(web::Json(door.page_body(HISTORY, page, AppointmentChangeReply::from)))
}
