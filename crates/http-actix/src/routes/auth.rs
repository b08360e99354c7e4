//! Accounts and sessions.

mod me;
mod preferences;
mod registration;
mod reply;
mod sessions;
mod tokens;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(registration::register)
        .service(tokens::login)
        .service(tokens::refresh)
        .service(tokens::logout)
        .service(sessions::list_sessions)
        .service(sessions::end_all_sessions)
        .service(sessions::end_session)
        .service(me::get_me)
        .service(me::change_me)
        .service(preferences::get_my_preferences)
        .service(preferences::change_my_preferences);
}
