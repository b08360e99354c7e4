//! Who did what, for administrators.

mod export;
mod listing;
mod reply;

pub(crate) use listing::AuditOrderWord;
pub(crate) use reply::AuditActionWord;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every route under `/audit`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(export::export_audit).service(listing::list_audit);
}
