//! Everybody's accounts, for administrators.

mod changing;
mod inviting;
mod listing;
mod reply;
mod switching;

pub(crate) use reply::ClosedAccountReply;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(listing::list_accounts)
        .service(inviting::invite)
        .service(changing::get_account)
        .service(changing::change_account)
        .service(switching::activate_account)
        .service(switching::deactivate_account);
}
