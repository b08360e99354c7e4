//! Who says they are calling (RFC 6750).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use identity_core::Claims;

use crate::problem::{Code, Problem};
use crate::state::State;

/// What a good access token says. It stands first among a handler's arguments, so that nobody else's body is read.
#[derive(Clone, Debug)]
pub struct Bearer(pub Claims);

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(presented(request))
    }
}

/// What the token of a request says; however often it is asked, the token is verified once.
pub(crate) fn presented(request: &HttpRequest) -> Result<Bearer, Problem> {
    if let Some(known) = request.extensions().get::<Result<Bearer, Problem>>() {
        return known.clone();
    }
    let bearer = claims(request).map(Bearer);
    request.extensions_mut().insert(bearer.clone());
    bearer
}

fn claims(request: &HttpRequest) -> Result<Claims, Problem> {
    let token = token(request).ok_or_else(|| Problem::new(Code::Unauthenticated, "an access token is required"))?;
    let state = request.app_data::<web::Data<State>>().ok_or_else(|| Problem::internal("the state is not there"))?;
    state.app.claims(token).map_err(|refusal| {
        Problem::from(refusal).with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
    })
}

fn token(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod fuzz {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    proptest! {
        #[test]
        fn a_token_is_what_follows_the_scheme(text in fuzz::text(&["Bearer abc.def.ghi", "bearer  a", "Basic YTpi", "Bearer"])) {
            let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { return Ok(()) };
            let request = TestRequest::default().insert_header((AUTHORIZATION, value)).to_http_request();
            let rest = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer ")).map(|_| text[7..].trim());
            prop_assert_eq!(token(&request), rest.filter(|_| text.is_ascii()));
        }
    }
}
