//! The outbox, for administrators: what was sent to whom, and never what it said.

mod reply;

use actix_web::{get, post, web};
use application::{App, Caller};
use kernel::MessageId;
use messaging_core::MessageStatus;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::bearer::Bearer;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::words::Spelled;
use reply::{MessageLogReply, MessageRow, MessageStatusWord};

const LIST: &str = "messages";

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list_messages).service(get_message).service(send_message_again);
}

/// Which messages are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// In this status.
    #[param(value_type = Option<MessageStatusWord>)]
    status: Option<Spelled<MessageStatus>>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// Messages, newest first, for administrators.
#[utoipa::path(
    tag = "messages",
    operation_id = "list_messages",
    params(MessagesQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "Messages.", body = PageBody<MessageRow>))
)]
#[get("/messages")]
async fn list_messages(
    bearer: Bearer,
    door: Door,
    Query(query): Query<MessagesQuery>,
) -> Result<web::Json<PageBody<MessageRow>>, Problem> {
    let request = door.page_request(LIST, query.limit, query.cursor.as_deref())?;
    let status = query.status.map(|Spelled(status)| status);
    let page = door.run_as(bearer, move |app, caller| app.messages(caller, status, &request)).await?;
    Ok(web::Json(door.page_body(LIST, page, MessageRow::from)))
}

/// A message with its delivery log, for administrators.
#[utoipa::path(
    tag = "messages",
    operation_id = "get_message",
    params(("id" = Uuid, Path, description = "Which message.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The message.", body = MessageLogReply))
)]
#[get("/messages/{id}")]
async fn get_message(bearer: Bearer, door: Door, PathId(id): PathId) -> Result<web::Json<MessageLogReply>, Problem> {
    let found = door.run_as(bearer, move |app: &App, caller: &Caller| app.message(caller, MessageId::new(id))).await?;
    Ok(web::Json(found.into()))
}

/// Makes a message due at once, whatever became of it, for administrators.
#[utoipa::path(
    tag = "messages",
    operation_id = "send_message_again",
    params(("id" = Uuid, Path, description = "Which message.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The message, waiting again.", body = MessageRow))
)]
#[post("/messages/{id}/send-again")]
async fn send_message_again(bearer: Bearer, door: Door, PathId(id): PathId) -> Result<web::Json<MessageRow>, Problem> {
    let again = move |app: &App, caller: &Caller| app.send_message_again(caller, MessageId::new(id));
    Ok(web::Json(door.run_as(bearer, again).await?.into()))
}
