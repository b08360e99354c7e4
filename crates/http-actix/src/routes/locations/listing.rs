use actix_web::{HttpResponse, get, web};
use application::App;
use kernel::LocationId;

use super::LocationReply;
use crate::door::Door;
use crate::etag::etag;
use crate::paging::PageBody;
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::{NoParameters, Query};

/// Every location, oldest first, all on one page; for anybody.
#[utoipa::path(
    tag = "locations",
    operation_id = "list_locations",
    responses((status = 200, description = "Locations.", body = PageBody<LocationReply>))
)]
#[get("/locations")]
pub(crate) async fn list_locations(
    door: Door,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<web::Json<PageBody<LocationReply>>, Problem> {
    let locations = door.run(App::locations).await?;
    Ok(web::Json(PageBody::whole(locations.into_iter().map(Into::into).collect())))
}

/// One location, for anybody.
#[utoipa::path(
    tag = "locations",
    operation_id = "get_location",
    params(("id" = Uuid, Path, description = "Which location.")),
    responses((status = 200, description = "The location.", body = LocationReply, headers(("ETag"))))
)]
#[get("/locations/{id}")]
pub(crate) async fn get_location(door: Door, PathId(id): PathId) -> Result<HttpResponse, Problem> {
    let location = door.run(move |app| app.location(LocationId::new(id))).await?;
    Ok(HttpResponse::Ok().insert_header(etag(location.revision)).json(LocationReply::from(location)))
}
