//! For those who run the server, and for those who check its tokens.

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::{HttpResponse, get, web};
use application::App;
use chrono::{SecondsFormat, TimeDelta};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::door::Door;
use crate::problem::{Code, Problem};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(healthz).service(readyz).service(jwks).service(security_txt);
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServerHealth {
    /// `ok`.
    status: &'static str,
}

const OK: ServerHealth = ServerHealth { status: "ok" };

/// Says that the server runs.
#[utoipa::path(tag = "operations", operation_id = "get_health", responses((status = 200, description = "It runs.", body = ServerHealth)))]
#[get("/healthz")]
pub(crate) async fn healthz() -> web::Json<ServerHealth> {
    web::Json(OK)
}

/// Says that the server can do its work: its store answers, and is part of its cluster where it is a node of one.
#[utoipa::path(tag = "operations", operation_id = "get_readiness", responses((status = 200, description = "It can.", body = ServerHealth)))]
#[get("/readyz")]
pub(crate) async fn readyz(door: Door) -> Result<web::Json<ServerHealth>, Problem> {
    door.watching().run(App::ready).await?;
    Ok(web::Json(OK))
}

/// The public keys of access tokens (RFC 7517).
#[utoipa::path(
    tag = "operations",
    operation_id = "get_jwks",
    responses((
        status = 200,
        description = "A JSON web key set.",
        content_type = "application/json",
        headers(("Cache-Control")),
    ))
)]
#[get("/.well-known/jwks.json")]
pub(crate) async fn jwks(door: Door) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(door.state().jwks.clone())
}

/// For how long what is said of whom to tell about holes can be relied on (RFC 9116, 2.5.5: less than a year).
const CONTACT_DAYS: i64 = 90;

/// Whom to tell about a hole (RFC 9116), where the installation says so.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_security_contact",
    responses((
        status = 200,
        description = "Contact and how long it holds.",
        content_type = "text/plain",
        headers(("Cache-Control")),
    ))
)]
#[get("/.well-known/security.txt")]
pub(crate) async fn security_txt(door: Door) -> Result<HttpResponse, Problem> {
    let state = door.state();
    let contact = state.security_contact.as_ref();
    let contact = contact.ok_or_else(|| Problem::new(Code::NotFound, "nobody is named to be told about holes"))?;
    let expires = (state.app.now() + TimeDelta::days(CONTACT_DAYS)).to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::plaintext())
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n")))
}
