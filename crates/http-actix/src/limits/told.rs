//! What clients are told of their allowances (draft-ietf-httpapi-ratelimit-headers).

use std::fmt::Write as _;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::Rate;

/// The allowances and how long each takes to be whole again.
pub(crate) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of each, and when it is whole again.
pub(crate) const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What is left of one allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// By which it is told apart.
    pub(crate) name: &'static str,
    /// How much there is of it.
    pub(crate) rate: Rate,
    /// How many requests may come at once now.
    pub(crate) requests: u32,
}

/// What is left of a client's allowances: first that of who asks, then that of where they ask from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told(pub(crate) Vec<Left>);

impl Told {
    /// As headers of an answer.
    pub(crate) fn put(&self, headers: &mut HeaderMap) {
        let (mut policy, mut left) = (String::new(), String::new());
        for Left { name, rate, requests } in &self.0 {
            let comma = if policy.is_empty() { "" } else { ", " };
            let (whole, again) = (rate.seconds_for(rate.burst()), rate.seconds_for(rate.burst() - requests));
            // Writing into a text does not fail.
            let _ = write!(policy, "{comma}\"{name}\";q={};w={whole}", rate.burst());
            let _ = write!(left, "{comma}\"{name}\";r={requests};t={again}");
        }
        for (name, text) in [(POLICY, policy), (LEFT, left)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
    }
}
