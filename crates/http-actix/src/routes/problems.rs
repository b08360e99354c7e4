//! What a problem is, for people who follow its `type`.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::{HttpResponse, get, web};
use kernel::Word;
use pulldown_cmark::{Parser, html};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::{Code, Problem};

/// The page that has a heading for each code.
const PAGE: &str = include_str!("../../../../docs/problems.md");

/// What stands below each heading.
static SECTIONS: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| PAGE.split("\n## ").skip(1).filter_map(|section| section.split_once("\n\n")).collect());

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(problem);
}

/// What a problem of this kind is, and what to do about it: where the `type` of a problem document leads.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_problem",
    params(("name" = String, Path, description = "The `code` of the problem.")),
    responses((status = 200, description = "A page for people.", content_type = "text/html", headers(("Cache-Control"))))
)]
#[get("/problems/{name}")]
pub(crate) async fn problem(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let page =
        Code::parse(&name).and_then(page).ok_or_else(|| Problem::new(Code::NotFound, "no problem is called that"))?;
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::html())
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(page))
}

fn page(code: Code) -> Option<String> {
    let section = SECTIONS.get(code.as_str())?;
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n\
         <h1>{title}</h1>\n<p><code>{code}</code></p>\n",
        title = code.title(),
    );
    html::push_html(&mut page, Parser::new(section));
    page.push_str("</body>\n</html>\n");
    Some(page)
}
