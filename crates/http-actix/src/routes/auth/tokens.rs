use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, post, web};
use application::App;
use application::login::LoginAttempt;
use application::sessions::LoggedIn;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::reply::AccountReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::problem::Problem;

/// How somebody comes in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginBody {
    /// E-mail address, username or national id.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000)]
    identifier: String,
    /// As it was set.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000, format = Password)]
    password: String,
    /// From an earlier login or refresh on this device: others' failures do not make it wait. One that is not good is the
    /// same as none.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000)]
    device_token: Option<String>,
}

/// How somebody stays.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionRefreshBody {
    /// The latest; it works once.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000)]
    refresh_token: String,
}

/// What a client gets for coming in, or for staying.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginReply {
    /// For the header `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long the access token is good for, in seconds.
    expires_in: u64,
    /// For the next pair of tokens; works once. The same one again within 10 seconds gets the same next one.
    refresh_token: String,
    /// To be kept on this device, also after logging out, and sent along with its next login.
    device_token: String,
    /// Who came in.
    account: AccountReply,
}

impl From<LoggedIn> for LoginReply {
    fn from(logged_in: LoggedIn) -> Self {
        Self {
            account: AccountReply::from(&logged_in.me),
            access_token: logged_in.access_token,
            token_type: "Bearer",
            expires_in: logged_in.expires_in_seconds,
            refresh_token: logged_in.refresh_token,
            device_token: logged_in.device_token,
        }
    }
}

/// Opens a session for whoever knows the password. Whether the identifier or the password is wrong is not told.
#[utoipa::path(
    tag = "auth",
    operation_id = "login",
    request_body = LoginBody,
    responses((status = 200, description = "A session.", body = LoginReply))
)]
#[post("/auth/login")]
pub(crate) async fn login(
    door: Door,
    request: HttpRequest,
    Body(body, _): Body<LoginBody>,
) -> Result<web::Json<LoginReply>, Problem> {
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let address = door.address();
    let login = move |app: &App| {
        app.login(&LoginAttempt {
            identifier: &body.identifier,
            password: &body.password,
            device_token: body.device_token.as_deref(),
            user_agent: user_agent.as_deref(),
            address,
        })
    };
    let logged_in = door.hashing().run(login).await?;
    Ok(web::Json(logged_in.into()))
}

/// Exchanges a refresh token for the next pair of tokens. The same token again within 10 seconds, as after a lost answer,
/// gets the same refresh token and an access token of the same session; later it ends the session.
#[utoipa::path(
    tag = "auth",
    operation_id = "refresh",
    request_body = SessionRefreshBody,
    responses((status = 200, description = "The session goes on.", body = LoginReply))
)]
#[post("/auth/refresh")]
pub(crate) async fn refresh(
    door: Door,
    Body(body, _): Body<SessionRefreshBody>,
) -> Result<web::Json<LoginReply>, Problem> {
    let logged_in = door.run(move |app| app.refresh(&body.refresh_token)).await?;
    Ok(web::Json(logged_in.into()))
}

/// Ends the caller's session: its tokens are not honoured any more.
#[utoipa::path(
    tag = "auth",
    operation_id = "logout",
    security(("bearer" = [])),
    responses((status = 204, description = "It is ended."))
)]
#[post("/auth/logout")]
pub(crate) async fn logout(bearer: Bearer, door: Door) -> Result<HttpResponse, Problem> {
    door.run_as(bearer, App::logout).await?;
    Ok(HttpResponse::NoContent().finish())
}
