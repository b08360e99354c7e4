//! The description of the interface.

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::{HttpResponse, get, web};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;

/// The description as it is served.
pub(crate) struct Description(String);

impl Description {
    pub(crate) fn of(openapi: &OpenApi) -> Self {
        // It is made of texts and lists, which always have a spelling in JSON.
        Self(openapi.to_json().unwrap_or_default())
    }
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(openapi_json);
}

/// This description (OpenAPI 3.1).
#[utoipa::path(
    tag = "operations",
    operation_id = "get_openapi",
    responses((
        status = 200,
        description = "OpenAPI 3.1.",
        content_type = "application/json",
        headers(("Cache-Control")),
    ))
)]
#[get("/openapi.json")]
pub(crate) async fn openapi_json(description: web::Data<Description>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(description.0.clone())
}
