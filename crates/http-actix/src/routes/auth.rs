//! Accounts and sessions.

mod me;
mod password;
mod preferences;
mod recovery;
mod registration;
mod reply;
mod sessions;
mod tokens;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use registration::{DoctorDetailsBody, PatientDetailsBody, in_its_block, profile_of};
pub(crate) use reply::{AccountStatusWord, RoleWord};

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
        .service(me::change_my_email)
        .service(me::close_my_account)
        .service(password::change_password)
        .service(recovery::verify_email)
        .service(recovery::resend_verification)
        .service(recovery::forgot_password)
        .service(recovery::reset_password)
        .service(preferences::get_my_preferences)
        .service(preferences::change_my_preferences);
}
