use actix_web::dev::ResourceDef;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::{OpenApi, PathItem};

use crate::problem::{Code, Problem};

/// Which methods each path knows, read from the description of the interface.
pub(crate) struct KnownPaths(Vec<(ResourceDef, Vec<&'static str>)>);

impl KnownPaths {
    pub(crate) fn of(openapi: &OpenApi) -> Self {
        let mut paths: Vec<_> = openapi.paths.paths.iter().collect();
        // `/doctors/me` before `/doctors/{id}`.
        paths.sort_by_key(|(path, _)| path.matches('{').count());
        Self(paths.into_iter().map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item))).collect())
    }

    fn allowed(&self, path: &str) -> Option<&[&'static str]> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, methods)| methods.as_slice())
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let known = [
        ("GET", item.get.is_some()),
        ("HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PATCH", item.patch.is_some()),
        ("PUT", item.put.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    known.into_iter().filter(|(_, known)| *known).map(|(method, _)| method).collect()
}

/// Answers what no route wants: the path is known with other methods, or not at all.
pub(crate) async fn nowhere(request: HttpRequest, known: web::Data<KnownPaths>) -> Result<HttpResponse, Problem> {
    Err(match known.allowed(request.path()) {
        None => Problem::new(Code::NotFound, "there is nothing at this path"),
        Some(methods) => {
            let allow = methods.join(", ");
            let problem = Problem::new(Code::MethodNotAllowed, format!("this path knows {allow}"));
            match HeaderValue::from_str(&allow) {
                Ok(value) => problem.with_header(ALLOW, value),
                Err(_) => problem,
            }
        }
    })
}
