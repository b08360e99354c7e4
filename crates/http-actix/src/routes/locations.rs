//! Places with their time zones: a list that administrators keep.

mod changing;
mod listing;
mod reply;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use reply::LocationReply;

/// Every route under `/locations`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(listing::list_locations)
        .service(listing::get_location)
        .service(changing::add_location)
        .service(changing::change_location)
        .service(changing::remove_location);
}
