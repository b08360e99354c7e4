//! For those who run the server, and for those who check its tokens.

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::{HttpResponse, get, web};
use application::App;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::door::Door;
use crate::problem::{Problem, Watched};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(healthz).service(readyz).service(jwks);
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

/// Says that the server runs.
#[utoipa::path(tag = "operations", operation_id = "get_health", responses((status = 200, description = "It runs.", body = Health)))]
#[get("/healthz")]
pub(crate) async fn healthz() -> web::Json<Health> {
    web::Json(OK)
}

/// Says that the server can do its work: its store answers, and is part of its cluster where it is a node of one.
#[utoipa::path(tag = "operations", operation_id = "get_readiness", responses((status = 200, description = "It can.", body = Health), Watched))]
#[get("/readyz")]
pub(crate) async fn readyz(door: Door) -> Result<web::Json<Health>, Problem> {
    door.watching().run(App::ready).await?;
    Ok(web::Json(OK))
}

/// The public keys of access tokens (RFC 7517).
#[utoipa::path(tag = "operations", operation_id = "get_jwks", responses((status = 200, description = "A JSON web key set.", content_type = "application/json")))]
#[get("/.well-known/jwks.json")]
pub(crate) async fn jwks(door: Door) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(door.state().jwks.clone())
}
