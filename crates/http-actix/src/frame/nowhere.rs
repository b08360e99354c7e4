use actix_web::dev::ResourceDef;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::{OpenApi, PathItem};

use crate::problem::{Code, Problem};

/// Which methods each path knows, read from the description of the interface.
pub(crate) struct KnownPaths(Vec<(ResourceDef, Vec<&'static str>)>);

impl KnownPaths {
    pub(crate) fn of(openapi: &OpenApi) -> Self {
        let paths = openapi.paths.paths.iter();
        Self(paths.map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item))).collect())
    }

    /// A path that is described word for word is no other one with an id in it (OpenAPI 3.1, 4.8.8): `/slots/bulk` is no
    /// `/slots/{id}`.
    fn allowed(&self, path: &str) -> Option<&[&'static str]> {
        let here = self.0.iter().filter(|(pattern, _)| pattern.is_match(path));
        here.min_by_key(|(pattern, _)| pattern.pattern() != Some(path)).map(|(_, methods)| methods.as_slice())
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
pub(crate) async fn nowhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(unknown_method(&request).unwrap_or_else(|| Problem::new(Code::NotFound, "there is nothing at this path")))
}

/// What is wrong with a method that the path does not know, where it knows others.
pub(crate) fn unknown_method(request: &HttpRequest) -> Option<Problem> {
    let methods = request.app_data::<web::Data<KnownPaths>>()?.allowed(request.path())?;
    if methods.contains(&request.method().as_str()) {
        return None;
    }
    let allow = methods.join(", ");
    let problem = Problem::new(Code::MethodNotAllowed, format!("this path knows {allow}"));
    Some(match HeaderValue::from_str(&allow) {
        Ok(value) => problem.with_header(ALLOW, value),
        Err(_) => problem,
    })
}
