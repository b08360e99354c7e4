//! Query parameters, read strictly.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::problem::Problem;
use crate::shape;

/// The parameters of a query; unknown, repeated and misshapen ones are named.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// No parameters at all.
#[derive(Debug, serde::Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

const ROOT: &str = "/query";

impl<T: DeserializeOwned + Validate> Query<T> {
    fn parse(text: &str) -> Result<Self, Problem> {
        let parameters = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        let value: T = serde_path_to_error::deserialize(parameters).map_err(|error| {
            let field = shape::misread(ROOT, error.path(), &error.inner().to_string());
            Problem::invalid(vec![field])
        })?;
        value.validate().map_err(|errors| shape::rejected(ROOT, &errors))?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::paging::PageLimit;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Search {
        limit: Option<PageLimit>,
        available: Option<bool>,
    }

    fn refused(text: &str) -> serde_json::Value {
        let problem = Query::<Search>::parse(text).unwrap_err();
        problem.errors().first().map(|error| serde_json::json!([error.pointer, error.code])).unwrap()
    }

    #[test]
    fn a_parameter_that_is_not_acceptable_is_named() {
        assert_eq!(refused("limit=ten"), serde_json::json!(["/query/limit", "format"]));
        assert_eq!(refused("limit=0"), serde_json::json!(["/query/limit", "format"]));
        assert_eq!(refused("limit=1&limit=2"), serde_json::json!(["/query/limit", "duplicate"]));
        assert_eq!(refused("limti=1"), serde_json::json!(["/query/limti", "unknown_field"]));
        assert_eq!(refused("available=yes"), serde_json::json!(["/query/available", "format"]));
    }

    #[test]
    fn parameters_are_read() {
        let Query(search) = Query::<Search>::parse("limit=100&available=true").unwrap();
        assert_eq!((search.limit.map(|limit| limit.0.rows()), search.available), (Some(100), Some(true)));
        assert!(Query::<Search>::parse("").is_ok());
    }
}
