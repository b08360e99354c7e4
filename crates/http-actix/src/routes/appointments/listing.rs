//! Appointments, as those see them who may.

use actix_web::{HttpResponse, get, web};
use application::ports::{AppointmentFilter, Order};
use application::{App, Caller};
use kernel::{AppointmentId, DoctorId, PatientId, Word, Zone, words};
use scheduling_core::AppointmentStatus;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{AppointmentChangeReply, AppointmentRow, AppointmentStatusWord};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::etag::etag;
use crate::paging::{PageBody, PageLimit, PageQuery};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::time::{Bound, Period, period};
use crate::words::Spelled;

words! {
    /// On which side of now.
    pub(crate) enum AppointmentScope {
        /// Active and not over yet, earliest first.
        Upcoming = "upcoming",
        /// Over, latest first.
        Past = "past",
    }
}

const HISTORY: &str = "history";

pub(crate) type AppointmentScopeWord = Spelled<AppointmentScope>;

/// Which appointments are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AppointmentsQuery {
    /// Upcoming (still going to happen, unless a status is asked for) or past (over); both without.
    scope: Option<AppointmentScopeWord>,
    /// In this status.
    status: Option<AppointmentStatusWord>,
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
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

impl AppointmentsQuery {
    /// What the cursors of this list are bound to: a list in the other order is another list.
    fn list(&self) -> &'static str {
        match self.order() {
            Order::Earliest => "appointments",
            Order::Latest => "appointments, latest first",
        }
    }

    fn order(&self) -> Order {
        match self.scope {
            Some(Spelled(AppointmentScope::Past)) => Order::Latest,
            Some(Spelled(AppointmentScope::Upcoming)) | None => Order::Earliest,
        }
    }

    /// The one that is asked for; what is upcoming is still going to happen unless a status is asked for.
    fn statuses(&self) -> Vec<AppointmentStatus> {
        match (self.status, self.scope) {
            (Some(Spelled(status)), _) => vec![status],
            (None, Some(Spelled(AppointmentScope::Upcoming))) => {
                AppointmentStatus::ALL.iter().copied().filter(|status| status.is_active()).collect()
            }
            (None, Some(Spelled(AppointmentScope::Past)) | None) => Vec::new(),
        }
    }

    fn filter(&self, zone: Option<Zone>) -> Result<AppointmentFilter, Problem> {
        let Period { from, to, days } = period(self.from, self.to, zone)?;
        Ok(AppointmentFilter {
            patient: self.patient_id.map(PatientId::new),
            doctor: self.doctor_id.map(DoctorId::new),
            statuses: self.statuses(),
            from,
            to,
            days,
            order: self.order(),
            ..AppointmentFilter::default()
        })
    }
}

/// Appointments: one's own for patients and doctors, everyone's for front desk and administrators.
///
/// Earliest first, except those that are past: latest first.
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
    let wanted = door.page_request(list, query.limit, query.cursor.as_deref())?;
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
    let request = door.page_request(HISTORY, query.limit, query.cursor.as_deref())?;
    let page = door.run_as(bearer, move |app: &App, caller: &Caller| app.history(caller, id, &request)).await?;
    Ok(web::Json(door.page_body(HISTORY, page, AppointmentChangeReply::from)))
}
