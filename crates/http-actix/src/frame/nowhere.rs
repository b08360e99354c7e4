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

    /// Every method that some route knows here: `/slots/bulk` is also a `/slots/{id}`.
    fn allowed(&self, path: &str) -> Vec<&'static str> {
        let here = self.0.iter().filter(|(pattern, _)| pattern.is_match(path));
        let known: Vec<&str> = here.flat_map(|(_, methods)| methods.iter().copied()).collect();
        METHODS.into_iter().filter(|method| known.contains(method)).collect()
    }
}

/// The methods that routes know, in the order in which they are told.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"];

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
    let methods = known.allowed(request.path());
    if methods.is_empty() {
        return Err(Problem::new(Code::NotFound, "there is nothing at this path"));
    }
    let allow = methods.join(", ");
    let problem = Problem::new(Code::MethodNotAllowed, format!("this path knows {allow}"));
    Err(match HeaderValue::from_str(&allow) {
        Ok(value) => problem.with_header(ALLOW, value),
        Err(_) => problem,
    })
}
