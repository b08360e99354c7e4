use actix_web::{HttpResponse, delete, get, web};
use application::App;
use identity_core::Session;
use kernel::SessionId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::bearer::Bearer;
use crate::door::Door;
use crate::paging::{PageBody, PageQuery};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::time::Instant;

const LIST: &str = "sessions";

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionReply {
    /// Its identity.
    id: Uuid,
    /// When it was opened.
    created_at: Instant,
    /// When it ends unless it is refreshed.
    expires_at: Instant,
    /// What the client called itself.
    #[schema(required = true)]
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

impl SessionReply {
    fn of(session: Session, current: SessionId) -> Self {
        Self {
            id: session.id.uuid(),
            created_at: Instant(session.created_at),
            expires_at: Instant(session.expires_at),
            user_agent: session.user_agent,
            current: session.id == current,
        }
    }
}

/// The caller's live sessions, newest first.
#[utoipa::path(
    tag = "auth",
    operation_id = "list_sessions",
    params(PageQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "Sessions.", body = PageBody<SessionReply>))
)]
#[get("/auth/sessions")]
pub(crate) async fn list_sessions(
    bearer: Bearer,
    door: Door,
    Query(query): Query<PageQuery>,
) -> Result<web::Json<PageBody<SessionReply>>, Problem> {
    let current = bearer.0.session;
    let request = door.page_request(LIST, query.limit, query.cursor.as_deref(), query.include_total)?;
    let page = door.run_as(bearer, move |app, caller| app.sessions(caller, &request)).await?;
    Ok(web::Json(door.page_body(LIST, page, |session| SessionReply::of(session, current))))
}

/// Ends all of the caller's sessions, this one too.
#[utoipa::path(
    tag = "auth",
    operation_id = "end_all_sessions",
    security(("bearer" = [])),
    responses((status = 204, description = "They are ended."))
)]
#[delete("/auth/sessions")]
pub(crate) async fn end_all_sessions(bearer: Bearer, door: Door) -> Result<HttpResponse, Problem> {
    door.run_as(bearer, App::end_all_sessions).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends one of the caller's sessions.
#[utoipa::path(
    tag = "auth",
    operation_id = "end_session",
    params(("id" = Uuid, Path, description = "Which session.")),
    security(("bearer" = [])),
    responses((status = 204, description = "It is ended."))
)]
#[delete("/auth/sessions/{id}")]
pub(crate) async fn end_session(bearer: Bearer, door: Door, PathId(id): PathId) -> Result<HttpResponse, Problem> {
    door.run_as(bearer, move |app, caller| app.end_session(caller, SessionId::new(id))).await?;
    Ok(HttpResponse::NoContent().finish())
}
