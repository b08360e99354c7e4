//! Every route, by its first word.

pub(crate) mod accounts;
pub(crate) mod appointments;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod availability;
pub(crate) mod description;
pub(crate) mod docs;
pub(crate) mod doctors;
mod headers;
pub(crate) mod locations;
pub(crate) mod messages;
pub(crate) mod operations;
pub(crate) mod patients;
pub(crate) mod problems;
pub(crate) mod settings;
pub(crate) mod slots;
pub(crate) mod specialties;

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use description::Description;

/// Where the interface is.
pub(crate) const API: &str = "/api/v1";

/// Every route that is described.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.configure(operations::routes).configure(problems::routes).service(
        scope::scope(API)
            .configure(description::routes)
            .configure(auth::routes)
            .configure(accounts::routes)
            .configure(doctors::routes)
            .configure(patients::routes)
            .configure(locations::routes)
            .configure(specialties::routes)
            .configure(slots::routes)
            .configure(availability::routes)
            .configure(appointments::routes)
            .configure(audit::routes)
            .configure(messages::routes)
            .configure(settings::routes),
    );
}
