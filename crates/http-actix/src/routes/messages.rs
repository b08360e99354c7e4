//! The outbox, for administrators: what was sent to whom, and never what it said.

mod reply;

use actix_web::{get, post, web};
use application::messages::MessageFilter;
use application::{App, Caller};
use kernel::{MessageId, Order, words};
use messaging_core::MessageStatus;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::bearer::Bearer;
use crate::door::Door;
use crate::paging::{IncludeTotal, PageBody, PageLimit};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::words::{Spelled, WordList};
use reply::{MessageLogReply, MessageRow, MessageStatusWord};

words! {
    /// How messages are sorted.
    pub(crate) enum MessageOrder {
        /// Oldest first.
        CreatedAt = "created_at",
        /// Newest first.
        CreatedAtDescending = "-created_at",
    }
}

pub(crate) type MessageOrderWord = Spelled<MessageOrder>;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list_messages).service(get_message).service(send_message_again);
}

/// Which messages are wanted.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// Statuses, separated by commas or by repeating the parameter.
    #[param(style = Form, explode, value_type = Vec<MessageStatusWord>, required = false)]
    #[serde(default)]
    status: WordList<MessageStatus>,
    /// Order by time, newest first (`-created_at`) by default.
    sort: Option<MessageOrderWord>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
    /// Whether to count the rows of all pages into `total`; counting takes longer the more rows there are.
    #[param(value_type = Option<bool>, default = false)]
    #[serde(default)]
    include_total: IncludeTotal,
}

/// Messages, newest first unless `sort` says otherwise, for administrators.
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
    // What the cursors of this list are bound to: a list in the other order is another list.
    let (list, order) = match query.sort {
        Some(Spelled(MessageOrder::CreatedAt)) => ("messages, oldest first", Order::Ascending),
        Some(Spelled(MessageOrder::CreatedAtDescending)) | None => ("messages", Order::Descending),
    };
    let request = door.page_request(list, query.limit, query.cursor.as_deref(), query.include_total)?;
    let filter = MessageFilter { statuses: query.status.0, order };
    let page = door.run_as(bearer, move |app, caller| app.messages(caller, &filter, &request)).await?;
    Ok(web::Json(door.page_body(list, page, MessageRow::from)))
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
