//! Query parameters, read strictly.

mod parameters;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::problem::Problem;
use crate::shape;
use parameters::Parameters;

/// The parameters of a query; unknown and misshapen ones are named, and those that are repeated though they are no lists.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// No parameters at all.
#[derive(Debug, serde::Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

const ROOT: &str = "/query";

impl<T: DeserializeOwned + Validate> Query<T> {
    fn parse(text: &str) -> Result<Self, Problem> {
        let value: T = serde_path_to_error::deserialize(Parameters::new(text)).map_err(|error| {
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
    use kernel::{AnyOf, Role};
    use serde::Deserialize;

    use super::*;
    use crate::paging::PageLimit;
    use crate::words::WordList;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Search {
        limit: Option<PageLimit>,
        available: Option<bool>,
        #[serde(default)]
        role: WordList<Role>,
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
        assert_eq!(refused("role=admin&limit=1&role=x&limit=2"), serde_json::json!(["/query/role", "format"]));
        assert_eq!(refused("role=admin&limit=1&role=doctor&limit=2"), serde_json::json!(["/query/limit", "duplicate"]));
        assert_eq!(refused("role=admin&rolf=admin&role=doctor"), serde_json::json!(["/query/rolf", "unknown_field"]));
        for text in
            ["role=", "role=admin,", "role=,admin", "role=admin,,doctor", "role=admin&role", "role=admin,+doctor"]
        {
            assert_eq!(refused(text), serde_json::json!(["/query/role", "format"]), "{text}");
        }
    }

    #[test]
    fn a_switch_is_true_or_false() {
        let problem = Query::<Search>::parse("available=1").unwrap_err();
        assert_eq!(problem.detail(), "/query/available: must be true or false");
    }

    #[test]
    fn a_list_has_commas_or_comes_several_times() {
        let roles = |text: &str| Query::<Search>::parse(text).unwrap().0.role.0;
        let both = AnyOf::from([Role::Doctor, Role::Admin]);
        for text in [
            "role=doctor,admin",
            "role=admin%2Cdoctor",
            "role=admin&role=doctor",
            "role=admin&limit=1&r%6Fle=doctor,admin&available=true&role=admin",
        ] {
            assert_eq!(roles(text), both, "{text}");
        }
        assert_eq!(roles("limit=1&role=admin"), AnyOf::from([Role::Admin]));
        assert!(roles("limit=1").is_open());
    }

    #[test]
    fn parameters_are_read() {
        let Query(search) = Query::<Search>::parse("limit=100&available=true").unwrap();
        assert_eq!((search.limit.map(|limit| limit.0.rows()), search.available), (Some(100), Some(true)));
        assert!(Query::<Search>::parse("").is_ok());
    }
}

#[cfg(test)]
mod fuzz {
    use kernel::Role;
    use proptest::prelude::*;
    use serde::Deserialize;
    use testkit::fuzz;
    use uuid::Uuid;

    use super::*;
    use crate::paging::PageLimit;
    use crate::time::Bound;
    use crate::words::{Spelled, WordList};

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Search {
        #[validate(custom(function = "crate::checks::line"))]
        q: Option<String>,
        role: Option<Spelled<Role>>,
        #[serde(default)]
        roles: WordList<Role>,
        doctor_id: Option<Uuid>,
        from: Option<Bound>,
        limit: Option<PageLimit>,
        available: Option<bool>,
    }

    const QUERIES: &[&str] = &[
        "q=Zo%C3%AB+x&role=doctor&limit=10",
        "from=2027-03-01T09:00:00+01:00&available=true",
        "roles=doctor,admin&q=x&roles=patient",
        "doctor_id=01890a5d-ac96-774b-bcce-b302099a8057&from=2027-03-01",
        "",
    ];

    proptest! {
        #[test]
        fn a_query_is_read_as_it_was_written_or_refused_by_name(text in fuzz::text(QUERIES)) {
            match Query::<Search>::parse(&text) {
                Ok(Query(search)) => {
                    let Search { q, role, roles, doctor_id, from, limit, available } = search;
                    let wrote = |name: &str| form_urlencoded::parse(text.as_bytes()).any(|(key, _)| key == name);
                    prop_assert_eq!(q.is_some(), wrote("q"));
                    prop_assert_eq!(role.is_some(), wrote("role"));
                    prop_assert_eq!(!roles.0.is_open(), wrote("roles"));
                    prop_assert_eq!(doctor_id.is_some(), wrote("doctor_id"));
                    prop_assert_eq!(from.is_some(), wrote("from"));
                    prop_assert_eq!(limit.is_some(), wrote("limit"));
                    prop_assert_eq!(available.is_some(), wrote("available"));
                }
                Err(problem) => {
                    prop_assert!(!problem.errors().is_empty());
                    for error in problem.errors() {
                        prop_assert!(error.pointer.starts_with("/query"), "{:?}", error);
                        prop_assert!(!error.message.is_empty() && !error.code.is_empty(), "{:?}", error);
                    }
                }
            }
        }
    }
}
